using Parquet;
using Parquet.Schema;

namespace DriftWatch.Files;

/// <summary>Writes labeled predictions as Parquet: the columns and metadata of <see cref="ArrowSet"/>, and the same rows and metadata give the same bytes.</summary>
internal static class ParquetSet
{
    private const int RowsOfAGroup = 1 << 20;

    private static readonly DateTimeDataField Time = new("time", DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Millis, isNullable: false);
    private static readonly DataField Claim = new DataField<double>("claim", false), Outcome = new DataField<bool>("outcome", false), Weight = new DataField<double>("weight", false);
    private static readonly DataField Fold = new DataField<byte>("fold", false), Day = new DataField<int>("day", false), IdHash = new DataField<ulong>("id_hash", false);

    /// <param name="into">Where to; stays open.</param>
    /// <param name="rows">In order.</param>
    /// <param name="metadata">Key-value metadata of the footer, in order.</param>
    /// <param name="compressed">Whether pages are compressed by Zstandard, and not by Snappy.</param>
    public static void Write(Stream into, IReadOnlyList<SetFileRow> rows, IReadOnlyList<(string Key, string Value)> metadata, bool compressed) =>
        WriteAsync(into, rows, metadata, compressed).GetAwaiter().GetResult();

    /// <summary>Reads what <see cref="Write"/> wrote; the stream stays open.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or lacks a column.</exception>
    public static (IReadOnlyDictionary<string, string> Metadata, List<SetFileRow> Rows) Read(Stream from)
    {
        try
        {
            return ReadAsync(from).GetAwaiter().GetResult();
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            throw new InvalidDataException($"this is no calibration set: {broken.Message}", broken);
        }
    }

    private static async Task WriteAsync(Stream into, IReadOnlyList<SetFileRow> rows, IReadOnlyList<(string Key, string Value)> metadata, bool compressed)
    {
        int classes = rows.Count > 0 ? rows[0].Vector?.Length ?? 0 : 0;
        var actual = new DataField<int>(SetFileRow.ActualColumn, false);
        DataField[] vectors = [.. Enumerable.Range(0, classes).Select(place => new DataField<double>(SetFileRow.ColumnOf(place), false))];
        var schema = new ParquetSchema([Time, Claim, Outcome, Weight, Fold, Day, IdHash, .. classes > 0 ? [actual] : Array.Empty<DataField>(), .. vectors]);
        await using var writer = await ParquetWriter.CreateAsync(schema, into, new ParquetOptions { CompressionMethod = compressed ? CompressionMethod.Zstd : CompressionMethod.Snappy });
        writer.CustomMetadata = metadata.ToDictionary(pair => pair.Key, pair => pair.Value);
        for (int first = 0; first < rows.Count; first += RowsOfAGroup)
        {
            using var group = writer.CreateRowGroup();
            var part = new Part(rows, first, Math.Min(RowsOfAGroup, rows.Count - first));
            await group.WriteAsync(Time, part.Column(row => DateTimeOffset.FromUnixTimeMilliseconds(row.Time).UtcDateTime));
            await group.WriteAsync(Claim, part.Column(row => row.Claim));
            await group.WriteAsync(Outcome, part.Column(row => row.Outcome));
            await group.WriteAsync(Weight, part.Column(row => row.Weight));
            await group.WriteAsync(Fold, part.Column(row => row.Fold));
            await group.WriteAsync(Day, part.Column(row => row.Day));
            await group.WriteAsync(IdHash, part.Column(row => row.IdHash));
            if (classes > 0) await group.WriteAsync(actual, part.Column(row => row.Actual));
            for (int place = 0; place < classes; place++)
            {
                int at = place;
                await group.WriteAsync(vectors[place], part.Column(row => row.Vector![at]));
            }

            group.CompleteValidate();
        }
    }

    private static async Task<(IReadOnlyDictionary<string, string> Metadata, List<SetFileRow> Rows)> ReadAsync(Stream from)
    {
        await using var reader = await ParquetReader.CreateAsync(from, leaveStreamOpen: true);
        var fields = reader.Schema.GetDataFields().ToDictionary(field => field.Name);
        List<SetFileRow> rows = [];
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            var (time, claim, outcome) = (await Column<DateTime>(group, "time"), await Column<double>(group, "claim"), await Column<bool>(group, "outcome"));
            var (weight, fold, day, hash) = (await Column<double>(group, "weight"), await Column<byte>(group, "fold"), await Column<int>(group, "day"), await Column<ulong>(group, "id_hash"));
            int[]? actual = fields.ContainsKey(SetFileRow.ActualColumn) ? await Column<int>(group, SetFileRow.ActualColumn) : null;
            List<double[]> vectors = [];
            while (actual is not null && fields.ContainsKey(SetFileRow.ColumnOf(vectors.Count))) vectors.Add(await Column<double>(group, SetFileRow.ColumnOf(vectors.Count)));
            for (int row = 0; row < time.Length; row++)
            {
                var read = new SetFileRow((time[row].Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond, claim[row], outcome[row], weight[row], fold[row], day[row], hash[row]);
                rows.Add(actual is null ? read : read with { Actual = actual[row], Vector = [.. vectors.Select(column => column[row])] });
            }
        }

        return (reader.CustomMetadata, rows);

        async Task<T[]> Column<T>(ParquetRowGroupReader group, string name)
            where T : struct
        {
            var values = new T[checked((int)group.RowCount)];
            await group.ReadAsync<T>(fields.TryGetValue(name, out var field) ? field : throw new InvalidDataException($"it lacks the column {name}"), values);
            return values;
        }
    }

    private readonly record struct Part(IReadOnlyList<SetFileRow> Rows, int First, int Count)
    {
        public ReadOnlyMemory<T> Column<T>(Func<SetFileRow, T> value)
        {
            var values = new T[Count];
            for (int i = 0; i < Count; i++) values[i] = value(Rows[First + i]);
            return values;
        }
    }
}

using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace DriftWatch.Files;

/// <summary>Writes labeled predictions as an Arrow IPC file: the same rows and metadata give the same bytes.</summary>
internal static class ArrowSet
{
    private const int RowsOfABatch = 1 << 16;

    /// <param name="into">Where to; stays open.</param>
    /// <param name="rows">In order.</param>
    /// <param name="metadata">Of the schema, in order.</param>
    /// <param name="compressed">Whether columns are compressed by Zstandard.</param>
    public static void Write(Stream into, IReadOnlyList<SetFileRow> rows, IReadOnlyList<(string Key, string Value)> metadata, bool compressed)
    {
        var time = new TimestampType(TimeUnit.Millisecond, "UTC");
        int classes = rows.Count > 0 ? rows[0].Vector?.Length ?? 0 : 0;
        List<Field> fields =
        [
            new("time", time, false), new("claim", DoubleType.Default, false), new("outcome", BooleanType.Default, false), new("weight", DoubleType.Default, false),
            new("fold", UInt8Type.Default, false), new("day", Int32Type.Default, false), new("id_hash", UInt64Type.Default, false),
        ];
        if (classes > 0) fields.Add(new(SetFileRow.ActualColumn, Int32Type.Default, false));
        fields.AddRange(Enumerable.Range(0, classes).Select(place => new Field(SetFileRow.ColumnOf(place), DoubleType.Default, false)));
        var schema = new Schema(fields, metadata.Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value)));
        using var writer = new ArrowFileWriter(into, schema, true, compressed ? new IpcOptions { CompressionCodecFactory = new CompressionCodecFactory(), CompressionCodec = CompressionCodecType.Zstd } : new IpcOptions());
        writer.WriteStart();
        for (int from = 0; from < rows.Count; from += RowsOfABatch)
        {
            var part = rows.Skip(from).Take(RowsOfABatch).ToList();
            List<IArrowArray> columns =
                [
                    new TimestampArray.Builder(time).AppendRange(part.Select(row => DateTimeOffset.FromUnixTimeMilliseconds(row.Time))).Build(),
                    new DoubleArray.Builder().AppendRange(part.Select(row => row.Claim)).Build(),
                    new BooleanArray.Builder().AppendRange(part.Select(row => row.Outcome)).Build(),
                    new DoubleArray.Builder().AppendRange(part.Select(row => row.Weight)).Build(),
                    new UInt8Array.Builder().AppendRange(part.Select(row => row.Fold)).Build(),
                    new Int32Array.Builder().AppendRange(part.Select(row => row.Day)).Build(),
                    new UInt64Array.Builder().AppendRange(part.Select(row => row.IdHash)).Build(),
                ];
            if (classes > 0) columns.Add(new Int32Array.Builder().AppendRange(part.Select(row => row.Actual)).Build());
            columns.AddRange(Enumerable.Range(0, classes).Select(place => new DoubleArray.Builder().AppendRange(part.Select(row => row.Vector![place])).Build()));
            using var batch = new RecordBatch(schema, columns, part.Count);
            writer.WriteRecordBatch(batch);
        }

        writer.WriteEnd();
    }

    /// <summary>Reads what <see cref="Write"/> wrote, and closes the stream.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or lacks a column.</exception>
    public static (IReadOnlyDictionary<string, string> Metadata, List<SetFileRow> Rows) Read(Stream from)
    {
        try
        {
            using var reader = new ArrowFileReader(from, new CompressionCodecFactory());
            List<SetFileRow> rows = [];
            while (reader.ReadNextRecordBatch() is { } batch)
            {
                using (batch)
                {
                    var (time, claim, outcome) = ((TimestampArray)batch.Column("time"), (DoubleArray)batch.Column("claim"), (BooleanArray)batch.Column("outcome"));
                    var (weight, fold, day, hash) = ((DoubleArray)batch.Column("weight"), (UInt8Array)batch.Column("fold"), (Int32Array)batch.Column("day"), (UInt64Array)batch.Column("id_hash"));
                    var actual = reader.Schema.GetFieldIndex(SetFileRow.ActualColumn) < 0 ? null : (Int32Array)batch.Column(SetFileRow.ActualColumn);
                    DoubleArray[] vectors = actual is null ? [] : [.. Enumerable.Range(0, int.MaxValue).Select(SetFileRow.ColumnOf).TakeWhile(name => reader.Schema.GetFieldIndex(name) >= 0).Select(name => (DoubleArray)batch.Column(name))];
                    for (int i = 0; i < batch.Length; i++)
                    {
                        var row = new SetFileRow(time.Values[i], claim.Values[i], outcome.GetValue(i)!.Value, weight.Values[i], fold.Values[i], day.Values[i], hash.Values[i]);
                        rows.Add(actual is null ? row : row with { Actual = actual.Values[i], Vector = [.. vectors.Select(column => column.Values[i])] });
                    }
                }
            }

            return (reader.Schema.Metadata, rows);
        }
        catch (Exception broken) when (broken is not InvalidDataException)
        {
            throw new InvalidDataException($"this is no calibration set: {broken.Message}", broken);
        }
    }
}

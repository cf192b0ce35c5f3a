using System.Globalization;
using System.IO.Compression;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Parquet;
using Parquet.Schema;

namespace DriftWatch.Files;

/// <summary>One small table of predictions and one of labels, written in every format that is read.</summary>
internal static class TableFiles
{
    public static readonly IReadOnlyList<string> Endings =
        ["csv", "tsv", "semicolon.csv", "jsonl", "ndjson", "json", "pretty.json", "arrow", "arrows", "feather", "parquet"];

    private const int Rows = 500;

    private static readonly long[] Ids = [.. Enumerable.Range(1, Rows).Select(i => (long)i)];
    private static readonly long[] Times = [.. Ids.Select(id => 1_772_409_600_000 + (id * 7919 % 1000 * 60_000))];
    private static readonly double[] Probabilities = [.. Ids.Select(id => (id * 37 % 997) / 1009.0)];
    private static readonly string[] Regions = [.. Ids.Select(id => (id % 3) switch { 0 => "eu", 1 => "us, west", _ => "\"apac\"" })];
    private static readonly long[] LabelTimes = [.. Times.Select((time, i) => time + (i * 1000))];
    private static readonly int[] Labels = [.. Ids.Select(id => id * 31 % 100 < Probabilities[id - 1] * 100 ? 1 : 0)];

    /// <summary>The bytes of a file with that ending.</summary>
    public static byte[] Predictions(string ending) => Write(ending, ("id", Ids), ("timestamp", Times), ("probability", Probabilities), ("region", Regions));

    public static byte[] LabelsOf(string ending) => Write(ending, ("id", Ids), ("timestamp", LabelTimes), ("label", Labels));

    public static byte[] Compress(byte[] bytes, string ending)
    {
        using var buffer = new MemoryStream();
        using (Stream stream = ending == "gz" ? new GZipStream(buffer, CompressionMode.Compress, leaveOpen: true) : new ZstdSharp.CompressionStream(buffer, leaveOpen: true)) stream.Write(bytes);
        return buffer.ToArray();
    }

    public static byte[] Arrow(bool asFile, params (string Name, IArrowArray Values)[] columns)
    {
        var schema = columns.Aggregate(new Schema.Builder(), (builder, column) => builder.Field(new Apache.Arrow.Field(column.Name, column.Values.Data.DataType, nullable: true))).Build();
        using var buffer = new MemoryStream();
        using (var writer = asFile ? new ArrowFileWriter(buffer, schema, leaveOpen: true) : new ArrowStreamWriter(buffer, schema, leaveOpen: true))
        {
            using var batch = new RecordBatch(schema, columns.Select(column => column.Values), columns[0].Values.Length);
            writer.WriteStart();
            writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }

        return buffer.ToArray();
    }

    private static byte[] Write(string ending, params (string Name, System.Array Values)[] columns) => ending switch
    {
        "csv" => Separated(',', columns),
        "tsv" => Separated('\t', columns),
        "semicolon.csv" => Separated(';', columns),
        "jsonl" or "ndjson" => Encoding.UTF8.GetBytes(string.Join("\n", Objects(columns))),
        "json" => Encoding.UTF8.GetBytes($"[{string.Join(",\n", Objects(columns))}]\n"),
        "pretty.json" => Encoding.UTF8.GetBytes(string.Join("\n", Objects(columns).Select(one => one.Replace("{", "{\n  ", StringComparison.Ordinal).Replace(",\"", ",\n  \"", StringComparison.Ordinal)))),
        "parquet" => Parquet(columns),
        _ => Arrow(ending == "arrow", [.. columns.Select(column => (column.Name, ArrayOf(column.Values)))]),
    };

    private static byte[] Separated(char delimiter, (string Name, System.Array Values)[] columns)
    {
        var text = new StringBuilder(string.Join(delimiter, columns.Select(column => column.Name))).Append('\n');
        for (int row = 0; row < Rows; row++) text.AppendJoin(delimiter, columns.Select(column => Cell(column.Values.GetValue(row)!))).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Cell(object value) => value is string text ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static IEnumerable<string> Objects((string Name, System.Array Values)[] columns)
    {
        for (int row = 0; row < Rows; row++)
        {
            var members = columns.Select(column => column.Values.GetValue(row) is string text
                ? $"\"slices\":{{\"{column.Name}\":{System.Text.Json.JsonSerializer.Serialize(text)}}}"
                : $"\"{column.Name}\":{Convert.ToString(column.Values.GetValue(row), CultureInfo.InvariantCulture)}");
            yield return $"{{{string.Join(',', members)}}}";
        }
    }

    private static IArrowArray ArrayOf(System.Array values) => values switch
    {
        long[] numbers => new Int64Array.Builder().AppendRange(numbers).Build(),
        int[] numbers => new Int32Array.Builder().AppendRange(numbers).Build(),
        double[] numbers => new DoubleArray.Builder().AppendRange(numbers).Build(),
        string[] texts => new StringArray.Builder().AppendRange(texts).Build(),
        _ => throw new ArgumentException(values.GetType().Name),
    };

    private static byte[] Parquet((string Name, System.Array Values)[] columns)
    {
        var schema = new ParquetSchema(columns.Select(column => (global::Parquet.Schema.Field)(column.Values switch
        {
            long[] => new DataField<long>(column.Name),
            int[] => new DataField<int?>(column.Name),
            double[] => new DataField<double?>(column.Name),
            _ => new DataField<string>(column.Name),
        })));
        using var buffer = new MemoryStream();
        WriteAsync().GetAwaiter().GetResult();
        return buffer.ToArray();

        async Task WriteAsync()
        {
            await using var writer = await ParquetWriter.CreateAsync(schema, buffer);
            // Two groups, so that a table is more than one of them.
            foreach (var (from, to) in new[] { (0, Rows / 3), (Rows / 3, Rows) })
            {
                using var group = writer.CreateRowGroup();
                foreach (var (field, column) in schema.DataFields.Zip(columns))
                {
                    switch (column.Values)
                    {
                        case long[] numbers:
                            await group.WriteAsync<long>(field, numbers.AsMemory(from..to));
                            break;
                        case int[] numbers:
                            await group.WriteAsync<int>(field, numbers[from..to].Select(value => (int?)value).ToArray().AsMemory());
                            break;
                        case double[] numbers:
                            await group.WriteAsync<double>(field, numbers[from..to].Select(value => (double?)value).ToArray().AsMemory());
                            break;
                        default:
                            await group.WriteAsync(field, ((string[])column.Values)[from..to]);
                            break;
                    }
                }

                group.CompleteValidate();
            }
        }
    }
}

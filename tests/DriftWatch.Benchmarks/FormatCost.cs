using System.Buffers.Binary;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Avro;
using Avro.Generic;
using Avro.IO;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Formats;
using DriftWatch.Formats.Avro;
using DriftWatch.Formats.Protobuf;
using DriftWatch.Formats.Registry;
using Google.Protobuf;

namespace DriftWatch.Benchmarks;

/// <summary>
/// <c>formats [RECORDS [FORMAT]]</c>: what it costs to make a prediction of a record in each format, from bytes to the value that is joined; the same predictions in all of them. Nanoseconds of the
/// processor, not of the clock, and bytes allocated. Look at ratios of one run.
/// </summary>
internal sealed class FormatCost(string name, MessageReader reader, byte[][] values, int rows = 1)
{
    private const int Kept = 4096, Rounds = 7, Pairs = 19, Warmups = 3, RowsInOne = 1024, RowsInLarge = 8192;

    private static readonly DateTime Start = new(2026, 11, 21, 10, 0, 0, DateTimeKind.Utc);

    public static int Run(string[] args)
    {
        int records = args.Length > 0 ? int.Parse(args[0]) : 500_000;
        var schema = (RecordSchema)Avro.Schema.Parse("""
            {"type":"record","name":"P","fields":[{"name":"id","type":"string"},{"name":"model","type":"string"},{"name":"version","type":"string"},
            {"name":"timestamp","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"probability","type":"double"}]}
            """);
        var limits = new ReadLimits();
        var cache = new SchemaCache(_ => Task.FromResult(new SchemaAnswer(AnswerKind.Found, AvroSchemas.Parse(schema.ToString()))), TimeProvider.System);
        while (!cache.IsReady(1)) Thread.Yield();
        var answer = new FieldMapping { [FieldName.Id] = "/id", [FieldName.Model] = "/model_name", [FieldName.Version] = "/model_version", [FieldName.Probability] = "/outputs/0/data/1", [FieldName.Timestamp] = "/parameters/time" };
        FormatCost[] all =
        [
            new("json", Reader(new(), null), Each(Json)),
            new("json-schema", Reader(new(), new JsonSchemaFormat()), Each(i => Framed(Json(i)))),
            new("avro", Reader(new(), new AvroFormat(cache, limits)), Each(i => Framed(Bare(schema, i)))),
            new("avro, schemaFile", Reader(new(), new BareAvroFormat(AvroSchemas.Parse(schema.ToString()), limits)), Each(i => Bare(schema, i))),
            Arrow(RowsInOne, limits),
            new("json of a V2 answer", Reader(answer, null), Each(i => Answer(i, asJson: true))),
            new("protobuf-v2", Reader(answer, new InferResponseFormat(limits)), Each(i => Answer(i, asJson: false))),
        ];
        Console.WriteLine("format                bytes   ns a row (median, least)      allocated");
        foreach (var one in all) one.Measure(records, args.Length > 1 ? args[1] : "");
        Console.WriteLine();
        Arrow(RowsInOne, limits).MeasureAgainst(all[0], records);
        Arrow(RowsInLarge, limits).MeasureAgainst(all[0], records);
        return 0;
    }

    private void Measure(int records, string only)
    {
        if (!name.StartsWith(only, StringComparison.Ordinal)) return;
        List<double> times = [];
        long allocated = 0;
        for (int round = 0; round < Warmups + Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            double time = Round(records);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (round >= Warmups) times.Add(time); // the first are for the compiler
        }

        times.Sort();
        Console.WriteLine($"{name,-20} {values[0].Length / rows,6} {times[Rounds / 2],18:0} {times[0],9:0} {allocated / (double)records,11:0.0}");
    }

    /// <summary>How many times as long as this the other takes a row, in rounds by turns: what else the machine does then comes to both.</summary>
    private void MeasureAgainst(FormatCost other, int records)
    {
        List<double> ratios = [];
        for (int round = 0; round < Warmups + Pairs; round++)
        {
            double ratio = other.Round(records) / Round(records);
            if (round >= Warmups) ratios.Add(ratio);
        }

        ratios.Sort();
        // The 5th and the 15th of 19 in order hold the median with 98 %, whatever the distribution.
        Console.WriteLine($"{name,-20} {other.Name} takes {ratios[Pairs / 2]:0.0} times as long (median of {Pairs} pairs; 98 %: {ratios[4]:0.0} to {ratios[^5]:0.0})");
    }

    /// <summary>Reads so many rows.</summary>
    /// <returns>Nanoseconds of the processor a row.</returns>
    private double Round(int records)
    {
        var started = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < records; i += rows)
        {
            var record = new RecordView { Value = values[i / rows % values.Length] };
            reader.Open(record, FieldRecords.Predictions);
            while (reader.NextPrediction(record, EventTime.Latest, out _, out var reason))
            {
                if (reason != RejectReason.None) throw new InvalidOperationException($"{name}: {reader.LastFault}");
            }
        }

        return (Environment.CpuUsage.TotalTime - started).TotalNanoseconds / records;
    }

    private static MessageReader Reader(FieldMapping mapping, IValueFormat? format) => new(mapping, new ReadLimits(), new RouteTable(new SeriesOptions()), new byte[16], format: format);

    private string Name => name;

    private static FormatCost Arrow(int rows, ReadLimits limits) =>
        new($"arrow, {rows} rows", Reader(new() { Format = RecordFormat.Arrow }, new ArrowFormat(FieldRecords.Predictions, new(), limits)), [.. Enumerable.Range(0, Math.Max(1, Kept / rows)).Select(number => Table(number, rows))], rows);

    private static byte[][] Each(Func<int, byte[]> make) => [.. Enumerable.Range(0, Kept).Select(make)];

    private static string Id(int i) => new Guid(i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ToString();

    private static double Probability(int i) => Math.Round((i % 997) / 997.0, 4);

    private static byte[] Json(int i) => Encoding.UTF8.GetBytes($$"""{"id":"{{Id(i)}}","model":"fraud","version":"7","timestamp":"{{Start.AddMilliseconds(i):yyyy-MM-ddTHH:mm:ss.fffZ}}","probability":{{Probability(i):R}}}""");

    private static byte[] Table(int number, int count)
    {
        List<int> rows = [.. Enumerable.Range(number * count, count)];
        var time = new TimestampType(TimeUnit.Millisecond, "UTC");
        var schema = new Apache.Arrow.Schema([new("id", StringType.Default, false), new("model", StringType.Default, false), new("version", StringType.Default, false), new("timestamp", time, false), new("probability", DoubleType.Default, false)], null);
        var times = new TimestampArray.Builder(time);
        foreach (int i in rows) times.Append(new DateTimeOffset(Start.AddMilliseconds(i)));
        var stream = new MemoryStream();
        using var writer = new ArrowStreamWriter(stream, schema, leaveOpen: true);
        writer.WriteRecordBatch(new RecordBatch(schema,
        [
            new StringArray.Builder().AppendRange(rows.Select(Id)).Build(), new StringArray.Builder().AppendRange(rows.Select(_ => "fraud")).Build(), new StringArray.Builder().AppendRange(rows.Select(_ => "7")).Build(),
            times.Build(), new DoubleArray.Builder().AppendRange(rows.Select(Probability)).Build(),
        ], count));
        writer.WriteEnd();
        return stream.ToArray();
    }

    private static byte[] Framed(byte[] bare)
    {
        byte[] framed = [0, 0, 0, 0, 0, .. bare];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), 1);
        return framed;
    }

    private static byte[] Bare(RecordSchema schema, int i)
    {
        var record = new GenericRecord(schema);
        record.Add("id", Id(i));
        record.Add("model", "fraud");
        record.Add("version", "7");
        record.Add("timestamp", Start.AddMilliseconds(i));
        record.Add("probability", Probability(i));
        var stream = new MemoryStream();
        new GenericDatumWriter<GenericRecord>(schema).Write(record, new BinaryEncoder(stream));
        return stream.ToArray();
    }

    private static byte[] Answer(int i, bool asJson)
    {
        var response = new ModelInferResponse { Id = Id(i), ModelName = "fraud", ModelVersion = "7" };
        response.Parameters.Add("time", new InferParameter { StringParam = Start.AddMilliseconds(i).ToString("yyyy-MM-ddTHH:mm:ss.fffZ") });
        response.Outputs.Add(new ModelInferResponse.Types.InferOutputTensor { Name = "predict", Datatype = "FP64", Shape = { 1, 2 } });
        response.RawOutputContents.Add(ByteString.CopyFrom([.. BitConverter.GetBytes(1 - Probability(i)), .. BitConverter.GetBytes(Probability(i))]));
        if (!asJson) return response.ToByteArray();
        var format = new InferResponseFormat(new ReadLimits());
        format.Decode(response.ToByteArray());
        return format.Json.ToArray();
    }
}

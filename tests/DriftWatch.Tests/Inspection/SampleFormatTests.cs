using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using DriftWatch.Formats;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Inspection;

/// <summary>Records that nobody has described are read by the format that reads them, and the configuration that is printed says so.</summary>
public sealed class SampleFormatTests
{
    private static readonly DateTime At = new(2026, 11, 21, 10, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Avro_and_json_schema_behind_framing_are_found_and_read()
    {
        await using var registry = await RegistryStub.Start();
        registry.Add(7, AvroValues.Prediction);
        var options = new PipelineOptions { SchemaRegistry = new SchemaRegistryOptions { Url = [registry.Url] } };
        var random = new Random(3);
        var left = SampleFormat.Read(Sample(StreamPart.Predictions, i => AvroValues.Framed(7, AvroValues.Bare(AvroValues.PredictionSchema, AvroValues.APrediction($"p{i}", At.AddSeconds(i), random.NextDouble())))), options);
        var right = SampleFormat.Read(Sample(StreamPart.Labels, i => AvroValues.Framed(9, Encoding.UTF8.GetBytes($$"""{"id":"p{{i}}","timestamp":"{{At.AddSeconds(i + 60):O}}","label":{{i % 2}}}"""))), options);

        Assert.Equal((RecordFormat.Avro, RecordFormat.JsonSchema), (left.Format, right.Format));
        var (predictions, labels) = PartGuess.Of(left, right);
        var trial = JoinTrial.Of(predictions, labels, EventTime.Latest);
        Assert.Equal((50, 50, 50), (trial.Predictions, trial.Labels, trial.Met));
        string draft = ConfigDraft.Of(predictions, labels, trial, "kafka:9092", registry.Url);
        var config = ConfigLoader.LoadText("draft.yaml", draft);
        Assert.Empty(config.Faults);
        Assert.Equal((RecordFormat.Avro, RecordFormat.JsonSchema), (config.Options.Pipeline.PredictionFields.Format, config.Options.Pipeline.LabelFields.Format));
        Assert.Equal([registry.Url], config.Options.Pipeline.SchemaRegistry.Url);
        var output = new StringWriter();
        InspectionReport.Write(predictions, labels, trial, draft, output);
        Assert.Contains("avro: Schema Registry framing, schema id 7", output.ToString());
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_is_told_and_what_is_there_is_named()
    {
        await using var registry = await RegistryStub.Start();
        registry.Refuses = 401;
        var sample = SampleFormat.Read(Sample(StreamPart.Predictions, _ => AvroValues.Framed(7, [2, 4, 6, 8])), new PipelineOptions { SchemaRegistry = new SchemaRegistryOptions { Url = [registry.Url] } });

        Assert.Equal(RecordFormat.Json, sample.Format);
        Assert.Contains("it refuses us", sample.Trouble);
    }

    [Fact]
    public void Answers_of_model_servers_in_protobuf_are_found()
    {
        var sample = SampleFormat.Read(
            Sample(StreamPart.Predictions, i => [0x0A, 1, (byte)'m', 0x1A, 2, (byte)'r', (byte)('0' + (i % 10)), 0x2A, 9, 0x0A, 1, (byte)'o', 0x12, 4, (byte)'F', (byte)'P', (byte)'3', (byte)'2', 0x32, 4, 0, 0, 0, 0x3F]),
            new PipelineOptions());

        Assert.Equal(RecordFormat.Protobuf, sample.Format);
        Assert.Equal("""{"model_name":"m","id":"r0","outputs":[{"name":"o","datatype":"FP32","shape":[],"data":[0.5]}]}""", Encoding.UTF8.GetString(sample.Records[0].Value!));
    }

    [Fact]
    public void Columns_of_arrow_are_fields_and_what_is_printed_reads_them()
    {
        var left = SampleFormat.Read(Sample(StreamPart.Predictions, i => ArrowOf(i, "score", i => i % 101 / 100.0)), new PipelineOptions());
        var right = SampleFormat.Read(Sample(StreamPart.Labels, i => ArrowOf(i, "outcome", i => i % 2)), new PipelineOptions());

        Assert.Equal((RecordFormat.Arrow, RecordFormat.Arrow), (left.Format, right.Format));
        Assert.Equal(50 * ArrowRows, left.Records.Count);
        Assert.StartsWith("""{"request":{"id":"r0"},"at":"2026-11-21T10:00:00""", Encoding.UTF8.GetString(left.Records[0].Value!));
        var (predictions, labels) = PartGuess.Of(left, right);
        var trial = JoinTrial.Of(predictions, labels, EventTime.Latest);
        Assert.Equal((50 * ArrowRows, 50 * ArrowRows, 50 * ArrowRows), (trial.Predictions, trial.Labels, trial.Met));
        string draft = ConfigDraft.Of(predictions, labels, trial, "kafka:9092");
        var config = ConfigLoader.LoadText("draft.yaml", draft);
        Assert.Empty(config.Faults);
        // The service's own reader takes the records, as they lie there, with what was printed.
        Assert.Equal(50 * ArrowRows, Accepted(left.Before, config.Options.Pipeline, FieldRecords.Predictions));
        Assert.Equal(50 * ArrowRows, Accepted(right.Before, config.Options.Pipeline, FieldRecords.Labels));
        var output = new StringWriter();
        InspectionReport.Write(predictions, labels, trial, draft, output);
        Assert.Contains($"arrow: {50 * ArrowRows} rows of the newest of 50 records", output.ToString());
    }

    [Fact]
    public void Arrow_that_cannot_be_read_is_told()
    {
        var sample = SampleFormat.Read(Sample(StreamPart.Predictions, _ => [0xFF, 0xFF, 0xFF, 0xFF, 16, 0, 0, 0, 1, 2, 3]), new PipelineOptions());

        Assert.Equal(RecordFormat.Json, sample.Format);
        Assert.StartsWith("Arrow that cannot be read", sample.Trouble);
    }

    private const int ArrowRows = 7;

    private static int Accepted(IReadOnlyList<SampledRecord> records, PipelineOptions options, FieldRecords part)
    {
        var mapping = part == FieldRecords.Labels ? options.LabelFields : options.PredictionFields;
        using var formats = new ValueFormats(options, TimeProvider.System);
        var reader = new MessageReader(mapping, options.Limits, new Core.Series.RouteTable(new Core.Series.SeriesOptions()), new byte[16], format: formats.Of(mapping, part == FieldRecords.Labels ? StreamPart.Labels : StreamPart.Predictions));
        int accepted = 0;
        foreach (var record in records)
        {
            var view = record.View(mapping.Headers);
            reader.Open(view, part);
            while (part == FieldRecords.Labels ? reader.NextLabel(view, EventTime.Latest, out _, out var reason) : reader.NextPrediction(view, EventTime.Latest, out _, out reason)) accepted += reason == RejectReason.None ? 1 : 0;
        }

        return accepted;
    }

    /// <summary>A record of some rows, the id inside a struct, the time typed.</summary>
    private static byte[] ArrowOf(int record, string value, Func<int, double> of)
    {
        var id = new Apache.Arrow.Field("id", StringType.Default, false);
        var request = new StructType([id]);
        var utc = new TimestampType(TimeUnit.Microsecond, "UTC");
        var schema = new Apache.Arrow.Schema([new("request", request, false), new("at", utc, false), new(value, DoubleType.Default, false)], null);
        var rows = Enumerable.Range(record * ArrowRows, ArrowRows).ToList();
        var times = new TimestampArray.Builder(utc);
        foreach (int row in rows) times.Append(new DateTimeOffset(At).AddSeconds(row));
        var stream = new MemoryStream();
        using (var writer = new ArrowStreamWriter(stream, schema, leaveOpen: true))
        {
            writer.WriteRecordBatch(new RecordBatch(schema,
            [
                new StructArray(request, ArrowRows, [new StringArray.Builder().AppendRange(rows.Select(row => $"r{row}")).Build()], ArrowBuffer.Empty),
                times.Build(),
                new DoubleArray.Builder().AppendRange(rows.Select(of)).Build(),
            ], ArrowRows));
            writer.WriteEnd();
        }

        return stream.ToArray();
    }

    [Fact]
    public void Plain_json_stays_what_it_is()
    {
        var sample = Sample(StreamPart.Predictions, i => Encoding.UTF8.GetBytes($$"""{"id":{{i}}}"""));
        Assert.Same(sample, SampleFormat.Read(sample, new PipelineOptions()));
    }

    private static Sample Sample(StreamPart part, Func<int, byte[]> value) => new(part, $"{part}", [.. Enumerable.Range(0, 50).Select(i => new SampledRecord(null, value(i), []))]);
}

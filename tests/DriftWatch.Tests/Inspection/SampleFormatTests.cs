using System.Text;
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
    public void Plain_json_stays_what_it_is()
    {
        var sample = Sample(StreamPart.Predictions, i => Encoding.UTF8.GetBytes($$"""{"id":{{i}}}"""));
        Assert.Same(sample, SampleFormat.Read(sample, new PipelineOptions()));
    }

    private static Sample Sample(StreamPart part, Func<int, byte[]> value) => new(part, $"{part}", [.. Enumerable.Range(0, 50).Select(i => new SampledRecord(null, value(i), []))]);
}

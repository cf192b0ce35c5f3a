using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Diagnosis;
using Xunit;

namespace DriftWatch.Formats;

/// <summary>The whole service over records in Schema Registry framing: nothing is lost whatever the registry does, nothing else waits for it, and what is wrong is told.</summary>
public sealed class WaitingForSchemasTests : IAsyncDisposable
{
    private RegistryStub _registry = null!;
    private PipelineDriver? _service;

    public async ValueTask DisposeAsync()
    {
        _service?.Dispose();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task What_Confluents_serializer_writes_is_joined()
    {
        var service = await Start();
        for (int i = 0; i < 40; i++) service.Append("predictions", i % 2, await AvroValues.Serialized(_registry, "predictions", AvroValues.APrediction($"p{i}", At(i), 0.25)));
        for (int i = 0; i < 40; i++) service.Label($"p{i}", TimeSpan.FromMinutes(i), i % 4 == 0);

        RunToEnd(40, 40);

        Assert.Equal(40, service.Snapshot.Monitor.Join.Matched);
        var series = Assert.Single(service.Snapshot.Monitor.Series, s => s.Key.IsWhole);
        Assert.Equal(("fraud", "7"), (series.Key.Model, series.Key.Version));
        Assert.Empty(service.Snapshot.InputProblems);
    }

    [Fact]
    public async Task While_the_registry_is_down_its_partitions_wait_the_others_go_on_and_it_is_told()
    {
        var service = await Start();
        byte[] prediction = await AvroValues.Serialized(_registry, "predictions", AvroValues.APrediction("p0", At(0), 0.25));
        _registry.Refuses = 503;
        service.Append("predictions", 0, prediction);
        service.Label("p0", TimeSpan.FromSeconds(1), true);
        service.Label("p1", TimeSpan.FromSeconds(1), true);

        Until(() => service.Snapshot.Streams.Any(s => s.Name == "labels" && s.Records == 2) && service.Snapshot.InputProblems.Count > 0, "labels are read and the problem is told");

        var problem = Assert.Single(service.Snapshot.InputProblems);
        Assert.Equal((ProblemKind.SchemaRegistry, "predictions", false), (problem.Key.Kind, problem.Key.Topic, problem.IsNote));
        Assert.Contains("waits for its schema", problem.What);
        Assert.Contains(_registry.Url, problem.Cause);
        Assert.Equal(0, service.Snapshot.Streams.Single(s => s.Name == "predictions").Records);

        _registry.Refuses = 0;
        Until(() => service.Snapshot.Monitor.Join.Matched == 1 && service.Snapshot.InputProblems.Count == 0, "read on");
        Assert.Empty(service.Output.DeadLetters);
    }

    [Fact]
    public async Task What_is_behind_a_record_without_its_schema_waits_and_what_is_before_it_counts()
    {
        var service = await Start();
        byte[] known = await AvroValues.Serialized(_registry, "predictions", AvroValues.APrediction("p0", At(0), 0.25));
        byte[] later = AvroValues.Framed(77, known[5..]);
        _registry.Slow = TimeSpan.Zero;
        service.Append("predictions", 0, known);
        service.Append("predictions", 0, later);
        service.Append("predictions", 0, known);
        Until(() => service.Snapshot.Streams.Any(s => s.Name == "predictions" && s.Records == 1), "the first is read");

        _registry.Add(77, AvroValues.Prediction);
        Until(() => service.Snapshot.Streams.Single(s => s.Name == "predictions").Records == 3, "all are read");
        Assert.Empty(service.Output.DeadLetters);
    }

    [Fact]
    public async Task A_schema_that_the_registry_does_not_have_makes_a_dead_letter_of_the_record_as_it_was()
    {
        var service = await Start();
        byte[] lost = AvroValues.Framed(77, [1, 2, 3]);
        service.Append("predictions", 0, lost);
        service.Append("predictions", 0, await AvroValues.Serialized(_registry, "predictions", AvroValues.APrediction("p0", At(0), 0.25)));

        RunToEnd(predictions: 2, labels: 0);

        var letter = Assert.Single(service.Output.DeadLetters);
        Assert.Equal(lost, letter.Value);
        Assert.Equal("schema_id", Header(letter, DeadLetter.Reason));
        Assert.Contains("it does not have schema id 77. Point schemaRegistry.url at", Header(letter, DeadLetter.Detail));
    }

    [Theory]
    [InlineData("json", "plain JSON: set format: json")]
    [InlineData("cut", "as many bytes as")]
    [InlineData("container", "an Avro container file: send each row")]
    [InlineData("short", "expected Schema Registry framing")]
    public async Task What_is_not_of_the_format_is_named(string what, string expected)
    {
        var service = await Start();
        byte[] good = await AvroValues.Serialized(_registry, "predictions", AvroValues.APrediction("p0", At(0), 0.25));
        service.Append("predictions", 0, what switch { "json" => """{"id":"x"}"""u8.ToArray(), "cut" => good[..20], "container" => "Obj\u0001..."u8.ToArray(), _ => [0, 1] });

        RunToEnd(predictions: 1, labels: 0);

        var letter = Assert.Single(service.Output.DeadLetters);
        Assert.Equal("format", Header(letter, DeadLetter.Reason));
        Assert.Contains(expected, Header(letter, DeadLetter.Detail));
    }

    /// <summary>Bytes that are no JSON, under the default format.</summary>
    [Fact]
    public async Task Framing_under_json_is_named_with_the_setting()
    {
        _registry = await RegistryStub.Start();
        var service = _service = new PipelineDriver();
        service.Append("predictions", 0, await AvroValues.Serialized(_registry, "predictions", AvroValues.APrediction("p0", At(0), 0.25)));
        service.Append("labels", 0, AvroValues.Framed(4, """{"id":"p0","timestamp":1772409601000,"label":1}"""u8.ToArray()));

        RunToEnd(predictions: 1, labels: 1);

        Assert.Contains(service.Output.DeadLetters, letter => Header(letter, DeadLetter.Detail).Contains("(this looks like Schema Registry framing, schema id 1: set format: avro and schemaRegistry.url)", StringComparison.Ordinal));
        Assert.Contains(service.Output.DeadLetters, letter => Header(letter, DeadLetter.Detail).Contains("(this looks like Schema Registry framing with JSON behind it, schema id 4: set format: json-schema)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Json_behind_framing_is_read_without_asking_anybody()
    {
        _registry = await RegistryStub.Start();
        var service = _service = new PipelineDriver(pipeline: new PipelineOptions { IdleAdvance = false, LabelFields = new FieldMapping { Format = RecordFormat.JsonSchema } });
        service.Predict("p0", TimeSpan.Zero, 0.5);
        service.Append("labels", 0, AvroValues.Framed(4, Encoding.UTF8.GetBytes($$"""{"id":"p0","timestamp":"{{At(0.1):O}}","label":1}""")));

        RunToEnd(predictions: 1, labels: 1);

        Assert.Equal(1, service.Snapshot.Monitor.Join.Matched);
    }

    /// <summary>The join table is filled again from records whose schemas nobody has yet: the same numbers as without the restart, whatever the registry did meanwhile.</summary>
    [Fact]
    public async Task A_restart_waits_for_the_registry_too_and_loses_nothing()
    {
        var service = await Start(options => options with { InlineEntries = 0 });
        for (int i = 0; i < 20; i++) service.Append("predictions", i % 2, await AvroValues.Serialized(_registry, "predictions", AvroValues.APrediction($"p{i}", At(i / 10.0), 0.25)));
        RunToEnd(predictions: 20, labels: 0);

        _registry.Refuses = 503;
        int waits = 0;
        service.Log.Waiting = () =>
        {
            service.Time.Advance(TimeSpan.FromSeconds(1));
            Thread.Sleep(2);
            if (++waits == 25) Assert.Contains(_registry.Url, service.Board.Current.Trouble);
            if (waits == 30) _registry.Refuses = 0;
        };
        service.StartService();
        service.Log.Waiting = null;
        for (int i = 0; i < 20; i++) service.Label($"p{i}", TimeSpan.FromMinutes(i / 10.0), true);
        RunToEnd(predictions: 20, labels: 20);

        Assert.True(waits >= 30);
        Assert.Equal((20, 0), (service.Snapshot.Monitor.Join.Matched, service.Snapshot.RestoreMismatches));
    }

    /// <summary>What was refused when it was read stays refused when a restart reads it again, by either way of restoring; what comes after counts.</summary>
    [Theory]
    [InlineData(1)] // the state is stored with nearly every epoch: records are put back into the join
    [InlineData(86_400)] // the epochs are done again
    public async Task A_schema_that_exists_later_changes_nothing_that_was_counted(int secondsOfState)
    {
        var service = await Start(options => options with { InlineEntries = 0, CheckpointInterval = TimeSpan.FromSeconds(secondsOfState) });
        for (int i = 0; i < 10; i++) service.Append("predictions", 0, await AvroValues.Serialized(_registry, "predictions", AvroValues.APrediction($"p{i}", At(i / 10.0), 0.25)));
        byte[] known = await AvroValues.Serialized(_registry, "predictions", AvroValues.APrediction("late", At(1), 0.75));
        service.Append("predictions", 0, AvroValues.Framed(77, known[5..]));
        RunToEnd(predictions: 11, labels: 0);
        Assert.Single(service.Output.DeadLetters);

        _registry.Add(77, AvroValues.Prediction);
        service.Log.Waiting = () =>
        {
            service.Time.Advance(TimeSpan.FromSeconds(1));
            Thread.Sleep(2);
        };
        service.StartService();
        service.Log.Waiting = null;
        for (int i = 0; i < 10; i++) service.Label($"p{i}", TimeSpan.FromMinutes(i / 10.0), true);
        service.Label("late", TimeSpan.FromMinutes(1), true);
        RunToEnd(predictions: 11, labels: 11);

        Assert.Equal((10, 0), (service.Snapshot.Monitor.Join.Matched, service.Snapshot.RestoreMismatches));
        Assert.Equal(1, service.Snapshot.Monitor.Join.WaitingLabels);
        Assert.Single(service.Output.DeadLetters);

        service.Append("predictions", 0, AvroValues.Framed(77, known[5..]));
        RunToEnd(predictions: 12, labels: 11);
        Assert.Equal(11, service.Snapshot.Monitor.Join.Matched);
    }

    private static DateTime At(double minutes) => PipelineDriver.Start.UtcDateTime.AddMinutes(minutes);

    private static string Header(OutgoingRecord letter, string name) => Encoding.UTF8.GetString(letter.Headers.Single(header => header.Name == name).Value!);

    private async Task<PipelineDriver> Start(Func<PipelineOptions, PipelineOptions>? change = null)
    {
        _registry = await RegistryStub.Start();
        var options = new PipelineOptions
        {
            IdleAdvance = false,
            PredictionFields = new FieldMapping
            {
                Format = RecordFormat.Avro,
                [FieldName.Timestamp] = "/at",
                [FieldName.Model] = "/model/name",
                [FieldName.Version] = "/model/version",
                [FieldName.Probability] = "/score",
                [FieldName.Slices] = "/tags",
            },
            SchemaRegistry = new SchemaRegistryOptions { Url = [_registry.Url] },
        };
        return _service = new PipelineDriver(pipeline: change?.Invoke(options) ?? options);
    }

    private void RunToEnd(long predictions, long labels)
    {
        Until(() => _service!.Snapshot.Streams.Count == 2 && _service.Snapshot.Streams.Sum(s => s.Records) == predictions + labels, "all is read");
        _service!.Settle();
    }

    /// <summary>Turns, with a second of the service's clock and a moment of the registry's between them.</summary>
    private void Until(Func<bool> done, string what)
    {
        for (int i = 0; i < 2000; i++)
        {
            _service!.Cycle();
            if (done()) return;
            _service.Time.Advance(TimeSpan.FromMilliseconds(500));
            Thread.Sleep(2);
        }

        Assert.Fail($"Not within 2000 turns: {what}. {string.Join(", ", _service!.Snapshot.InputProblems)}");
    }
}

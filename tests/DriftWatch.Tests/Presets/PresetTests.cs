using DriftWatch.Core.Hashing;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Inspection;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Presets;

/// <summary>Every preset against records that were made from its producer's own source.</summary>
public sealed class PresetTests
{
    private static readonly byte[] HashKey = new byte[16];
    private static readonly EventTime Now = EventTime.From(new DateTimeOffset(2025, 6, 3, 0, 0, 0, TimeSpan.Zero));

    public static TheoryData<string> Names => [.. Core.Input.Presets.All.Select(preset => preset.Name)];

    [Fact]
    public void Every_preset_has_its_golden_records_and_they_say_what_they_were_made_from()
    {
        Assert.Equal(Core.Input.Presets.All.Select(preset => preset.Name).Order(), GoldenRecords.All.Select(golden => golden.Preset).Order());
        Assert.All(GoldenRecords.All, golden => Assert.All(golden.Sources, source => Assert.True(source.Length > 20)));
        Assert.All(GoldenRecords.All, golden => Assert.True(golden.Predictions.Length + golden.Labels.Length > 0));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_preset_reads_what_its_producer_writes(string name)
    {
        var (preset, golden) = (Core.Input.Presets.Find(name)!, GoldenRecords.Of(name));
        var routes = new RouteTable(new MonitorOptions().Routing);
        var reader = new MessageReader(preset.Mapping, new ReadLimits(), routes, HashKey, golden.Topic);
        var headers = preset.Mapping.Headers;
        List<(PredictionId, string, string, double, ulong)> predictions = [];
        List<(PredictionId, LabelValue)> labels = [];
        int filtered = 0;
        foreach (var record in golden.Records)
        {
            var view = record.View(headers);
            reader.Open(view, golden.Part);
            if (golden.Part == FieldRecords.Predictions)
            {
                while (reader.NextPrediction(view, Now, out var prediction, out var reason))
                {
                    if (Passes(reason)) predictions.Add((prediction.Id, routes[prediction.Route].Model, routes[prediction.Route].Version, Math.Round(prediction.Confidence, 10), routes[prediction.Route].PredictedClass));
                }
            }
            else
            {
                while (reader.NextLabel(view, Now, out var label, out var reason))
                {
                    if (Passes(reason)) labels.Add((label.Id, label.Value));
                }
            }
        }

        Assert.Equal(golden.Predictions.Select(one => (IdOf(one.Id), one.Model, one.Version, one.Confidence, ClassText.KeyOf(one.Class ?? "1"))), predictions);
        Assert.Equal(golden.Labels.Select(one => (IdOf(one.Id), LabelValue.Class(one.Label))), labels);
        Assert.Equal(golden.Filtered, filtered);

        bool Passes(RejectReason reason)
        {
            Assert.True(reason is RejectReason.None or RejectReason.Filtered, $"{reason}: {reader.LastFault}");
            if (reason == RejectReason.Filtered) filtered++;
            return reason == RejectReason.None;
        }
    }

    /// <summary>A setting beside the preset is about one field; all others stay those of the preset.</summary>
    [Theory, MemberData(nameof(Names))]
    public void A_single_setting_of_a_preset_can_be_another(string name)
    {
        var preset = Core.Input.Presets.Find(name)!;
        string section = preset.Records == FieldRecords.Labels ? "labels" : "predictions";

        // The preset counts first, wherever it stands.
        var loaded = ConfigLoader.LoadText("preset.yaml", $"kafka: {{ topics: {{ {section}: [x.model.y.outputs] }} }}\ninput: {{ {section}: {{ id: header:other, preset: {name} }} }}");

        Assert.Empty(loaded.Faults);
        var fields = preset.Records == FieldRecords.Labels ? loaded.Options.Pipeline.LabelFields : loaded.Options.Pipeline.PredictionFields;
        Assert.Equal(preset.Mapping.With(FieldName.Id, "header:other") with { Preset = name }, fields);
    }

    [Fact]
    public void A_preset_of_the_other_part_or_of_no_name_is_told()
    {
        Assert.Equal(
            ["p.yaml:1:28: input.labels.preset: kserve-v1 is of predictions; expected one of labels: otel-verdicts, debezium, debezium-schemaless, cloudevents-batch, cloudevents-structured, cloudevents-binary, connect"],
            ConfigLoader.LoadText("p.yaml", "input: { labels: { preset: kserve-v1 } }").Faults.Select(fault => fault.ToString()).Take(1));
        Assert.Contains("did you mean kserve-v2?", Assert.Single(ConfigLoader.LoadText("p.yaml", "input: { predictions: { preset: kserv-v2 } }").Faults).ToString(), StringComparison.Ordinal);
    }

    /// <summary>What inspect prints for a producer that many have is its preset, and nothing else.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Inspect_knows_the_producer_by_its_records(string name)
    {
        var golden = GoldenRecords.Of(name);
        bool areLabels = golden.Part == FieldRecords.Labels;
        var theirs = new Sample(areLabels ? StreamPart.Labels : StreamPart.Predictions, golden.Topic, [.. golden.Records.Select(record => new SampledRecord(record.Key, record.Value, [.. record.Headers], record.Timestamp ?? 1_748_858_400_000))]);
        string other = areLabels ? "\"model\":\"m\",\"probability\":0.5" : "\"label\":1";
        var ours = new Sample(areLabels ? StreamPart.Predictions : StreamPart.Labels, "ours",
            [.. golden.Predictions.Select(one => one.Id).Concat(golden.Labels.Select(one => one.Id)).Select(id => new SampledRecord(null, System.Text.Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","timestamp":1748858460000,{{other}}}"""), []))]);

        var (predictions, labels) = areLabels ? PartGuess.Of(ours, theirs) : PartGuess.Of(theirs, ours);
        var trial = JoinTrial.Of(predictions, labels, Now);
        string draft = ConfigDraft.Of(predictions, labels, trial, null);

        Assert.Equal(name, (areLabels ? labels : predictions).Preset);
        Assert.Contains($"    preset: {name}\n", draft, StringComparison.Ordinal);
        Assert.Equal(golden.Predictions.Length + golden.Labels.Length, trial.Met);
        Assert.Equal((areLabels ? labels : predictions).Mapping, Core.Input.Presets.Find(name)!.Mapping with { Preset = name });
    }

    private static PredictionId IdOf(string id) => new PredictionIdHash(new SipHash(HashKey)).Of(System.Text.Encoding.UTF8.GetBytes(id));
}

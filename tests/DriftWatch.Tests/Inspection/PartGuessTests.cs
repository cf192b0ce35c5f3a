using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Inspection;

/// <summary>Records as people have them: what is guessed of them reads them, every one, and is a configuration that the service takes.</summary>
public sealed class PartGuessTests
{
    private const int Records = 200;
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly EventTime Now = EventTime.From(Start.AddDays(20));

    public static TheoryData<string, string, string, string> Streams => new()
    {
        {
            "as documented",
            """{"id":"r§i","model":"fraud","version":"7","timestamp":§ms,"probability":§p,"slices":{"region":"§region"}}""",
            """{"id":"r§i","timestamp":§ms,"label":§bit}""",
            ""
        },
        {
            "nested, epoch seconds, a score",
            """{"meta":{"request_id":"q-§i","model":{"name":"fraud","version":3}},"created_at":§s.25,"score":§p,"amount":§amount,"tags":{"region":"§region"}}""",
            """{"payload":{"request_id":"q-§i","is_fraud":§flag},"observed_at":"§iso"}""",
            """
            input:
              predictions:
                id: /meta/request_id
                timestamp: /created_at
                model: /meta/model/name
                version: /meta/model/version
                probability: /score
                slices: /tags
                timestampUnit: s
              labels:
                id: /payload/request_id
                timestamp: /observed_at
                label: /payload/is_fraud
            """
        },
        {
            "a vector, labels as words",
            """{"uuid":"§uuid","ts":"§iso","model_name":"pets","scores":{"cat":§p,"dog":§q}}""",
            """{"uuid":"§uuid","ts":"§iso","truth":"§pet"}""",
            """
            input:
              predictions:
                id: /uuid
                timestamp: /ts
                model: /model_name
                probabilities: /scores
              labels:
                id: /uuid
                timestamp: /ts
                label: /truth
            """
        },
        {
            "a class with its confidence, whole numbers as ids that stand beside other whole numbers",
            """{"order":§n,"user":§amount,"time":§us,"model":"intents","prediction":"§pet","confidence":§p,"latency_ms":§amount}""",
            """{"order_id":§n,"user":§amount,"time":§us,"outcome":"§pet"}""",
            """
            input:
              predictions:
                id: /order
                timestamp: /time
                predicted: /prediction
                latency: /latency_ms
                timestampUnit: us
              labels:
                id: /order_id
                timestamp: /time
                label: /outcome
                timestampUnit: us
            """
        },
        {
            "yes and no, no model",
            """{"id":"§i","timestamp":§ms,"probability":§p}""",
            """{"id":"§i","timestamp":§ms,"label":"§yes"}""",
            """
            input:
              predictions:
                defaultModel: scores  # records name no model
            defaults:
              positiveLabel: "yes"
              negativeLabel: "no"
            """
        },
        {
            "correct or not, CloudEvents around it",
            """{"specversion":"1.0","id":"e§i","type":"t","data":{"id":"§i","timestamp":§ms,"model":"m","predicted":"§pet","confidence":§p}}""",
            """{"specversion":"1.0","id":"f§i","type":"t","data":{"id":"§i","timestamp":§ms,"correct":§flag}}""",
            ""
        },
    };

    [Theory, MemberData(nameof(Streams))]
    public void What_is_guessed_reads_every_record_and_joins_every_label(string stream, string prediction, string label, string expected)
    {
        Assert.NotEmpty(stream);
        var (left, right, trial, yaml) = Inspect(Lines(prediction, delay: 0), Lines(label, delay: 300));

        Assert.Equal(expected.ReplaceLineEndings("\n"), yaml.TrimEnd('\n'));
        Assert.Equal((Records, Records, Records), (trial.Predictions, trial.Labels, trial.Met));
        Assert.Empty(trial.RejectedPredictions);
        Assert.Empty(trial.RejectedLabels);
        Assert.True(trial.Delays.All(delay => (delay - TimeSpan.FromMinutes(5)).Duration() <= TimeSpan.FromSeconds(1)), $"delays {trial.Delays[0]} to {trial.Delays[^1]}");
        Assert.Empty(left.Notes);
        Assert.Empty(right.Notes);
        var config = ConfigLoader.LoadText("guess.yaml", yaml);
        Assert.Empty(config.Faults);
        Assert.Empty(config.Warnings);
        Assert.Equal(left.Mapping, config.Options.Pipeline.PredictionFields);
        Assert.Equal(right.Mapping, config.Options.Pipeline.LabelFields);
    }

    /// <summary>Champion and shadow score every request: no id stands alone, and a customer's number repeats too, but not evenly.</summary>
    [Fact]
    public void An_id_that_several_versions_score_is_found()
    {
        List<SampledRecord> predictions = [];
        foreach (var (i, request) in Lines("""{"call":{"customer":§amount,"transactionId":"tx-§i"},"at":"§iso","model":{"name":"fraud","release":"VERSION"},"score":§p,"region":"§region"}""", 0).Index())
        {
            string line = Encoding.UTF8.GetString(request.Value!);
            foreach (string version in i % 10 == 0 ? new[] { "7" } : ["7", "8-shadow"]) predictions.Add(new SampledRecord(null, Encoding.UTF8.GetBytes(line.Replace("VERSION", version, StringComparison.Ordinal)), []));
        }

        var (left, right, trial, yaml) = Inspect(predictions, Lines("""{"tx":{"id":"tx-§i"},"customer":§amount,"fraud":§flag,"at":"§iso"}""", 300));

        Assert.Contains("    id: /call/transactionId\n", yaml);
        Assert.Contains("    version: /model/release\n", yaml);
        Assert.Contains("    id: /tx/id\n", yaml);
        Assert.Equal((predictions.Count, Records, Records, 0), (trial.Predictions, trial.Labels, trial.Met, trial.Copies));
        Assert.Empty(left.Notes);
        var output = new StringWriter();
        Assert.True(InspectionReport.Write(left, right, trial, yaml, output));
        Assert.Contains("set slices: { region: /region }", output.ToString());
        Assert.DoesNotContain("only the first counts", output.ToString());
    }

    [Fact]
    public void Copies_and_labels_of_predictions_before_the_sample_are_told()
    {
        var lines = Lines("""{"id":"§i","timestamp":§ms,"model":"m","probability":§p,"which":"NR"}""", 0);
        List<SampledRecord> predictions = [.. lines.Skip(Records * 3 / 4).SelectMany(line => new[] { line, line })];
        var (left, right, trial, yaml) = Inspect(predictions, Lines("""{"id":"§i","timestamp":§ms,"label":§bit}""", 60));
        var output = new StringWriter();
        InspectionReport.Write(left, right, trial, yaml, output);

        Assert.Equal((Records / 2, Records / 4, Records / 4), (trial.Predictions, trial.Copies, trial.Met));
        Assert.Contains("50 of 100 predictions have the id, model and version of another: of these only the first counts", output.ToString());
        Assert.Contains("most labels are of predictions before the sample", output.ToString());
    }

    [Fact]
    public void Keys_headers_and_Kafkas_times_are_looked_at_too()
    {
        List<SampledRecord> predictions = [], labels = [];
        for (int i = 0; i < Records; i++)
        {
            long time = Start.AddMinutes(i).ToUnixTimeMilliseconds();
            predictions.Add(new SampledRecord(null, Encoding.UTF8.GetBytes($$"""{"predictions":[0.{{10 + (i % 80)}}]}"""), [("ce_id", Encoding.UTF8.GetBytes($"r-{i}")), ("ce_inferenceservicename", "fraud"u8.ToArray())], time));
            labels.Add(new SampledRecord(Encoding.UTF8.GetBytes($"r-{i}"), Encoding.UTF8.GetBytes($$"""{"fraud":{{(i % 5 == 0 ? "true" : "false")}}}"""), [], time + 60_000));
        }

        var (left, right) = PartGuess.Of(new Sample(StreamPart.Predictions, "scores", predictions), new Sample(StreamPart.Labels, "outcomes", labels));
        var trial = JoinTrial.Of(left, right, Now);

        Assert.Equal((Records, Records, Records), (trial.Predictions, trial.Labels, trial.Met));
        Assert.Equal(
            """
            kafka:
              bootstrapServers: kafka:9092
              topics:
                predictions: scores
                labels: outcomes
            input:
              predictions:
                id: header:ce_id
                model: header:ce_inferenceservicename
                probability: /predictions/0
                timeFrom: kafka
              labels:
                id: key
                label: /fraud
                timeFrom: kafka

            """.ReplaceLineEndings("\n"),
            ConfigDraft.Of(left, right, trial, "kafka:9092"));
    }

    [Fact]
    public void Labels_that_take_long_or_come_early_get_a_horizon_and_a_lead()
    {
        const string prediction = """{"id":"§i","timestamp":§ms,"model":"m","probability":§p}""", label = """{"id":"§i","timestamp":§ms,"label":§bit}""";

        Assert.Contains("  horizon: 6d  # 99 of 100 labels of the sample came within 3 d", Inspect(Lines(prediction, 0), Lines(label, 3 * 86_400)).Yaml);
        Assert.Contains("  lead: 20m  # a label carried a time 10 min before its prediction", Inspect(Lines(prediction, 0), Lines(label, -600)).Yaml);
    }

    [Theory]
    [InlineData("""{"id":"§i","timestamp":§ms,"model":"m","score":§amount}""", "looks like percentages")]
    [InlineData("""{"id":"§i","timestamp":§ms,"model":"m","probability":-§amount.5}""", "looks like log probabilities")]
    [InlineData("""{"id":"§i","timestamp":§ms,"model":"m","price":"§pet"}""", "not regressions, rankings or texts")]
    [InlineData("""{"id":"§i","timestamp":§ms,"model":"m","rows":[{"a":1}],"probability":§p}""", "/rows is an array of objects")]
    [InlineData("""{"model":"m","timestamp":§ms,"probability":§p}""", "no field looks like an id")]
    [InlineData("""{"id":"§i","model":"m","probability":§p}""", "no field holds a time")]
    public void What_stands_in_the_way_is_a_note(string prediction, string note) =>
        Assert.Contains(Inspect(Lines(prediction, 0), Lines("""{"id":"§i","timestamp":§ms,"label":§bit}""", 60)).Left.Notes, said => said.Contains(note, StringComparison.Ordinal));

    [Fact]
    public void Forms_that_cannot_be_read_are_named()
    {
        var output = new StringWriter();
        Sample Of(StreamPart part, params byte[][] values) => new(part, "t", [.. values.Select(value => new SampledRecord(null, value, []))]);
        var (left, right) = PartGuess.Of(Of(StreamPart.Predictions, [0, 0, 0, 0, 17, 2, 8, 200], [0x1F, 0x8B, 8]), Of(StreamPart.Labels, "a,b,c"u8.ToArray(), [0, 0, 0, 0, 9, (byte)'{', (byte)'}'], []));
        var trial = JoinTrial.Of(left, right, Now);

        Assert.False(InspectionReport.Write(left, right, trial, ConfigDraft.Of(left, right, trial, null), output));

        string said = output.ToString();
        Assert.Contains("1 Schema Registry framing, Avro or Protobuf (format: avro) (schema ids 17)", said);
        Assert.Contains("1 gzip, compressed by hand", said);
        Assert.Contains("1 text that is no JSON (CSV?)", said);
        Assert.Contains("1 JSON behind Schema Registry framing", said);
        Assert.Contains("(schema ids 9)", said);
        Assert.Contains("cannot be tried", said);
    }

    [Fact]
    public void Ids_that_never_meet_are_told_with_what_they_look_like()
    {
        var output = new StringWriter();
        var (left, right, trial, yaml) = Inspect(Lines("""{"id":"r-§i","timestamp":§ms,"model":"m","probability":§p}""", 0), Lines("""{"id":"§uuid","timestamp":§ms,"label":§bit}""", 60));

        Assert.False(InspectionReport.Write(left, right, trial, yaml, output));
        Assert.Contains("As far as it goes", output.ToString());
        Assert.Contains("ids of predictions look like \"letters-digits\", those of labels like \"a UUID\"", output.ToString());
    }

    private static (PartGuess Left, PartGuess Right, JoinTrial Trial, string Yaml) Inspect(IReadOnlyList<SampledRecord> predictions, IReadOnlyList<SampledRecord> labels)
    {
        var (left, right) = PartGuess.Of(new Sample(StreamPart.Predictions, "scores.jsonl", predictions) { IsTopic = false }, new Sample(StreamPart.Labels, "labels.jsonl", labels) { IsTopic = false });
        var trial = JoinTrial.Of(left, right, Now);
        return (left, right, trial, ConfigDraft.Of(left, right, trial, null));
    }

    private static List<SampledRecord> Lines(string template, int delay)
    {
        var random = new Random(5);
        List<SampledRecord> lines = [];
        for (int i = 0; i < Records; i++)
        {
            var time = Start.AddMinutes(i).AddSeconds(delay);
            int p = random.Next(5, 95);
            string line = template
                .Replace("§iso", time.ToString("yyyy-MM-ddTHH:mm:ssZ"), StringComparison.Ordinal)
                .Replace("§uuid", new Guid(i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ToString(), StringComparison.Ordinal)
                .Replace("§ms", time.ToUnixTimeMilliseconds().ToString(), StringComparison.Ordinal)
                .Replace("§us", (time.ToUnixTimeMilliseconds() * 1000).ToString(), StringComparison.Ordinal)
                .Replace("§n", (5_000_000 + (7 * i)).ToString(), StringComparison.Ordinal)
                .Replace("§region", i % 3 == 0 ? "eu" : "us", StringComparison.Ordinal)
                .Replace("§pet", i % 3 == 0 ? "cat" : "dog", StringComparison.Ordinal)
                .Replace("§yes", i % 7 == 0 ? "yes" : "no", StringComparison.Ordinal)
                .Replace("§flag", i % 4 == 0 ? "true" : "false", StringComparison.Ordinal)
                .Replace("§bit", i % 4 == 0 ? "1" : "0", StringComparison.Ordinal)
                .Replace("§amount", (1 + (i % 90)).ToString(), StringComparison.Ordinal)
                .Replace("§s", time.ToUnixTimeSeconds().ToString(), StringComparison.Ordinal)
                .Replace("§i", i.ToString(), StringComparison.Ordinal)
                .Replace("§p", $"0.{p:00}", StringComparison.Ordinal)
                .Replace("§q", $"0.{100 - p:00}", StringComparison.Ordinal);
            lines.Add(new SampledRecord(null, Encoding.UTF8.GetBytes(line), []));
        }

        return lines;
    }
}

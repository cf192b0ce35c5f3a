using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>What docs/input.md tells producers is what the reader does.</summary>
public class InputPageTests
{
    private const string PageFile = "docs/input.md";
    private static readonly string Page = File.ReadAllText(Repository.PathOf(PageFile));

    [Fact]
    public void EveryReasonIsExplainedOnce() => Assert.All(RejectReasons.All, r => Assert.Single(Page.Split('\n'), line => line.StartsWith($"| `{r.Name()}` |", StringComparison.Ordinal)));

    [Fact]
    public void TheExamplesAreAccepted()
    {
        string[] examples = [.. Page.Split('\n').Where(line => line.StartsWith("{\"", StringComparison.Ordinal))];
        var plain = new Records();
        var mapped = new Records(new FieldMapping
        {
            [FieldName.Id] = "/meta/request~1id", [FieldName.Model] = "/meta/model/name", [FieldName.Version] = "/meta/model/version", [FieldName.Timestamp] = "/ts", [FieldName.Probability] = "/scores/1", [FieldName.Slices] = "/tags",
        });

        Assert.Equal(11, examples.Length);
        Assert.All(examples[..4], e => Assert.Equal(RejectReason.None, plain.Prediction(e).Reason));
        Assert.All(examples[4..9], e => Assert.Equal(RejectReason.None, plain.Label(e).Reason));
        Assert.Equal((RejectReason.None, 0.8), (mapped.Prediction(examples[9]).Reason, mapped.Prediction(examples[9]).Prediction.Confidence));
    }

    [Fact]
    public void TheTableOfPresetsSaysWhatTheyAre()
    {
        const string begin = "<!-- presets -->\n";
        string text = File.ReadAllText(Repository.PathOf(PageFile));
        int from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length, to = text.IndexOf("<!-- end -->", from, StringComparison.Ordinal);
        var rows = Presets.All.Select(preset =>
            $"| `{preset.Name}` | {(preset.Records == FieldRecords.Labels ? "labels" : preset.Records == FieldRecords.Predictions ? "predictions" : "both")} | {preset.Producer} | {string.Join("<br>", preset.Settings.Select(setting => $"`{setting.Replace("|", "\\|", StringComparison.Ordinal)}`"))} |\n");

        string expected = $"{text[..from]}| preset | of | producer | what it sets |\n|---|---|---|---|\n{string.Concat(rows)}{text[to..]}";

        Assert.Equal(expected, Repository.Approved(PageFile, expected));
    }

    [Fact]
    public void TheExampleOfRowsIsReadAsThePageSays()
    {
        string example = Page.Split('\n').Last(line => line.StartsWith("{\"id\"", StringComparison.Ordinal));
        var rows = new Records(new FieldMapping
        {
            Rows = "tensors:/outputs", [FieldName.Model] = "/model_name", [FieldName.Version] = "/model_version", [FieldName.Probability] = "row/predict_proba/1", TimeFrom = TimeSource.Kafka,
        });
        var record = new RecordView { Value = System.Text.Encoding.UTF8.GetBytes(example), KafkaTimestamp = Records.Now.Milliseconds };
        List<(PredictionId, double)> read = [];

        rows.Reader.Open(record, FieldRecords.Predictions);
        while (rows.Reader.NextPrediction(record, Records.Now, out var prediction, out var reason)) read.Add((reason == RejectReason.None ? prediction.Id : default, prediction.Confidence));

        Assert.Equal([(Records.IdOf("7f-0"), 0.1), (Records.IdOf("7f-1"), 0.75)], read);
    }

    [Theory]
    [InlineData(FieldRecords.Predictions, "predictions")]
    [InlineData(FieldRecords.Labels, "labels")]
    public void TheTablesSayWhatTheCatalogueSays(FieldRecords records, string name)
    {
        string begin = $"<!-- fields of {name} -->\n", text = File.ReadAllText(Repository.PathOf(PageFile));
        int from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length, to = text.IndexOf("<!-- end -->", from, StringComparison.Ordinal);
        var rows = FieldCatalogue.Of(records).Select(field => $"| `{field.Name}` | {(field.Required ? "yes" : "")} | {field.Meaning} |\n");

        string expected = $"{text[..from]}| field | always needed | what it is |\n|---|---|---|\n{string.Concat(rows)}{text[to..]}";

        Assert.Equal(expected, Repository.Approved(PageFile, expected));
    }
}

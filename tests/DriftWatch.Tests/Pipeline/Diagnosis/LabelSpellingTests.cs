using System.Text;
using System.Text.Json;
using DriftWatch.Core.Monitoring;
using DriftWatch.Options;
using DriftWatch.Web;
using Xunit;

namespace DriftWatch.Pipeline.Diagnosis;

/// <summary>The whole service says which labels counted as negative though nobody declared them, and refuses them where somebody did.</summary>
public sealed class LabelSpellingTests
{
    [Fact]
    public void A_slip_of_the_positive_label_is_counted_shown_and_noted_and_outlasts_a_restart()
    {
        using var service = Service(new() { PositiveLabel = "fraud" });
        Play(service, "fraud", "no", "no", "no", "no", "Fraud", "nan", "fraud ");

        Check(service.Snapshot);
        service.StartService();
        service.Settle();
        Check(service.Snapshot);

        static void Check(ServiceSnapshot snapshot)
        {
            var undeclared = Assert.Single(snapshot.Monitor.Models).Undeclared!;
            Assert.Equal((2, "no 4, Fraud 1, nan 1"), (undeclared.Positives, undeclared.Summary));
            var note = Assert.Single(snapshot.InputProblems);
            Assert.Equal((new ProblemKey(ProblemKind.LabelSpelling, StreamPart.Labels, null, "m"), true), (note.Key, note.IsNote));
            Assert.Equal(
                "Labels of model m counted as negative that look otherwise: \"Fraud\" (1) looks like the positive one, \"fraud\"; \"nan\" (1) looks like a missing value. Seen as negative: no 4, Fraud 1, nan 1; as positive: fraud 2.",
                note.What);
            Assert.Equal(["defaults.positiveLabel", "defaults.negativeLabel"], note.Settings);
        }
    }

    [Fact]
    public void Labels_of_their_own_are_shown_and_no_note()
    {
        using var service = Service(new() { PositiveLabel = "fraud" });
        Play(service, "fraud", "legit", "refund", "legit");

        Assert.Empty(service.Snapshot.InputProblems);
        Assert.Equal("legit 2, refund 1", Assert.Single(service.Snapshot.Monitor.Models).Undeclared!.Summary);
    }

    [Fact]
    public void A_label_that_is_neither_is_a_dead_letter_that_names_place_value_and_settings()
    {
        using var service = Service(new() { PositiveLabel = "true", NegativeLabel = "-1" });
        Play(service, "1", "-1.0", "maybe");

        Assert.Equal((2, 1), (service.Snapshot.Monitor.Join.Matched, service.Snapshot.Monitor.Join.Unreadable));
        var letter = Assert.Single(service.Output.DeadLetters);
        Assert.Equal(
            "/label: expected 1 (came true) or -1 (did not) of binary model m, found maybe; defaults.positiveLabel and defaults.negativeLabel say which label means what",
            Encoding.UTF8.GetString(letter.Headers.Single(header => header.Name == "dw_error_detail").Value!));
        Assert.Null(Assert.Single(service.Snapshot.Monitor.Models).Undeclared);
    }

    [Fact]
    public async Task Page_and_API_show_what_was_seen_as_negative()
    {
        var picture = SimulatedService.Busy();
        var labels = new UndeclaredLabels("yes", 120, [new("no", 41_233, LabelLook.Plain), new("<b>Yes", 17, LabelLook.Positive)], 3);
        var models = picture.Monitor.Models.Select((model, i) => i == 0 ? model with { Undeclared = labels } : model).ToList();
        await using var host = await WebHost.Start(picture with { Monitor = picture.Monitor with { Models = models } });

        string page = await host.Get("/");
        using var json = JsonDocument.Parse(await host.Get("/api/v1/models"));

        Assert.Contains("seen as negative: <bdi>no 41 233, &lt;b&gt;Yes 17, others 3</bdi>; as positive: <bdi>yes</bdi>", page, StringComparison.Ordinal);
        var all = json.RootElement.GetProperty("models").EnumerateArray().ToList();
        Assert.Equal(
            """{"positive":"yes","positives":120,"negative":[{"label":"no","labels":41233,"looksLike":null},{"label":"<b>Yes","labels":17,"looksLike":"positive"}],"others":3}""",
            all[0].GetProperty("undeclaredLabels").GetRawText().Replace("\\u003C", "<", StringComparison.Ordinal).Replace("\\u003E", ">", StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Null, all[1].GetProperty("undeclaredLabels").ValueKind);
    }

    private static PipelineDriver Service(ModelOptions model) =>
        new(PipelineDriver.QuickModel() with { Default = model with { Join = PipelineDriver.QuickModel().Default.Join } }, partitions: 1);

    private static void Play(PipelineDriver service, params string[] labels)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            service.Predict($"p{i}", TimeSpan.FromSeconds(i), 0.5);
            service.Append("labels", 0, JsonSerializer.Serialize(new { id = $"p{i}", timestamp = (PipelineDriver.Start + TimeSpan.FromSeconds(i + 1)).ToUnixTimeMilliseconds(), label = labels[i] }));
        }

        service.RunToEnd();
    }
}

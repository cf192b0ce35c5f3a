using System.Net;
using System.Text.Json;
using DriftWatch.Metrics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Diagnosis;

namespace DriftWatch.Web;

/// <summary>Input that is wrong as a whole is said wherever somebody looks, and nothing else looks healthy beside it.</summary>
public class InputProblemSurfaceTests
{
    private static readonly InputProblem Early = new(
        new(ProblemKind.LabelsEarly, StreamPart.Labels, "prod.labels", "<b>fraud"), "All 1200 recent labels of model <b>fraud are lost.", "Set a lead.", ["models.fraud.lead", "clock"])
    {
        Since = SimulatedService.Now - TimeSpan.FromMinutes(7),
    };

    private static readonly InputProblem Note = new(new(ProblemKind.NothingJoins, StreamPart.Labels, "prod.labels", null), "Not one has met.", "That may be well.", ["input.labels.id"]) { IsNote = true };

    private static ServiceSnapshot With(params InputProblem[] problems) => SimulatedService.Busy() with { InputProblems = problems };

    [Fact]
    public async Task ThePageSaysItAboveEverythingAndItsHeadlinesDoNotLookWell()
    {
        await using var host = await WebHost.Start(With(Early));

        string page = await host.Get("/");

        Assert.Contains("<title>(the input is wrong) DriftWatch</title>", page, StringComparison.Ordinal);
        Assert.Contains("class=\"phase running ailing\"", page, StringComparison.Ordinal);
        Assert.Contains("running, the input is wrong", page, StringComparison.Ordinal);
        Assert.Contains("<p class=\"trouble\" role=\"alert\"><strong>Labels before their predictions.</strong> All 1200 recent labels of model &lt;b&gt;fraud are lost. Set a lead. Look at <code>models.fraud.lead</code> and <code>clock</code>.</p>", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("Labels before their predictions.", StringComparison.Ordinal) < page.IndexOf("<main", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ANoteIsShownAndCallsNobody()
    {
        await using var host = await WebHost.Start(With(Note));

        string page = await host.Get("/");
        var metrics = new MetricsText(await host.Get("/metrics"));

        Assert.Contains("class=\"warned\" role=\"note\"><strong>Nothing joins.</strong>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("the input is wrong", page, StringComparison.Ordinal);
        Assert.Equal(0, metrics["driftwatch_input_problem{stream=\"labels\",topic=\"prod.labels\",problem=\"nothing_joins\"}"]);
    }

    [Fact]
    public async Task TheStatusListsProblemsWithCauseAndSettings()
    {
        await using var host = await WebHost.Start(With(Early, Note));

        using var json = JsonDocument.Parse(await host.Get("/api/v1/status"));

        var listed = json.RootElement.GetProperty("diagnosis");
        Assert.Equal(
            """{"problem":"labels_early","severity":"problem","stream":"labels","topic":"prod.labels","model":"<b>fraud","since":"2026-11-21T14:18:30.000Z","what":"All 1200 recent labels of model <b>fraud are lost.","cause":"Set a lead.","settings":["models.fraud.lead","clock"]}""",
            JsonSerializer.Serialize(listed[0], Relaxed));
        Assert.Equal("note", listed[1].GetProperty("severity").GetString());
    }

    [Fact]
    public async Task TheMetricStandsAtNoughtForAllThatMayBeAndAtOneForWhatIs()
    {
        await using var well = await WebHost.Start(With());
        await using var ill = await WebHost.Start(With(Early));

        var before = Problems(await well.Get("/metrics"));
        var after = Problems(await ill.Get("/metrics"));

        Assert.Equal(11, before.Count);
        Assert.All(before.Values, value => Assert.Equal(0, value));
        Assert.Equal(["driftwatch_input_problem{stream=\"labels\",topic=\"prod.labels\",problem=\"labels_early\"}"], after.Where(series => series.Value == 1).Select(series => series.Key));
    }

    [Fact]
    public async Task AProblemOfNoSingleTopicStandsAtAllOfItsStream()
    {
        await using var host = await WebHost.Start(With(Early with { Key = Early.Key with { Topic = null } }));

        Assert.Single(Problems(await host.Get("/metrics")), series => series.Value == 1);
    }

    [Fact]
    public async Task ReadinessGoesOnAndSaysIt()
    {
        await using var host = await WebHost.Start(With(Early));

        using var ready = await host.Ask("/healthz/ready");
        string verbose = await host.Get("/healthz/ready?verbose");

        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        using var json = JsonDocument.Parse(verbose);
        Assert.Contains("The input is wrong: All 1200 recent labels", json.RootElement.GetProperty("checks")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static Dictionary<string, double> Problems(string page) =>
        new MetricsText(page).Samples.Where(sample => sample.Key.StartsWith("driftwatch_input_problem{", StringComparison.Ordinal)).ToDictionary(sample => sample.Key, sample => sample.Value);
}

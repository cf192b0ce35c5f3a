using System.Text.Json;
using DriftWatch.Metrics;

namespace DriftWatch.Web;

/// <summary>Serving latency where people and scripts meet it: page, API and metrics say what the picture says, and nothing where there is none.</summary>
public class LatencySurfaceTests
{
    private const string Tags = "{model=\"fraud\",version=\"7\"}";

    [Fact]
    public async Task TheMetricsAreInSecondsAndOnlyOfWhoSendsLatencies()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        var page = new MetricsText(await host.Get("/metrics"));

        Assert.Equal(0.031, page["driftwatch_latency_median_seconds" + Tags], 9);
        Assert.Equal(0.128, page["driftwatch_latency_p95_seconds" + Tags], 9);
        Assert.Equal(0.305, page["driftwatch_latency_p99_seconds" + Tags], 9);
        Assert.Equal(217, page["driftwatch_latency_window_predictions" + Tags]);
        Assert.Equal(12, page["driftwatch_latency_unreadable_total" + Tags]);
        Assert.Equal(0.096, page["driftwatch_latency_reference_p95_seconds" + Tags], 9);
        Assert.Equal(7, page.Samples.Keys.Count(series => series.StartsWith("driftwatch_latency_", StringComparison.Ordinal) && series.Contains("version=", StringComparison.Ordinal)));
        Assert.Equal(["driftwatch_latency_limit_seconds{model=\"fraud\"}"], page.Of("driftwatch_latency_limit_seconds"));
        Assert.Equal(0.2, page["driftwatch_latency_limit_seconds{model=\"fraud\"}"]);
    }

    [Fact]
    public async Task TheApiTellsMillisecondsAndNullWhereNothingIsKnown()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        using var json = JsonDocument.Parse(await host.Get("/api/v1/series?model=fraud&version=7"));
        using var models = JsonDocument.Parse(await host.Get("/api/v1/models"));
        var versions = models.RootElement.GetProperty("models").EnumerateArray().Single(m => m.GetProperty("model").GetString() == "fraud").GetProperty("versions");

        var latency = json.RootElement.GetProperty("series")[0].GetProperty("latency");
        Assert.Equal((217, 31, 128, 305), Of(latency));
        Assert.Equal((63_000, 28, 97, 215), Of(latency.GetProperty("total")));
        Assert.Equal((12, 1), (latency.GetProperty("unreadable").GetInt64(), latency.GetProperty("late").GetInt64()));
        Assert.Equal((217, 31, 128, 305), Of(versions[0].GetProperty("latency")));
        Assert.Equal(JsonValueKind.Null, versions[1].GetProperty("latency").ValueKind);
        var warning = versions[0].GetProperty("earlyWarning").GetProperty("latency");
        Assert.Equal((2590, 31, 128, 305), Of(warning));
        Assert.Equal((60_800, 28, 96, 210), Of(warning.GetProperty("reference")));
    }

    [Fact]
    public async Task ThePageShowsItWithItsLimitAndWhatCouldNotBeRead()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        string with = await host.Get("/?model=fraud&version=7"), without = await host.Get("/?model=churn&version=2026-10");

        Assert.Contains("p50 31 ms, p95 128 ms, p99 305 ms over 217 predictions", with, StringComparison.Ordinal);
        Assert.Contains("limit of p95: 200 ms", with, StringComparison.Ordinal);
        Assert.Contains("12 predictions carried a latency that cannot be read", with, StringComparison.Ordinal);
        Assert.Contains("point input.predictions.latency elsewhere", with, StringComparison.Ordinal);
        Assert.DoesNotContain("Serving latency", without, StringComparison.Ordinal);
    }

    private static (long, double, double, double) Of(JsonElement latency) => (
        latency.GetProperty("predictions").GetInt64(), latency.GetProperty("p50").GetDouble(), latency.GetProperty("p95").GetDouble(), latency.GetProperty("p99").GetDouble());
}

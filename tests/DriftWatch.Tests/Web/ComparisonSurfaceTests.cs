using System.Text.Json;
using DriftWatch.Metrics;

namespace DriftWatch.Web;

/// <summary>Versions beside each other where people and scripts meet them: page, API and metrics say what the picture says.</summary>
public class ComparisonSurfaceTests
{
    private const string Tags = "{model=\"fraud\",version=\"7\",current=\"6\"}";

    [Fact]
    public async Task TheMetricsSayShareGainAndVerdictAndLeaveOutWhatIsNotKnown()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        var page = new MetricsText(await host.Get("/metrics"));

        Assert.Equal(4, page["driftwatch_comparison_requests" + Tags]);
        Assert.Equal(0.5, page["driftwatch_comparison_disagreeing_ratio" + Tags]);
        Assert.Equal(-0.1, page["driftwatch_comparison_mean_difference" + Tags], 9);
        Assert.Equal(18_200, page["driftwatch_comparison_labeled_requests" + Tags]);
        Assert.Equal(-0.0125, page["driftwatch_comparison_gain_nats" + Tags], 9);
        Assert.Equal((-0.0171, -0.0079), (page["driftwatch_comparison_gain_lower_nats" + Tags], page["driftwatch_comparison_gain_upper_nats" + Tags]));
        Assert.Equal(-1, page["driftwatch_comparison_verdict" + Tags]);
        Assert.Equal(1, page["driftwatch_slice_comparison_disagreeing_ratio{model=\"fraud\",version=\"7\",current=\"6\",slice=\"region=eu\"}"]);
        Assert.Equal(0.2, page["driftwatch_comparison_disagreeing_limit_ratio{model=\"fraud\"}"]);
        Assert.DoesNotContain(page.Samples.Keys, series => series.StartsWith("driftwatch_comparison", StringComparison.Ordinal) && series.Contains("churn", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheApiSaysAllOfItAndNullWhereNothingIsKnown()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        using var json = JsonDocument.Parse(await host.Get("/api/v1/models"));
        var fraud = json.RootElement.GetProperty("models").EnumerateArray().Single(model => model.GetProperty("model").GetString() == "fraud").GetProperty("comparisons");
        var (whole, slice) = (fraud[0], fraud[1]);

        Assert.Equal(("6", "7", "worse", true), (whole.GetProperty("current").GetString(), whole.GetProperty("candidate").GetString(), whole.GetProperty("verdict").GetString(), whole.GetProperty("lastDay").GetProperty("tooOften").GetBoolean()));
        Assert.Equal((18_200, -0.0171), (whole.GetProperty("labeled").GetInt64(), whole.GetProperty("gainAtAllTimes").GetProperty("lower").GetDouble()));
        Assert.Equal(("region=eu", "open", JsonValueKind.Null), (slice.GetProperty("slice").GetString(), slice.GetProperty("verdict").GetString(), slice.GetProperty("gainAtAllTimes").ValueKind));
    }

    [Fact]
    public async Task ThePageShowsBothDiagramsAndTheVerdictInWords()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        string candidate = await host.Get("/?model=fraud&version=7"), slice = await host.Get("/?model=fraud&version=7&slice=region%3Deu"), other = await host.Get("/?model=churn&version=2026-10");

        Assert.Contains("Versions on the same requests", candidate, StringComparison.Ordinal);
        Assert.Contains("the candidate is worse, since ", candidate, StringComparison.Ordinal);
        Assert.Contains("50.0 % (too often)", candidate, StringComparison.Ordinal);
        Assert.Contains("id=\"reliability-current\"", candidate, StringComparison.Ordinal);
        Assert.Contains("id=\"reliability-candidate\"", candidate, StringComparison.Ordinal);
        Assert.Contains("no labels yet", slice, StringComparison.Ordinal);
        Assert.DoesNotContain("Versions on the same requests", other, StringComparison.Ordinal);
    }
}

using System.Text.Json;
using DriftWatch.Metrics;

namespace DriftWatch.Web;

/// <summary>Who has labeled, and what judges are worth, where people and scripts meet it: numbers with intervals, and nothing where nothing is known.</summary>
public class SourcesSurfaceTests
{
    [Fact]
    public async Task TheMetricsHaveRatesAndBoundsOfAJudgeWhoseTruthIsKnownAndNoneOfOthers()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        var page = new MetricsText(await host.Get("/metrics"));

        Assert.Equal(0.9, page["driftwatch_judge_true_positive_ratio" + Of("judge-a")], 9);
        Assert.Equal(50.0 / 900, page["driftwatch_judge_false_positive_ratio" + Of("judge-a")], 9);
        Assert.Equal(0.7170, page["driftwatch_judge_kappa_ratio" + Of("judge-a")], 4); // (.94 - .788) / (1 - .788)
        Assert.Equal((0.14 - (50.0 / 900)) / (0.9 - (50.0 / 900)), page["driftwatch_judge_base_rate_ratio" + Of("judge-a")], 9);
        Assert.Equal(8, page.Samples.Keys.Count(series => series.StartsWith("driftwatch_judge_bound_ratio", StringComparison.Ordinal)));
        Assert.Equal(40, page["driftwatch_judge_labeled_predictions{model=\"fraud\",version=\"7\",judge=\"judge-b\",trusted=\"nothing\"}"]);
        Assert.DoesNotContain(page.Samples.Keys, series => series.Contains("judge-b", StringComparison.Ordinal) && series.Contains("_ratio", StringComparison.Ordinal));
        Assert.Equal(23, page["driftwatch_source_labeled_predictions{model=\"fraud\",version=\"7\",source=\"__other__\"}"]);
        Assert.DoesNotContain(page.Samples.Keys, series => series.Contains("churn", StringComparison.Ordinal) && series.Contains("_source_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheApiSaysNullWhereNothingIsKnown()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        using var json = JsonDocument.Parse(await host.Get("/api/v1/series?model=fraud&version=7"));
        using var models = JsonDocument.Parse(await host.Get("/api/v1/models"));
        var fraud = models.RootElement.GetProperty("models").EnumerateArray().Single(m => m.GetProperty("model").GetString() == "fraud");

        foreach (var sources in (JsonElement[])[json.RootElement.GetProperty("series")[0].GetProperty("sources"), fraud.GetProperty("versions")[0].GetProperty("sources")])
        {
            var listed = sources.GetProperty("listed");
            Assert.Equal(["human trusted", "judge-a judge", "judge-b judge"], listed.EnumerateArray().Select(s => $"{s.GetProperty("source")} {s.GetProperty("kind")}"));
            Assert.Equal((1000, 90, 0.9), (listed[1].GetProperty("n").GetInt64(), listed[1].GetProperty("truePositives").GetInt64(), listed[1].GetProperty("truePositiveRate").GetDouble()));
            Assert.True(listed[1].GetProperty("kappaLower").GetDouble() < 0.717 && listed[1].GetProperty("kappaUpper").GetDouble() > 0.717);
            foreach (string name in (string[])["truePositiveRate", "falsePositiveRateUpper", "kappa", "baseRateCorrected"]) Assert.Equal(JsonValueKind.Null, listed[2].GetProperty(name).ValueKind);
            Assert.Equal(0.1, listed[2].GetProperty("baseRateAlone").GetDouble());
            Assert.False(listed[0].TryGetProperty("n", out _));
            Assert.Equal(23, sources.GetProperty("unlisted").GetInt64());
        }

        Assert.Equal(JsonValueKind.Null, fraud.GetProperty("versions")[1].GetProperty("sources").ValueKind);
        Assert.Equal("humna", fraud.GetProperty("unknownSources")[0].GetString());
    }

    [Fact]
    public async Task ThePageShowsThemWithTheNamesThatNobodyKnows()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        string with = await host.Get("/?model=fraud&version=7"), without = await host.Get("/?model=churn&version=2026-10");

        Assert.Contains("Who says so", with, StringComparison.Ordinal);
        Assert.Contains("base rate corrected for the judge", with, StringComparison.Ordinal);
        Assert.Contains("humna", with, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", with, StringComparison.Ordinal);
        Assert.DoesNotContain("Who says so", without, StringComparison.Ordinal);
    }

    private static string Of(string judge) => $"{{model=\"fraud\",version=\"7\",judge=\"{judge}\"}}";
}

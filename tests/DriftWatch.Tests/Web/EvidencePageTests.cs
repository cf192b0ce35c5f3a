using System.Net;
using System.Text.Json;
using DriftWatch.Core.Series;
using DriftWatch.Json;
using DriftWatch.Web.Page;

namespace DriftWatch.Web;

/// <summary>The sequential detector on the page and in the API.</summary>
public class EvidencePageTests
{
    [Fact]
    public async Task AnAlarmIsToldWithDirectionEvidenceAndPromise()
    {
        await using var host = await WebHost.Start(SimulatedEvidence.Service);

        string page = WebUtility.HtmlDecode(await host.Get("/?model=credit&version=3"));

        Assert.Contains("overconfident, T ≈ 1.5, mostly 0.8 to 1", page, StringComparison.Ordinal);
        Assert.Contains("that it is over", page, StringComparison.Ordinal);
        Assert.Contains("blocks of 1 d, 12 so far", page, StringComparison.Ordinal);
        Assert.Contains("at most one false alarm in 365 d for this model version and its 4 slices", page, StringComparison.Ordinal);
        Assert.Contains("Rule e-sr, overconfident, T ≈ 1.5, mostly 0.8 to 1, ln E 9.2", page, StringComparison.Ordinal);
        Assert.DoesNotContain("windows in a row", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhyNoDecisionFallsIsSaidFirst()
    {
        await using var host = await WebHost.Start(SimulatedEvidence.Service);

        string waits = WebUtility.HtmlDecode(await host.Get("/?model=loans"));
        string learns = WebUtility.HtmlDecode(await host.Get("/?model=offers"));

        Assert.Contains("<strong>No decision yet.</strong> 16 % of the labels are missing when panes mature", waits, StringComparison.Ordinal);
        Assert.Contains("the missing labels could explain it", waits, StringComparison.Ordinal);
        Assert.Equal(CalibrationState.InsufficientData, CalibrationStates.Of(SimulatedEvidence.Waiting));
        Assert.Equal(CalibrationState.Calibrated, CalibrationStates.Of(SimulatedEvidence.Waiting with { Detector = null }));
        Assert.Contains("waits for labels", waits, StringComparison.Ordinal);
        Assert.Contains("Learns how outcomes depend on each other: 31 of 168 hours.", learns, StringComparison.Ordinal);
        Assert.DoesNotContain("Needs 500 labeled predictions", learns, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EachRuleHasItsOwnLanguage()
    {
        await using var host = await WebHost.Start(SimulatedEvidence.Service);

        string threshold = WebUtility.HtmlDecode(await host.Get("/?model=image-tagger"));
        string evidence = WebUtility.HtmlDecode(await host.Get("/?model=credit&version=3&slice=region%3Deu"));

        Assert.Contains("3 windows in a row above 0.05 make an episode", threshold, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"evidence-title\"", threshold, StringComparison.Ordinal);
        Assert.Contains("Evidence is accumulating: ln E 5.2 of the 7.5 that an alarm needs.", evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void TheBarPutsTheThresholdInOnePlaceAndGrowsWithTheEvidence()
    {
        double[] thresholds = [-0.7, 4.6, 7.5, 18.4];
        foreach (double threshold in thresholds)
        {
            Assert.Equal(150, EvidenceBar.Place(threshold, threshold), 9);
            Assert.Equal(0, EvidenceBar.Place(double.NegativeInfinity, threshold));
            Assert.Equal(200, EvidenceBar.Place(1e6, threshold));
            double last = -1;
            for (double evidence = threshold - 11; evidence < threshold + 3.5; evidence += 0.25)
            {
                double place = EvidenceBar.Place(evidence, threshold);
                Assert.True(place > last, $"{evidence} of {threshold}: {place} after {last}");
                last = place;
            }
        }
    }

    [Fact]
    public async Task TheApiHasEverythingTheDetectorKnowsAndNullForTheRest()
    {
        await using var host = await WebHost.Start(SimulatedEvidence.Service);

        using var firing = JsonDocument.Parse(await host.Get("/api/v1/series?model=credit&version=3"));
        using var waiting = JsonDocument.Parse(await host.Get("/api/v1/series?model=loans"));

        var detector = firing.RootElement.GetProperty("series")[0].GetProperty("detector");
        Assert.Equal(
            ["rule", "statistic", "limit", "logEvidence", "logThreshold", "logEvidenceIgnoringMissing", "logEvidenceLifetime", "logEvidenceRelative", "logRecovery", "logRecoveryThreshold", "direction", "region", "temperature", "onset", "onsetInterval", "overdispersion", "block", "blocks", "blockAutocorrelation", "tolerance", "logOddsTolerance", "toleranceForm", "nullHypothesis", "completeness", "waiting", "waitsFor", "sharedBy", "guarantee"],
            detector.EnumerateObject().Select(m => m.Name));
        Assert.Equal(4.25, detector.GetProperty("logEvidence").GetDouble());
        Assert.Equal([0.8, 1.0], detector.GetProperty("region").EnumerateArray().Select(e => e.GetDouble()));
        Assert.Equal("1d", detector.GetProperty("block").GetString());
        Assert.Equal(JsonValueKind.Null, detector.GetProperty("waitsFor").ValueKind);
        var loans = waiting.RootElement.GetProperty("series")[0].GetProperty("detector");
        Assert.Equal("missing_labels", loans.GetProperty("waitsFor").GetString());
        foreach (string name in (string[])["direction", "region", "temperature", "onset", "logRecovery", "logEvidenceRelative"]) Assert.Equal(JsonValueKind.Null, loans.GetProperty(name).ValueKind);
    }

    [Fact]
    public async Task ModelsTellTheRuleWithItsParametersAndEpisodesWhatWasAsked()
    {
        await using var host = await WebHost.Start(SimulatedEvidence.Service);

        using var models = JsonDocument.Parse(await host.Get("/api/v1/models"));
        using var episodes = JsonDocument.Parse(await host.Get("/api/v1/episodes?model=credit"));

        JsonElement Model(string name) => models.RootElement.GetProperty("models").EnumerateArray().Single(m => m.GetProperty("model").GetString() == name);
        var drift = Model("loans").GetProperty("policy").GetProperty("drift");
        Assert.Equal("predictions", drift.GetProperty("guarantee").GetString());
        Assert.Equal("at most one false alarm in 100 000 000 labeled predictions", drift.GetProperty("statement").GetString());
        Assert.Equal(JsonValueKind.Null, drift.GetProperty("tolerance").ValueKind);
        Assert.Equal(JsonValueKind.Null, Model("fraud").GetProperty("policy").GetProperty("drift").ValueKind);
        Assert.Equal(7.5, Model("credit").GetProperty("versions")[0].GetProperty("detector").GetProperty("logThreshold").GetDouble());
        var episode = Assert.Single(episodes.RootElement.GetProperty("episodes").EnumerateArray());
        Assert.Equal("drifted", episode.GetProperty("question").GetString());
        Assert.Equal(1.5, episode.GetProperty("temperature").GetDouble());
        Assert.Equal(JsonValueKind.Null, episode.GetProperty("withheld").ValueKind);
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace DriftWatch.Replay;

/// <summary>The shape that scripts outside rely on: members are only ever added.</summary>
public sealed partial class ReplayJsonTests : IDisposable
{
    private readonly ReplayRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void The_document_has_the_members_of_the_contract()
    {
        var document = Drifting();

        Assert.Equal(["driftwatch", "input", "join", "models", "series", "episodes", "events"], Members(document));
        Assert.Equal(BuildInfo.Version, document.GetProperty("driftwatch").GetString());
        Assert.Equal(["predictions", "labels", "rejected", "duplicatePredictions", "duplicateLabels", "late", "warnings"], Members(document.GetProperty("input")));
        Assert.Equal(["matched", "expired", "orphaned", "pending"], Members(document.GetProperty("join")));
        Assert.All(document.GetProperty("series").EnumerateArray(), series => Assert.Equal(["model", "version", "slice", "view", "total", "windows", "drift"], Members(series)));
        Assert.All(
            document.GetProperty("episodes").EnumerateArray(),
            episode => Assert.Equal(
                ["model", "version", "slice", "rule", "onset", "onsetInterval", "fired", "recovered", "direction", "region", "predictionsToFire", "logEvidence", "requestId", "question", "temperature", "withheld", "supersededBy", "id", "state"],
                Members(episode)));
    }

    [Fact]
    public void A_window_has_the_members_of_the_contract_and_fifteen_bins()
    {
        var document = Drifting();
        var windows = document.GetProperty("series").EnumerateArray().SelectMany(series => series.GetProperty("windows").EnumerateArray().Append(series.GetProperty("total"))).ToList();

        Assert.NotEmpty(windows);
        foreach (var window in windows)
        {
            Assert.Equal(["start", "end", "mature", "predictions", "n", "positives", "sumProbability", "metrics", "bins", "thresholds"], Members(window));
            Assert.Subset(
                Members(window.GetProperty("metrics")).ToHashSet(),
                new HashSet<string>(
                [
                    "ece", "ece10", "eceNull", "eceExcess", "eceLower", "eceUpper", "mce", "gap", "gapLower", "gapUpper", "rmsce", "eceEqualMass", "classwiseEce",
                    "brier", "brierReliability", "brierResolution", "brierUncertainty", "logLoss", "accuracy", "auroc", "spiegelhalterZ", "hosmerLemeshow", "debiasedL2",
                    "eceZ", "debiasedEce", "eceSweep", "ecePostStratified", "ace", "significantMce", "brierRemainder", "aurocLower", "aurocUpper", "hosmerLemeshowDegrees", "hosmerLemeshowP", "clipped",
                ]));
            Assert.Equal(15, window.GetProperty("bins").GetArrayLength());
            Assert.All(window.GetProperty("bins").EnumerateArray(), bin => Assert.Equal(["lower", "upper", "n", "positives", "sumProbability"], Members(bin)));
            Assert.Equal(window.GetProperty("n").GetInt64(), window.GetProperty("bins").EnumerateArray().Sum(bin => bin.GetProperty("n").GetInt64()));
        }
    }

    [Fact]
    public void Totals_of_whole_traffic_have_a_SmoothECE_and_single_windows_do_not()
    {
        var whole = Drifting().GetProperty("series").EnumerateArray().First(series => series.GetProperty("slice").ValueKind == JsonValueKind.Null);
        Assert.InRange(whole.GetProperty("total").GetProperty("metrics").GetProperty("smoothEce").GetDouble(), 0.001, 1);
        Assert.False(whole.GetProperty("windows")[0].GetProperty("metrics").TryGetProperty("smoothEce", out _));
    }

    [Fact]
    public void Times_are_rfc_3339_with_milliseconds_only_where_they_are_not_zero()
    {
        var document = Drifting();
        var times = document.GetProperty("series").EnumerateArray()
            .SelectMany(series => series.GetProperty("windows").EnumerateArray())
            .SelectMany(window => new[] { window.GetProperty("start"), window.GetProperty("end") })
            .Concat(document.GetProperty("episodes").EnumerateArray().SelectMany(episode => new[] { episode.GetProperty("onset"), episode.GetProperty("fired") }))
            .Select(time => time.GetString()!).ToList();

        Assert.NotEmpty(times);
        Assert.All(times, time => Assert.Matches(Time(), time));
    }

    [Fact]
    public void A_window_without_labels_has_null_metrics()
    {
        var document = _run.Json("id,timestamp,probability\n1,1000,0.5\n", "id,timestamp,label\n");
        var metrics = document.GetProperty("series")[0].GetProperty("windows")[0].GetProperty("metrics");

        foreach (string name in new[] { "ece", "eceNull", "eceLower", "mce", "gap", "brier", "logLoss", "accuracy", "auroc" })
        {
            Assert.True(metrics.GetProperty(name).ValueKind == JsonValueKind.Null, name);
        }
    }

    [Fact]
    public void A_model_that_is_wrong_for_hours_makes_one_episode_and_its_event()
    {
        var document = Drifting();
        var episode = document.GetProperty("episodes").EnumerateArray().Single();
        var requested = document.GetProperty("events").EnumerateArray().First();

        Assert.Equal("e-sr", episode.GetProperty("rule").GetString());
        Assert.Equal("shift-up", episode.GetProperty("direction").GetString());
        Assert.Equal(episode.GetProperty("requestId").GetString(), requested.GetProperty("id").GetString());
        Assert.Equal("io.driftwatch.recalibration.requested.v1", requested.GetProperty("type").GetString());
        Assert.Equal(episode.GetProperty("fired").GetString(), requested.GetProperty("time").GetString());
    }

    // Two days of a model that says 0.2 where 0.6 come true, two hundred an hour.
    private JsonElement Drifting()
    {
        var predictions = Enumerable.Range(0, 8000).Select(i => $"{i},{i * 18_000L},0.2,{(i % 2 == 0 ? "a" : "b")}");
        var labels = Enumerable.Range(0, 8000).Select(i => $"{i},{(i * 18_000L) + 60_500},{(i % 10 < 6 ? 1 : 0)}");
        return _run.Json($"id,timestamp,probability,region\n{string.Join('\n', predictions)}\n", $"id,timestamp,label\n{string.Join('\n', labels)}\n");
    }

    private static string[] Members(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.(?!000)\d{3})?Z$")]
    private static partial Regex Time();
}

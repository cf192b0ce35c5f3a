using System.Text.Json;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Metrics;

namespace DriftWatch.Web;

/// <summary>Early warnings where people and scripts meet them: page, API and metrics say what the picture says.</summary>
public class EarlyWarningSurfaceTests
{
    private const string Tags = "{model=\"fraud\",version=\"7\"}";

    [Fact]
    public async Task TheMetricsSayWhatThePictureSays()
    {
        var early = SimulatedService.Busy().Monitor.Series.First(s => s.EarlyWarning is not null).EarlyWarning!;
        await using var host = await WebHost.Start(SimulatedService.Busy());

        var page = new MetricsText(await host.Get("/metrics"));

        Assert.Equal(early.Predictions!.Comparison.Psi, page["driftwatch_population_stability_index" + Tags]);
        Assert.Equal(early.Predictions.Comparison.PsiNull, page["driftwatch_population_stability_index_null" + Tags]);
        Assert.Equal(0.842, page["driftwatch_expected_accuracy_ratio" + Tags]);
        Assert.Equal(-0.07, page["driftwatch_accuracy_change_ratio{model=\"fraud\",version=\"7\",part=\"traffic\"}"]);
        Assert.Equal(-0.011, page["driftwatch_accuracy_change_ratio{model=\"fraud\",version=\"7\",part=\"calibration\"}"]);
        Assert.Equal(2444.0 / 2600, page["driftwatch_completeness_ratio" + Tags]);
        Assert.Equal(540, page["driftwatch_label_delay_median_seconds" + Tags]);
        Assert.Equal(0.9, page["driftwatch_prediction_set_target_ratio" + Tags]);
        Assert.Equal(WarningKinds.All.Count, page.Of("driftwatch_early_warning").Count());
        Assert.Equal(1, page["driftwatch_early_warning{model=\"fraud\",version=\"7\",kind=\"predictions\"}"]);
        Assert.Equal(1, page.Of("driftwatch_early_warning").Sum(series => page[series]));
    }

    [Fact]
    public async Task TheApiTellsAllOfItAndNullWhereNothingIsKnown()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        using var json = JsonDocument.Parse(await host.Get("/api/v1/series?model=fraud&version=7"));
        var early = json.RootElement.GetProperty("series")[0].GetProperty("earlyWarning");
        using var models = JsonDocument.Parse(await host.Get("/api/v1/models"));
        var versions = models.RootElement.GetProperty("models").EnumerateArray().Single(m => m.GetProperty("model").GetString() == "fraud").GetProperty("versions");

        var warning = early.GetProperty("warnings")[0];
        Assert.Equal("predictions", warning.GetProperty("kind").GetString());
        Assert.Equal("The confidences have moved: <made> up & \"quoted\".", warning.GetProperty("sentence").GetString());
        Assert.Equal(9.4, warning.GetProperty("z").GetDouble());
        Assert.Equal(60_100, early.GetProperty("reference").GetProperty("n").GetInt64());
        Assert.Equal(-0.01, early.GetProperty("reference").GetProperty("regions")[0].GetProperty("offset").GetDouble());
        Assert.Equal(0.842, early.GetProperty("predictions").GetProperty("expectedAccuracy").GetDouble());
        Assert.Equal(-0.07, early.GetProperty("outcomes").GetProperty("accuracyChangeTraffic").GetDouble());
        Assert.Equal(2, early.GetProperty("labels").GetProperty("byDelay").GetArrayLength());
        Assert.Equal(2600, early.GetProperty("volume").GetProperty("predictions").GetInt64());
        Assert.Equal(0.087, early.GetProperty("adaptiveAlpha").GetDouble());
        Assert.Equal(JsonValueKind.Object, versions[0].GetProperty("earlyWarning").ValueKind);
        Assert.Equal(JsonValueKind.Null, versions[1].GetProperty("earlyWarning").ValueKind);
    }

    [Fact]
    public async Task ThePageShowsThemEscapedAndOnlyWhereThereAreAny()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        string with = await host.Get("/?model=fraud&version=7");
        string without = await host.Get("/?model=churn&version=2026-10");

        Assert.Contains("Early warnings", with, StringComparison.Ordinal);
        Assert.Contains("&lt;made&gt; up &amp; &quot;quoted&quot;", with, StringComparison.Ordinal);
        Assert.Contains("population stability index", with, StringComparison.Ordinal);
        Assert.Contains("−7.0 points by traffic, −1.1 by calibration", with, StringComparison.Ordinal);
        Assert.DoesNotContain("Early warnings", without, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhileAReferenceIsGatheredThePageSaysHowFarItIs()
    {
        var picture = SimulatedService.Busy();
        var gathering = new EarlyWarningSnapshot { GatheringSince = picture.Monitor.Watermark!.Value - TimeSpan.FromHours(3), Gathered = 4321 };
        await using var host = await WebHost.Start(picture with
        {
            Monitor = picture.Monitor with { Series = [.. picture.Monitor.Series.Select(s => s with { EarlyWarning = s.Key.Model == "fraud" ? gathering : null })] },
        });

        string page = await host.Get("/?model=fraud&version=7");
        var metrics = new MetricsText(await host.Get("/metrics"));

        Assert.Matches("Collecting the reference: 4[^ ]*321 labeled predictions since", page);
        Assert.Empty(metrics.Of("driftwatch_population_stability_index"));
        Assert.Equal(0, metrics.Of("driftwatch_early_warning").Sum(series => metrics[series]));
    }
}

using System.Text.RegularExpressions;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Json;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Web;

namespace DriftWatch.Metrics;

public class SnapshotMetricsTests
{
    [Fact]
    public async Task ThePageSaysWhatThePictureSays()
    {
        var picture = SimulatedService.Busy();
        await using var host = await WebHost.Start(picture);

        var page = new MetricsText(await host.Get("/metrics"));

        foreach (var series in picture.Monitor.Series.Where(s => s.Key.IsWhole))
        {
            string tags = $"model=\"{series.Key.Model}\",version=\"{series.Key.Version}\"";
            Assert.Equal(series.Predictions, page[$"driftwatch_predictions_total{{{tags}}}"]);
            Assert.Equal(series.Matched, page[$"driftwatch_joins_total{{{tags}}}"]);
            Assert.Equal(series.SquaredErrorSum, page[$"driftwatch_squared_error_total{{{tags}}}"]);
            foreach (var bin in series.Bins)
            {
                string bins = $"{{{tags},bin=\"{bin.Upper:F2}\"}}";
                Assert.Equal(bin.Count, page["driftwatch_bin_predictions_total" + bins]);
                Assert.Equal(bin.SumConfidence, page["driftwatch_bin_confidence_total" + bins]);
                Assert.Equal(bin.Positives, page["driftwatch_bin_positives_total" + bins]);
                Assert.Equal(bin.SumVariance, page["driftwatch_bin_variance_total" + bins]);
            }

            foreach (var (windows, name) in series.Windows.Zip(["1h", "6h", "1d"]))
            {
                string window = $"{{{tags},window=\"{name}\"}}";
                Assert.Equal(windows.NewestMature!.Labeled, page["driftwatch_window_labeled_predictions" + window]);
                Assert.Equal(windows.NewestMature.End.Milliseconds / 1000.0, page["driftwatch_window_end_timestamp_seconds" + window]);
                if (windows.NewestMature.Labeled < 500) continue;
                foreach (var metric in WindowMetrics.All.Where(metric => metric.Family is not null && windows.NewestMature.Metrics[metric] is not null))
                {
                    Assert.Equal(windows.NewestMature.Metrics[metric], page[$"driftwatch_{metric.Family}{{{tags},window=\"{name}\"{Tag(metric)}}}"]);
                }

                var half = windows.NewestMature.Thresholds.Single(at => at.Threshold == 0.5);
                foreach (var metric in ThresholdMetrics.All.Where(metric => metric.Family is not null && metric.Of(half) is not null))
                {
                    Assert.Equal(metric.Of(half), page[$"driftwatch_{metric.Family}{{{tags},window=\"{name}\",threshold=\"0.5\"{Tag(metric)}}}"]);
                }
            }
        }

        var predictions = picture.Streams[0];
        Assert.Equal(predictions.Records, page["driftwatch_consumer_messages_total{topic=\"prod.predictions\"}"]);
        Assert.Equal(318, page["driftwatch_consumer_lag{topic=\"prod.predictions\",partition=\"1\"}"]);
        Assert.Equal(212, page["driftwatch_messages_rejected_total{topic=\"prod.predictions\",reason=\"probability_range\"}"]);
        Assert.Equal(0, page["driftwatch_messages_rejected_total{topic=\"prod.predictions\",reason=\"tombstone\"}"]);
        Assert.Equal(picture.Monitor.Watermark!.Value.Milliseconds / 1000.0, page["driftwatch_watermark_timestamp_seconds{stream=\"joined\"}"]);
        Assert.Equal(0.05, page["driftwatch_ece_threshold_ratio{model=\"fraud\",severity=\"critical\"}"]);
        Assert.Equal(0.03, page["driftwatch_ece_threshold_ratio{model=\"not-seen-yet\",severity=\"warning\"}"]);
        Assert.Equal(3, page["driftwatch_recalibration_requests_suppressed_total{model=\"fraud\",version=\"7\",reason=\"cooldown\"}"] / 2);
        Assert.DoesNotContain("NaN", page.Page, StringComparison.Ordinal);
        Assert.DoesNotContain(page.Samples.Keys, s => s.Contains("threshold=\"0.9\"", StringComparison.Ordinal));
        Assert.DoesNotContain(page.Of("driftwatch_recall_ratio"), s => s.Contains("image-tagger", StringComparison.Ordinal));

        static string Tag(Metric metric) => metric.Tag is { } tag ? $",{tag.Name}=\"{tag.Value}\"" : "";
    }

    [Fact]
    public async Task FurtherViewsHaveFamiliesOfTheirOwnAndAddToNoOther()
    {
        var picture = SimulatedService.Busy();
        await using var host = await WebHost.Start(picture);

        var page = new MetricsText(await host.Get("/metrics"));

        var cat = picture.Monitor.Series.Single(s => s.Key.Class == "cat").Windows[1].NewestMature!;
        const string Tags = "{model=\"image-tagger\",version=\"resnet50-b\",window=\"6h\",view=\"class:cat\"}";
        Assert.Equal(cat.Labeled, page["driftwatch_view_window_labeled_predictions" + Tags]);
        Assert.Equal(cat.Metrics.Ece, page["driftwatch_view_ece_ratio" + Tags]);
        Assert.Equal(cat.Metrics.EceNull, page["driftwatch_view_ece_null_ratio" + Tags]);
        Assert.Equal(cat.Metrics.Gap, page["driftwatch_view_gap_ratio" + Tags]);
        Assert.Equal(0.0123, page["driftwatch_classwise_ece_ratio{model=\"image-tagger\",version=\"resnet50-b\",window=\"1h\"}"]);
        Assert.Equal(5, page.Of("driftwatch_predictions_total").Count());
        Assert.DoesNotContain(page.Samples.Keys, s => s.Contains("class:", StringComparison.Ordinal) && !s.StartsWith("driftwatch_view_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnEpisodeOfASliceIsSeenThoughTheWholeIsCalibrated()
    {
        var picture = SimulatedService.Busy();
        var calibrated = picture with { Monitor = picture.Monitor with { Series = [.. picture.Monitor.Series.Select(s => s.Key.IsWhole ? s with { State = EpisodeState.Recovered } : s)] } };
        await using var host = await WebHost.Start(calibrated);

        var page = new MetricsText(await host.Get("/metrics"));

        Assert.Equal(1, page["driftwatch_calibration_state{model=\"fraud\",version=\"7\",driftwatch_calibration_state=\"calibrated\"}"]);
        Assert.Equal(0, page["driftwatch_episodes{model=\"fraud\",version=\"7\",part=\"whole\"}"]);
        Assert.Equal(1, page["driftwatch_episodes{model=\"fraud\",version=\"7\",part=\"slices\"}"]);
        Assert.Equal(0, page["driftwatch_episodes{model=\"fraud\",version=\"7\",part=\"views\"}"]);
        Assert.Equal(["region=eu"], page.Of("driftwatch_slice_drifting").Where(s => page[s] == 1).Select(s => Regex.Match(s, "slice=\"([^\"]*)").Groups[1].Value));
    }

    [Fact]
    public async Task ExactlyOneStateOfEachVersionIsOne()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        var page = new MetricsText(await host.Get("/metrics"));

        Assert.Equal(5 * CalibrationStates.All.Count, page.Of("driftwatch_calibration_state").Count());
        Assert.Equal(5, page.Of("driftwatch_calibration_state").Sum(s => page[s]));
        Assert.Equal(1, page["driftwatch_calibration_state{model=\"fraud\",version=\"7\",driftwatch_calibration_state=\"drifting\"}"]);
        Assert.Equal(1, page["driftwatch_calibration_state{model=\"search-ctr\",version=\"\",driftwatch_calibration_state=\"insufficient_data\"}"]);
    }

    [Fact]
    public async Task AWindowWithTooFewOutcomesHasNoEceButItsCountAndCoverage()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        var page = new MetricsText(await host.Get("/metrics"));

        const string thin = "{model=\"search-ctr\",version=\"\",window=\"1h\"}";
        Assert.InRange(page["driftwatch_window_labeled_predictions" + thin], 1, 499);
        Assert.True(page.Samples.ContainsKey("driftwatch_window_coverage_ratio" + thin));
        foreach (string family in (string[])["ece_ratio", "ece_null_ratio", "ece_excess_ratio", "mce_ratio", "gap_ratio", "brier_score"])
        {
            Assert.DoesNotContain($"driftwatch_{family}{thin}", page.Samples.Keys);
            Assert.Contains($"driftwatch_{family}{{model=\"fraud\",version=\"7\",window=\"1h\"}}", page.Samples.Keys);
        }
    }

    [Fact]
    public async Task CountersNeverGoBackwards()
    {
        var picture = SimulatedService.Busy();
        await using var host = await WebHost.Start(picture);
        var before = new MetricsText(await host.Get("/metrics"));

        // Later, but with corrections that took more from one bin than came to it.
        var first = picture.Monitor.Series[0];
        var corrected = first with { Bins = [.. first.Bins.Select(b => b with { Positives = Math.Max(0, b.Positives - 3), Count = b.Count + 1 })] };
        host.Board.Publish(picture with { Commits = picture.Commits + 1, Monitor = picture.Monitor with { Series = [corrected, .. picture.Monitor.Series.Skip(1)] } });
        var after = new MetricsText(await host.Get("/metrics"));

        var counters = before.Types.Where(t => t.Value == "counter").Select(t => t.Key).ToHashSet();
        var followed = before.Samples.Keys.Where(s => counters.Contains(s.Split('{')[0])).ToList();
        Assert.True(followed.Count > 250);
        foreach (string series in followed) Assert.True(after[series] >= before[series], series);
        Assert.Equal(before["driftwatch_consumer_commits_total"] + 1, after["driftwatch_consumer_commits_total"]);
    }

    [Fact]
    public async Task SeriesThatVanishLeaveThePageAndComeBackWithTheirValue()
    {
        var picture = SimulatedService.Busy();
        await using var host = await WebHost.Start(picture);
        var before = new MetricsText(await host.Get("/metrics"));

        host.Board.Publish(picture with { Monitor = picture.Monitor with { Series = [.. picture.Monitor.Series.Where(s => s.Key.Model != "churn")], Models = [.. picture.Monitor.Models.Where(m => m.Model != "churn")] } });
        var without = new MetricsText(await host.Get("/metrics"));
        host.Board.Publish(picture);
        var again = new MetricsText(await host.Get("/metrics"));

        Assert.Contains("\"churn\"", before.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("\"churn\"", without.Page, StringComparison.Ordinal);
        var ours = before.Samples.Where(s => s.Key.Contains("churn", StringComparison.Ordinal)).ToList();
        foreach (var (series, value) in ours) Assert.Equal(value, again[series], Math.Abs(value) * 1e-12);
    }

    [Fact]
    public async Task AVersionThatIsIdleForLongLeavesThePage()
    {
        var picture = SimulatedService.Busy();
        var idle = picture.Monitor.Series[1] with { LastPrediction = picture.Monitor.Watermark - TimeSpan.FromHours(26), LastMatch = picture.Monitor.Watermark - TimeSpan.FromHours(25.1) };
        var paused = picture.Monitor.Series[2] with { LastPrediction = picture.Monitor.Watermark - TimeSpan.FromHours(26), LastMatch = picture.Monitor.Watermark - TimeSpan.FromHours(24.9) };
        await using var host = await WebHost.Start(picture with { Monitor = picture.Monitor with { Series = [picture.Monitor.Series[0], idle, paused] } });

        var page = new MetricsText(await host.Get("/metrics"));

        Assert.DoesNotContain(page.Samples.Keys, s => s.Contains("version=\"6\"", StringComparison.Ordinal));
        Assert.Contains(page.Samples.Keys, s => s.Contains("version=\"2026-10\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PastTheBoundWholeSeriesAreLeftOutAndCounted()
    {
        var picture = SimulatedService.Busy();
        await using var host = await WebHost.Start(picture, metrics: new MetricsOptions { MaxSeries = 560 });

        await host.Get("/metrics");
        var page = new MetricsText(await host.Get("/metrics"));

        int shown = page.Of("driftwatch_predictions_total").Count();
        Assert.InRange(shown, 1, 4);
        Assert.InRange(page["driftwatch_exported_series"], 200, 560);
        int slices = page.Of("driftwatch_slice_window_labeled_predictions").Count() / 3;
        int views = page.Of("driftwatch_view_window_labeled_predictions").Count() / 3;
        Assert.Equal(11 - shown - slices - views, page["driftwatch_overflows_total{what=\"series\"}"]);
        Assert.Equal(10 * shown, page.Of("driftwatch_bin_variance_total").Count());
    }

    [Fact]
    public async Task TheSeriesCountIsTheNumberOfSamplesOnThePage()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        var page = new MetricsText(await host.Get("/metrics"));

        Assert.Equal(page.Samples.Keys.Count(s => s.StartsWith("driftwatch_", StringComparison.Ordinal)), page["driftwatch_exported_series"]);
    }

    [Fact]
    public async Task TwoViewsOfOneVersionDoNotMix()
    {
        var picture = SimulatedService.Busy();
        var first = picture.Monitor.Series[0];
        var other = picture.Monitor.Series[3] with { Key = first.Key with { View = Core.Series.View.TopLabel }, Predictions = 1_000_000_000 };
        await using var host = await WebHost.Start(picture with { Monitor = picture.Monitor with { Series = [first, other] } });

        var page = new MetricsText(await host.Get("/metrics"));

        Assert.Equal(first.Predictions, page["driftwatch_predictions_total{model=\"fraud\",version=\"7\"}"]);
        Assert.Equal(1, page["driftwatch_overflows_total{what=\"view\"}"]);
    }

    [Fact]
    public async Task ScrapesAtTheSameTimeTakeTurns()
    {
        var board = new SnapshotBoard();
        var metrics = new SnapshotMetrics(board, new MetricsOptions(), new LogCounter());
        var pictures = Enumerable.Range(0, 4).Select(i => SimulatedService.Busy(seed: i * 10)).ToList();

        Parallel.For(0, 40, i =>
        {
            board.Publish(pictures[i % pictures.Count] with { Monitor = pictures[i % pictures.Count].Monitor with { Series = [.. pictures[i % pictures.Count].Monitor.Series.Skip(i % 5)] } });
            metrics.Fill();
        });

        board.Publish(pictures[0]);
        metrics.Fill();
        var alone = new SnapshotMetrics(board, new MetricsOptions(), new LogCounter());
        alone.Fill();
        Assert.Equal(await SeriesOf(alone), await SeriesOf(metrics));

        static async Task<string[]> SeriesOf(SnapshotMetrics page) => [.. (await MetricsText.Of(page.Registry)).Samples.Keys.Where(name => name.StartsWith("driftwatch_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void AnEpisodeSpeaksBeforeAWantOfData()
    {
        var series = SimulatedService.Busy().Monitor.Series[4];

        Assert.Equal(CalibrationState.InsufficientData, CalibrationStates.Of(series));
        Assert.Equal(CalibrationState.Drifting, CalibrationStates.Of(series with { State = EpisodeState.Firing }));
        Assert.Equal(CalibrationState.WarmingUp, CalibrationStates.Of(series with { Windows = [] }));
        Assert.Equal(CalibrationState.Calibrated, CalibrationStates.Of(series with { InsufficientData = false, State = EpisodeState.Recovered }));
    }
}

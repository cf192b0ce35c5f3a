using System.Text.Json;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.EarlyWarning;

public class EarlyWarningMonitorTests
{
    private static readonly EarlyWorld World = new();

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Days_and_nights_that_the_reference_knows_raise_nothing(int seed)
    {
        HashSet<string> seen = [];
        var last = (World with { Hours = 96 }).Play((ulong)seed, (_, early) => seen.UnionWith(early.Warnings.Select(warning => warning.Sentence)));

        Assert.Empty(seen);
        Assert.NotNull(last.Reference);
        Assert.NotNull(last.Predictions);
        Assert.True(last.Predictions.Overdispersion > 1.5, "nights differ from days");
        Assert.NotNull(last.Outcomes?.Attribution);
        Assert.NotNull(last.Labels?.Selection);
        Assert.NotNull(last.Labels.Delay);
        Assert.InRange(last.Outcomes.Coverage!.Value.Coverage!.Value, 0.87, 0.95);
    }

    [Fact]
    public void Changed_traffic_is_told_before_labels_are_in_and_explained_when_they_are()
    {
        double? moved = null, worse = null;
        var last = (World with { View = View.TopLabel, Shift = -1 }).Play(4, (hour, early) =>
        {
            if (Find(early, WarningKind.Predictions) is not null) moved ??= hour;
            if (Find(early, WarningKind.ExpectedAccuracy) is not null) worse ??= hour;
        });

        Assert.Equal((51, 51), (moved, worse)); // three windows from hour 48 on, at once; labels take two more hours
        var warning = Find(last, WarningKind.Predictions)!;
        Assert.Equal(EarlyWorld.Start + TimeSpan.FromHours(48), warning.Since);
        Assert.StartsWith("The confidences have moved: population stability index ", warning.Sentence, StringComparison.Ordinal);
        Assert.Contains("assuming the calibration of 2026-01-05 00:00 – 2026-01-06 00:00", Find(last, WarningKind.ExpectedAccuracy)!.Sentence, StringComparison.Ordinal);
        var parts = last.Outcomes!.Attribution!;
        Assert.True(parts.Traffic < -0.02 && Math.Abs(parts.Calibration) < 0.02, $"{parts}");
        Assert.Equal(last.Predictions!.Expected.Accuracy, parts.Accuracy, 0.03); // calibration held, so what was expected came
    }

    [Fact]
    public void Lost_calibration_is_no_change_of_traffic()
    {
        var last = (World with { View = View.TopLabel, Temperature = 3, Hours = 24 * 7 }).Play(5);

        var warning = Find(last, WarningKind.Accuracy)!;
        Assert.Matches("Accuracy fell from .* %: .*calibration", warning.Sentence);
        Assert.True(last.Outcomes!.Attribution!.Calibration < -0.05 && Math.Abs(last.Outcomes.Attribution.Traffic) < 0.02, $"{last.Outcomes.Attribution}");
        Assert.Null(Find(last, WarningKind.Predictions));
        Assert.Null(Find(last, WarningKind.ExpectedAccuracy));
        Assert.True(last.Outcomes.Coverage!.Value.Coverage < 0.86);
        Assert.Matches("The top class is right, where it is claimed with .* were promised", Find(last, WarningKind.Coverage)!.Sentence);
        Assert.NotNull(last.Coverage?.LogThreshold);
        Assert.Null(last.AdaptiveAlpha);
    }

    [Fact]
    public void Labels_that_no_longer_come_are_told_as_such()
    {
        var last = (World with { Lost = 0.3 }).Play(6);

        Assert.Contains("of the predictions got their label", Find(last, WarningKind.Completeness)!.Sentence, StringComparison.Ordinal);
        Assert.Equal([WarningKind.Completeness], last.Warnings.Select(warning => warning.Kind));
        Assert.InRange(last.Outcomes!.Completeness.Share, 0.6, 0.75);
        Assert.InRange(last.Outcomes.Completeness.Interval.Lower, 0.6, last.Outcomes.Completeness.Share);
    }

    [Fact]
    public void Labels_that_take_longer_are_told_as_such()
    {
        var last = (World with { Slower = 2.5 }).Play(7);

        Assert.StartsWith("Labels take another time: half of them ", Find(last, WarningKind.LabelDelay)!.Sentence, StringComparison.Ordinal);
        Assert.InRange(last.Labels!.Delay!.Ratio, 2.0, 3.0);
        Assert.Null(Find(last, WarningKind.LabelSelection));
    }

    [Fact]
    public void Positives_whose_labels_come_late_are_told_as_selection()
    {
        var last = (World with { SlowerPositives = 1.4 }).Play(8);

        Assert.StartsWith("Early labels and late ones tell different stories", Find(last, WarningKind.LabelSelection)!.Sentence, StringComparison.Ordinal);
        Assert.True(last.Labels!.Selection!.Buckets[0].Gap > last.Labels.Selection.Buckets[^1].Gap);
        Assert.Null(Find(last, WarningKind.Completeness));
    }

    [Fact]
    public void A_flood_is_measured_against_the_same_hour_of_the_week()
    {
        double? told = null;
        var last = (World with { Hours = 9 * 24, Change = 8 * 24, PerHour = 150, Volume = 3 }).Play(9, (hour, early) =>
        {
            if (Find(early, WarningKind.Volume) is not null) told ??= hour;
        });

        Assert.Equal(8 * 24 + 3, told);
        Assert.Contains("where this hour of the week usually has", Find(last, WarningKind.Volume)!.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warning_ends_when_its_reason_has_been_gone_for_as_long()
    {
        var run = new WarningRun(WarningKind.Volume, 2);
        List<bool> stands = [];
        foreach (bool against in (bool[])[true, false, true, true, false, true, false, false, false])
        {
            run.Judge(new EventTime(stands.Count), against ? $"reason {stands.Count}" : null, 1, 6);
            stands.Add(run.Current is not null);
        }

        Assert.Equal([false, false, false, true, true, true, true, false, false], stands);
    }

    [Theory]
    [InlineData(0, 2.5), InlineData(0, 0.4), InlineData(6, 2.5)]
    public void Answers_that_take_another_time_are_told_without_a_label(double from, double factor)
    {
        double? told = null;
        var last = (World with { LatenciesFrom = from, SlowerAnswers = factor, Lost = 1, Hours = 60 }).Play(11, (hour, early) =>
        {
            if (Find(early, WarningKind.Latency) is not null) told ??= hour;
        });

        Assert.Equal(51, told); // three windows from hour 48 on, at once
        Assert.Matches(@"^Serving latency has moved: p50 [\d.]+ ms and p95 [\d.]+ ms, where 2026-01-05 0\d:00 – 2026-01-06 0\d:00 had [\d.]+ ms and [\d.]+ ms\.$", Find(last, WarningKind.Latency)!.Sentence);
        Assert.InRange(last.Latency!.Ratio, 1.9, 2.8);
        Assert.Equal(factor > 1, last.Latency.Now.P95 > last.Latency.Reference.P95);
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Latencies_that_go_up_and_down_by_day_raise_nothing(int seed)
    {
        HashSet<string> seen = [];
        var last = (World with { LatenciesFrom = 0, Hours = 96 }).Play((ulong)seed, (_, early) => seen.UnionWith(early.Warnings.Select(warning => warning.Sentence)));

        Assert.Empty(seen);
        Assert.InRange(last.Latency!.Ratio, 1, 1.4);
    }

    [Fact]
    public void A_warning_says_since_when_and_the_newest_numbers()
    {
        var run = new WarningRun(WarningKind.Volume, 2);
        run.Judge(new EventTime(10), "a", 1, 6);
        run.Judge(new EventTime(20), "b", 2, 7);
        run.Judge(new EventTime(30), "c", 3, 8);

        Assert.Equal(new Warning(WarningKind.Volume, "c", new EventTime(10), 3, 8), run.Current);
    }

    [Fact]
    public void Event_time_that_jumps_gives_what_small_steps_give()
    {
        var world = World with { Shift = -1, Slower = 1.5, Hours = 60 };

        string steps = JsonSerializer.Serialize(world.Play(10, step: TimeSpan.FromMinutes(1)));
        Assert.Equal(steps, JsonSerializer.Serialize(world.Play(10, step: TimeSpan.FromHours(7))));
        Assert.Equal(steps, JsonSerializer.Serialize(world.Play(10, step: TimeSpan.FromHours(30))));
    }

    [Fact]
    public void A_configured_reference_is_the_one_that_is_taken()
    {
        var reference = new ReferenceOptions { From = EarlyWorld.Start + TimeSpan.FromHours(6), To = EarlyWorld.Start + TimeSpan.FromHours(18) };
        var options = EarlyWorld.Options with { Default = EarlyWorld.Options.Default with { EarlyWarning = EarlyWorld.Options.Default.EarlyWarning with { Reference = reference } } };
        double? known = null;
        var world = World with { Monitor = options, Hours = 40 };

        var last = world.Play(11, (hour, early) =>
        {
            if (early.Reference is not null) known ??= hour;
        });

        Assert.Equal(20, known); // its end, and two hours for labels to come
        Assert.Equal((reference.From, reference.To), (last.Reference!.From, last.Reference.To));
        Assert.Equal(world.Records(11).Count(record => record.Outcome is null && record.Time >= reference.From && record.Time < reference.To), last.Reference.Predictions);
    }

    [Fact]
    public void Nothing_is_kept_of_a_series_whose_early_warnings_are_off()
    {
        var options = EarlyWorld.Options with { Default = EarlyWorld.Options.Default with { EarlyWarning = new EarlyWarningOptions { Enabled = false } } };
        var routes = new RouteTable(options.Routing);
        routes.TryRegister(1, new RouteDescription("m", "1", View.Binary, null, []), out int route);
        var monitor = new CalibrationMonitor(options, routes);
        monitor.Add(new Input.Prediction(new Input.PredictionId(1, 1), EarlyWorld.Start, route, 0.5));

        Assert.Null(monitor.Capture().Series.Single().EarlyWarning);
    }

    private static Warning? Find(EarlyWarningSnapshot early, WarningKind kind) => early.Warnings.FirstOrDefault(warning => warning.Kind == kind);
}

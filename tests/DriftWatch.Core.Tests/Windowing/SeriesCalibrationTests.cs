using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Windowing;

public class SeriesCalibrationTests
{
    private static readonly EventTime Start = new(1_700_000_000_000);

    private static readonly MonitorOptions Options = new()
    {
        Pane = TimeSpan.FromMinutes(1),
        Windows = [TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1)],
        Origin = new EventTime(17_000),
        WindowHistory = 10_000,
        OutOfOrderness = TimeSpan.FromMinutes(2),
    };

    private static readonly ModelOptions Model = new()
    {
        Join = new JoinRule { Horizon = TimeSpan.FromMinutes(7), Lead = TimeSpan.FromMinutes(1) },
        Threshold = new ThresholdOptions { Window = TimeSpan.FromMinutes(5) },
    };

    private static WindowOptions Windows => (Options with { Default = Model }).WindowsOf("m");

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 12).Select(i => (ulong)i)];

    [Theory, MemberData(nameof(Seeds))]
    public void Windows_and_total_always_equal_counting_one_by_one(ulong seed)
    {
        var random = new SplitMix(seed);
        var series = new SeriesCalibration(Windows, View.Binary, keepsSketches: true);
        var model = new SeriesModel();
        var clock = Start;
        List<WindowSeries> pictures = [];
        for (int step = 0; step < 1500; step++)
        {
            clock += TimeSpan.FromSeconds(random.Below(6));
            var watermark = clock - Options.OutOfOrderness;
            Update(random, series, model, clock, watermark);
            if (step % 10 == 0) series.Seal(watermark);
            if (step % 25 != 0) continue;
            Check(series, model, watermark, $"seed {seed}, step {step}");
            pictures.AddRange(series.Windows(watermark));
        }

        foreach (var picture in pictures) HoldsItsSketch(picture, $"seed {seed}: a picture changed after it was taken");

        series.Seal(clock + TimeSpan.FromDays(1));
        Assert.Equal(0, series.Panes);
        Check(series, model, clock + TimeSpan.FromDays(1), $"seed {seed}, all sealed");
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Panes_are_handed_out_in_order_once_with_what_they_held(ulong seed)
    {
        var random = new SplitMix(seed);
        var series = new SeriesCalibration(Windows, View.Binary);
        var model = new SeriesModel();
        var clock = Start;
        var maturity = Model.MaturityAge(Options.OutOfOrderness);
        EventTime last = new(0);
        var union = new CalibrationSketch(Options.Grid);
        for (int step = 0; step < 1500; step++)
        {
            clock += TimeSpan.FromSeconds(random.Below(6));
            var watermark = clock - Options.OutOfOrderness;
            Update(random, series, model, clock, watermark);
            if (step % 7 != 0) continue;
            while (series.TryTakeMature(watermark, out Pane? pane))
            {
                Assert.True(pane.Start > last && pane.End + maturity <= watermark, $"seed {seed}: pane {pane.Start}");
                last = pane.Start;
                Assert.True(pane.Sketch.HoldsSameAs(model.Between(pane.Start, pane.End)), $"seed {seed}: pane {pane.Start}");
                union.Merge(pane.Sketch);
            }

            series.Seal(watermark);
        }

        var end = clock + TimeSpan.FromDays(1);
        while (series.TryTakeMature(end, out Pane? pane)) union.Merge(pane.Sketch);
        Assert.False(series.TryTakeMature(end, out Pane? _));
        Assert.Equal(model.Predictions.Count, union.Predictions);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Any_order_of_arrival_gives_the_same_pictures(ulong seed)
    {
        var random = new SplitMix(seed);
        var records = new (EventTime Time, double P, bool Y)[800];
        for (int i = 0; i < records.Length; i++) records[i] = (Start + TimeSpan.FromSeconds(random.Below(3000)), random.Unit(), random.Chance(0.4));
        var inOrder = Fill(records);
        random.Shuffle<(EventTime, double, bool)>(records);
        var shuffled = Fill(records);
        var watermark = Start + TimeSpan.FromMinutes(40);
        AssertSame(inOrder.Windows(watermark), shuffled.Windows(watermark), $"seed {seed}");
        while (inOrder.TryTakeMature(watermark, out Pane? _) | shuffled.TryTakeMature(watermark, out Pane? _))
        {
        }

        Assert.Equal(inOrder.Bins, shuffled.Bins);
        Assert.InRange(inOrder.Bins.Sum(b => b.Count), 1, 799);
        inOrder.Seal(watermark);
        AssertSame(inOrder.Windows(watermark), shuffled.Windows(watermark), $"seed {seed}: sealed against live");
        Assert.True(inOrder.Panes < shuffled.Panes);
    }

    [Fact]
    public void A_window_is_mature_when_the_watermark_has_passed_its_end_by_the_maturity_age()
    {
        var series = new SeriesCalibration(Windows, View.Binary);
        series.AddPrediction(Start, 0.3);
        var window = Assert.Single(series.Windows(null)[0].History);
        Assert.False(window.Mature);
        var mature = window.End + TimeSpan.FromMinutes(7);
        Assert.Null(series.Windows(mature - TimeSpan.FromMilliseconds(1))[0].NewestMature);
        Assert.Equal(window.Start, series.Windows(mature)[0].NewestMature!.Start);
    }

    [Fact]
    public void A_picture_is_made_again_only_when_its_window_changed()
    {
        var series = new SeriesCalibration(Windows, View.Binary);
        series.AddPrediction(Start, 0.3);
        series.AddPrediction(Start + TimeSpan.FromHours(1), 0.3);
        var first = series.Windows(Start);
        Assert.Same(first[0], series.Windows(Start)[0]);
        series.AddOutcome(Start, 0.3, true);
        var second = series.Windows(Start);
        Assert.NotSame(first[0].History[0], second[0].History[0]);
        Assert.Same(first[0].History[1], second[0].History[1]);
    }

    [Fact]
    public void A_pane_that_comes_behind_its_turn_counts_but_is_not_handed_out()
    {
        var series = new SeriesCalibration(Windows, View.Binary);
        var watermark = Start + TimeSpan.FromMinutes(9);
        Assert.False(series.TryTakeMature(watermark, out Pane? _));
        Assert.True(series.AddPrediction(Start, 0.3));
        Assert.False(series.TryTakeMature(watermark, out Pane? _));
        Assert.Equal(1, series.Total().Predictions);
        Assert.True(series.AddPrediction(Start + TimeSpan.FromMinutes(5), 0.3));
        Assert.True(series.TryTakeMature(watermark + TimeSpan.FromMinutes(5), out Pane? pane));
        Assert.True(pane.Start > Start);
    }

    [Fact]
    public void A_maturity_age_above_the_retention_still_gives_every_pane_its_turn()
    {
        var series = new SeriesCalibration(Windows with { Maturity = TimeSpan.FromHours(1) }, View.Binary);
        series.AddPrediction(Start, 0.3);
        series.Seal(Start + TimeSpan.FromMinutes(59));
        Assert.False(series.TryTakeMature(Start + TimeSpan.FromMinutes(59), out _));
        Assert.True(series.TryTakeMature(Start + TimeSpan.FromMinutes(62), out var pane));
        Assert.Equal(1, pane.Sketch.Predictions);
    }

    [Fact]
    public void Past_the_bound_on_panes_records_are_refused_and_counted()
    {
        var series = new SeriesCalibration(Windows with { MaxPanes = 3 }, View.Binary);
        for (int minute = 0; minute < 5; minute++) Assert.Equal(minute < 3, series.AddPrediction(Start + TimeSpan.FromMinutes(minute), 0.5));
        Assert.False(series.AddOutcome(Start + TimeSpan.FromMinutes(4), 0.5, true));
        Assert.True(series.AddOutcome(Start, 0.5, true));
        Assert.Equal((3, 3L, 3L), (series.Panes, series.Refused, series.Predictions));
    }

    [Fact]
    public void What_is_sealed_takes_nothing_more()
    {
        var series = new SeriesCalibration(Windows, View.Binary);
        series.AddPrediction(Start, 0.5);
        series.AddOutcome(Start, 0.5, false);
        var before = series.Windows(Start)[0].History[0];
        series.Seal(Start + TimeSpan.FromHours(1));
        Assert.False(series.AddPrediction(Start, 0.5));
        Assert.False(series.AddOutcome(Start, 0.5, true));
        Assert.False(series.RemoveOutcome(Start, 0.5, true));
        Assert.Equal(3, series.Refused);
        var after = series.Windows(Start + TimeSpan.FromHours(1))[0].History[0];
        Assert.Equal((before.Predictions, before.Labeled), (after.Predictions, after.Labeled));
    }

    [Fact]
    public void The_history_of_sealed_windows_is_bounded_and_keeps_the_newest()
    {
        var series = new SeriesCalibration(Windows with { WindowHistory = 4 }, View.Binary);
        for (int minute = 0; minute < 120; minute++)
        {
            var time = Start + TimeSpan.FromMinutes(minute);
            series.AddPrediction(time, 0.5);
            series.Seal(time);
        }

        series.Seal(Start + TimeSpan.FromDays(1));
        var history = series.Windows(Start + TimeSpan.FromDays(1))[2].History;
        Assert.Equal(4, history.Count);
        Assert.Equal((Start + TimeSpan.FromMinutes(119)).FloorTo(TimeSpan.FromMinutes(1), Options.Origin), history[^1].Start);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Exported_bins_add_up_to_every_outcome_that_is_mature(ulong seed)
    {
        var random = new SplitMix(seed);
        var series = new SeriesCalibration(Windows, View.Binary);
        var model = new SeriesModel();
        var clock = Start;
        int between = 0;
        for (int step = 0; step < 1000; step++)
        {
            clock += TimeSpan.FromSeconds(random.Below(20));
            var watermark = clock - Options.OutOfOrderness;
            Update(random, series, model, clock, watermark);
            MatureTo(watermark);
            series.Seal(watermark);
            if (step % 50 > 0) continue;
            var mature = model.Labeled(EventTime.Earliest, (watermark - Model.MaturityAge(Options.OutOfOrderness)).FloorTo(Options.Pane, Options.Origin));
            AssertCounts(series, mature, 0.02);
            if (mature.Count > 0 && mature.Count < model.Labeled(EventTime.Earliest, EventTime.Latest).Count) between++;
        }

        Assert.InRange(between, 1, 20);
        MatureTo(clock + TimeSpan.FromDays(1));
        AssertCounts(series, model.Labeled(EventTime.Earliest, EventTime.Latest), 0.02);

        void MatureTo(EventTime watermark)
        {
            while (series.TryTakeMature(watermark, out Pane? _))
            {
            }
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Without_corrections_no_exported_sum_ever_goes_back(ulong seed)
    {
        var random = new SplitMix(seed);
        var series = new SeriesCalibration(Windows, View.Binary);
        var clock = Start;
        var before = series.Bins;
        for (int step = 0; step < 3000; step++)
        {
            clock += TimeSpan.FromSeconds(random.Below(4));
            double confidence = random.Below(1_000_000) / 1e6;
            // Some come to panes that had their turn, some to those that wait.
            var time = clock - TimeSpan.FromSeconds(random.Below(30));
            if (series.AddPrediction(time, confidence)) series.AddOutcome(time, confidence, random.Chance(confidence));
            while (series.TryTakeMature(clock - Options.OutOfOrderness, out Pane? _))
            {
            }

            series.Seal(clock - Options.OutOfOrderness);
            var now = series.Bins;
            foreach (var (was, bin) in before.Zip(now))
            {
                Assert.True(bin.SumVariance >= was.SumVariance && bin.SumConfidence >= was.SumConfidence && bin.Count >= was.Count, $"Step {step}: {was} became {bin}.");
            }

            before = now;
        }

        Assert.Contains(before, bin => bin.SumVariance > 1);
    }

    /// <param name="series">The series.</param>
    /// <param name="pairs">What it should have counted.</param>
    /// <param name="within">How far its variances may be off: those of a pane are taken from its fine bins.</param>
    private static void AssertCounts(SeriesCalibration series, IReadOnlyList<Pair> pairs, double within)
    {
        var expected = Batch.Bins(pairs, 10);
        var bins = series.Bins;
        Assert.Equal(10, bins.Count);
        for (int bin = 0; bin < 10; bin++)
        {
            Assert.Equal((bin + 1) / 10.0, bins[bin].Upper);
            Assert.Equal((expected[bin].Count, expected[bin].Count(q => q.Y)), (bins[bin].Count, bins[bin].Positives));
            Assert.Equal(Batch.Sum(expected[bin], q => q.P), bins[bin].SumConfidence, 1e-11);
            Assert.Equal(Batch.Variance(expected[bin]), bins[bin].SumVariance, within);
        }

        // The mean of none is no number; the sum of none is 0.
        Assert.Equal(pairs.Count == 0 ? 0 : Batch.Brier(pairs) * pairs.Count, series.SquaredErrorSum, 1e-10);
        Assert.Equal(pairs.Count == 0 ? 0 : Batch.LogLoss(pairs) * pairs.Count, series.LogLossSum, 1e-10);
    }

    private static void Update(SplitMix random, SeriesCalibration series, SeriesModel model, EventTime clock, EventTime watermark)
    {
        if (random.Chance(0.6) || model.Predictions.Count == 0)
        {
            var time = clock - TimeSpan.FromSeconds(random.Below(120)); // out of order, as far as allowed
            double p = Pairs.Wild(random, 1)[0].P;
            Assert.True(series.AddPrediction(time, p));
            model.Predictions.Add((time, p, null));
            return;
        }

        int which = random.Below(model.Predictions.Count);
        var (at, confidence, outcome) = model.Predictions[which];
        if (at + Model.Join.Horizon < watermark) return; // no label comes that late
        if (outcome is { } old) Assert.True(series.RemoveOutcome(at, confidence, old));
        bool y = random.Chance(confidence);
        Assert.True(series.AddOutcome(at, confidence, y));
        model.Predictions[which] = (at, confidence, y);
    }

    private static SeriesCalibration Fill((EventTime Time, double P, bool Y)[] records)
    {
        var series = new SeriesCalibration(Windows, View.Binary);
        foreach (var (time, p, y) in records)
        {
            series.AddPrediction(time, p);
            series.AddOutcome(time, p, y);
        }

        return series;
    }

    private static void Check(SeriesCalibration series, SeriesModel model, EventTime watermark, string when)
    {
        var all = series.Windows(watermark);
        Assert.Equal(Options.Windows, all.Select(one => one.Width));
        foreach (var one in all)
        {
            var expected = model.Windows(one.Width, Options.Origin).ToArray();
            Assert.Equal(expected, one.History.Select(window => (window.Start, window.End)));
            foreach (var window in one.History)
            {
                Equal(model.Between(window.Start, window.End), window, $"{when}, {one.Width} from {window.Start}");
                Assert.Equal(window.End + Model.MaturityAge(Options.OutOfOrderness) <= watermark, window.Mature);
            }

            Assert.Same(one.History.LastOrDefault(window => window.Mature), one.NewestMature);
            HoldsItsSketch(one, when);
        }

        Assert.True(model.Between(EventTime.Earliest, EventTime.Latest).HoldsSameAs(series.CopyTotal()), when);

        Equal(model.Between(EventTime.Earliest, EventTime.Latest), series.Total(), when);
    }

    private static void HoldsItsSketch(WindowSeries windows, string when)
    {
        Assert.Equal(windows.NewestMature is null, windows.Sketch is null);
        if (windows.NewestMature is { } newest) Equal(windows.Sketch!, newest, when);
    }

    private static void Equal(CalibrationSketch expected, WindowSnapshot window, string when)
    {
        Assert.True(expected.Predictions == window.Predictions, when);
        Assert.True(expected.Labeled == window.Labeled, when);
        Assert.True(expected.Positives == window.Positives, when);
        Assert.True(expected.SumConfidence == window.SumConfidence, when);
        Assert.True(expected.Report(View.Binary) == window.Metrics, when);
        Assert.True(ReliabilityDiagram.Of(expected).SequenceEqual(window.Bins), when);
        Assert.True(ThresholdReliability.Of(expected, View.Binary).SequenceEqual(window.Thresholds), when);
    }

    private static void AssertSame(IReadOnlyList<WindowSeries> expected, IReadOnlyList<WindowSeries> actual, string when)
    {
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].History.Count, actual[i].History.Count);
            foreach (var (a, b) in expected[i].History.Zip(actual[i].History))
            {
                Assert.True(a with { Bins = b.Bins, Thresholds = b.Thresholds } == b, $"{when}: {a.Start}");
                Assert.Equal(a.Bins, b.Bins);
                Assert.Equal(a.Thresholds, b.Thresholds);
            }
        }
    }
}

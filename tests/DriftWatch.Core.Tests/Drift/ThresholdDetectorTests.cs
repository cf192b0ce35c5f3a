using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

public sealed class ThresholdDetectorTests
{
    private static readonly ThresholdOptions Options = new() { Window = TimeSpan.FromMinutes(10), Raise = 0.05, Clear = 0.03, Windows = 3, MinLabeled = 500 };
    private static readonly TimeSpan Maturity = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Pane = TimeSpan.FromMinutes(1);
    private readonly ThresholdDetector _detector = new(Options, View.Binary, Maturity, default);
    private readonly List<Finding> _findings = [];
    private EventTime _now;

    [Fact]
    public void Three_windows_in_a_row_over_the_threshold_are_drift_and_three_clear_ones_end_it()
    {
        Feed(gap: 0, windows: 2);
        Feed(gap: 0.2, windows: 4);
        Feed(gap: 0, windows: 4);

        Assert.Equal(
            [
                FindingKind.Quiet, FindingKind.Quiet,
                FindingKind.Gathering, FindingKind.Gathering, FindingKind.Drift, FindingKind.Drift,
                FindingKind.Drift, FindingKind.Drift, FindingKind.Recovered, FindingKind.Quiet,
            ],
            Kinds());
        var drift = _findings.First(f => f.Kind == FindingKind.Drift);
        Assert.Equal(new EventTime(0) + (2 * Options.Window), drift.Onset);
        Assert.Equal(new EventTime(0) + (5 * Options.Window), drift.Until);
        Assert.Equal(drift.Until + Maturity, drift.Decided);
        Assert.Equal(3 * 10 * 100, drift.Evidence!.Labeled);
    }

    [Fact]
    public void A_calm_window_between_starts_the_count_again()
    {
        Feed(gap: 0.2, windows: 2);
        Feed(gap: 0, windows: 1);
        Feed(gap: 0.2, windows: 2);

        Assert.DoesNotContain(FindingKind.Drift, Kinds());
    }

    [Fact]
    public void A_window_with_too_little_in_it_neither_ends_nor_starts_a_run()
    {
        Feed(gap: 0.2, windows: 2);
        Feed(gap: 0.2, windows: 1, perPane: 10);
        Feed(gap: 0.2, windows: 1);

        Assert.Equal([FindingKind.Gathering, FindingKind.Gathering, FindingKind.Insufficient, FindingKind.Drift], Kinds());
    }

    [Fact]
    public void Empty_time_neither_ends_nor_starts_a_run()
    {
        Feed(gap: 0.2, windows: 2);
        _now += 5 * Options.Window;
        Feed(gap: 0.2, windows: 1);

        Assert.Equal(FindingKind.Drift, Kinds()[^1]);
    }

    [Fact]
    public void An_ece_above_the_threshold_that_its_noise_explains_is_quiet()
    {
        // 500 outcomes of a calibrated model at .5: the gap of 7 points in 15 bins is above .05 and inside its interval.
        var random = new Random(5);
        for (int window = 0; window < 30; window++)
        {
            for (int pane = 0; pane < 10; pane++)
            {
                var sketch = new CalibrationSketch();
                for (int i = 0; i < 50; i++)
                {
                    double p = random.NextDouble();
                    sketch.AddPrediction(p);
                    sketch.AddOutcome(p, random.NextDouble() < p);
                }

                Observe(sketch);
            }
        }

        Assert.Contains(_findings, f => f.Kind == FindingKind.Quiet);
        Assert.DoesNotContain(FindingKind.Drift, Kinds());
    }

    [Fact]
    public void While_the_drift_lasts_every_finding_carries_the_evidence_of_its_window()
    {
        Feed(gap: 0.2, windows: 6);

        Assert.Equal([3000L, 1000, 1000, 1000], _findings.Where(f => f.Kind == FindingKind.Drift).Select(f => f.Evidence!.Labeled));
    }

    [Theory]
    [InlineData(+0.2, Direction.ShiftDown)]
    [InlineData(-0.2, Direction.ShiftUp)]
    public void Direction_says_what_outcomes_do_against_the_claims(double gap, Direction direction)
    {
        Feed(gap, windows: 3);

        Assert.Equal(direction, _findings.Single(f => f.Kind == FindingKind.Drift).Direction);
    }

    [Theory]
    [InlineData(0.4, Direction.Overconfident)]
    [InlineData(2.5, Direction.Underconfident)]
    public void A_slope_is_told_from_a_shift(double slope, Direction direction)
    {
        var sketch = new CalibrationSketch();
        for (int i = 1; i < 200; i++)
        {
            double p = i / 200.0, z = Math.Log(p / (1 - p)) * slope, real = 1 / (1 + Math.Exp(-z));
            for (int k = 0; k < 100; k++) sketch.AddOutcome(p, k < Math.Round(real * 100));
        }

        Assert.Equal(direction, Directions.Of(sketch));
    }

    private FindingKind[] Kinds() => [.. _findings.Select(f => f.Kind)];

    /// <summary>Windows of outcomes whose mean lies <paramref name="gap"/> below the claims of .3 and .7.</summary>
    private void Feed(double gap, int windows, int perPane = 100)
    {
        for (int pane = 0; pane < 10 * windows; pane++)
        {
            var sketch = new CalibrationSketch();
            foreach (double p in new[] { 0.3, 0.7 })
            {
                int count = perPane / 2, positives = (int)Math.Round((p - gap) * count);
                for (int i = 0; i < count; i++)
                {
                    sketch.AddPrediction(p);
                    sketch.AddOutcome(p, i < positives);
                }
            }

            Observe(sketch);
        }
    }

    private void Observe(CalibrationSketch sketch)
    {
        _detector.Observe(_now, sketch, _findings);
        _now += Pane;
        _detector.AdvanceTo(_now, _findings);
    }
}

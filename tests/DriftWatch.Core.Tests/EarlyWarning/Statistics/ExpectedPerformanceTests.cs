using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.EarlyWarning.Statistics;

public class ExpectedPerformanceTests
{
    [Fact]
    public void A_case_by_hand()
    {
        var sketch = new CalibrationSketch();
        for (int i = 0; i < 10; i++) sketch.AddPrediction(0.25);
        for (int i = 0; i < 30; i++) sketch.AddPrediction(0.75);
        double[] frequencies = new double[sketch.Grid.Count];
        frequencies[sketch.Grid.BinOf(0.25)] = 0.1;
        frequencies[sketch.Grid.BinOf(0.75)] = 0.8;

        var binary = ExpectedPerformance.Of(sketch, frequencies, View.Binary)!;
        Assert.Equal((24.0, 6.0, 9.0, 1.0), (binary.TruePositives, Math.Round(binary.FalsePositives, 12), binary.TrueNegatives, binary.FalseNegatives));
        Assert.Equal(33.0 / 40, binary.Accuracy, 1e-15);
        // 25 positives, 15 negatives: 24 · 9 pairs in order, (24 · 6 + 1 · 9) ties.
        Assert.Equal(((24 * 9) + (0.5 * ((24 * 6) + 9))) / (25 * 15), binary.Auroc!.Value, 1e-12);
        Assert.Equal(Math.Sqrt((0.25 * 0.9 * 0.9) + (0.75 * 0.8 * 0.8) - (0.825 * 0.825)), binary.Spread, 1e-12);

        var topLabel = ExpectedPerformance.Of(sketch, frequencies, View.TopLabel)!;
        Assert.Equal(25.0 / 40, topLabel.Accuracy, 1e-15);
        Assert.Equal((25.0, 0.0), (topLabel.TruePositives, topLabel.TrueNegatives));
        Assert.Null(ExpectedPerformance.Of(new CalibrationSketch(), frequencies, View.Binary));
    }

    [Theory]
    [InlineData("D1"), InlineData("D2"), InlineData("D3")]
    public void On_the_reference_itself_it_is_the_accuracy_that_was_seen(string law)
    {
        var sketch = ScoreLaw.Named(law).Sketch(new SplitMix(11), 20_000, 1.4);
        var view = law == "D3" ? View.TopLabel : View.Binary;
        var reference = ReferenceWindow.Of(default, new EventTime(1), sketch, view)!;

        // Where the map pools bins of both sides of one half, or is kept off 0 and 1, it differs by next to nothing.
        Assert.Equal(reference.Accuracy, reference.Expected.Accuracy, 2e-3);
        Assert.Equal(sketch.Positives, reference.Expected.TruePositives + reference.Expected.FalseNegatives, 5.0);
    }

    [Theory]
    [InlineData(1, false), InlineData(2, false), InlineData(3, true), InlineData(4, true)]
    public void Other_traffic_under_the_same_calibration_has_the_accuracy_that_was_expected(int seed, bool topLabel)
    {
        // The reference and the new traffic share P(y = 1 | p) and nothing else.
        var random = new SplitMix((ulong)seed);
        var before = new ScoreLaw("before", 1.0, 1.5, double.NegativeInfinity);
        var after = new ScoreLaw("after", 0.2, 1.1, double.NegativeInfinity);
        const int N = 40_000;
        var reference = ReferenceWindow.Of(default, new EventTime(1), before.Sketch(random, 200_000, 1.3), topLabel ? View.TopLabel : View.Binary)!;
        var window = after.Sketch(random, N, 1.3);

        double expected = reference.Expect(window)!.Accuracy;
        double seen = Scores.Accuracy(window, reference.View)!.Value;

        double error = Math.Sqrt(seen * (1 - seen) / N);
        Assert.True(Math.Abs(reference.Accuracy - seen) > 10 * error, "the traffic must matter");
        Assert.True(Math.Abs(expected - seen) <= (3 * error) + 0.003, $"seed {seed}: expected {expected:F4}, seen {seen:F4} ± {error:F4}"); // the map's own error
    }
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.EarlyWarning.Statistics;

public class AccuracyAttributionTests
{
    private static readonly byte[] Halves = [.. Grid.H188.Midpoints.Select(middle => (byte)(middle < 0.5 ? 0 : 1))];

    [Fact]
    public void A_case_by_hand()
    {
        // Top label. Before: 20 of 40 right below one half, 54 of 60 above. Now: 48 of 100 below, 81 of 100 above.
        var reference = Sketch((0.4, 40, 20), (0.9, 60, 54));
        var now = Sketch((0.4, 100, 48), (0.9, 100, 81));

        var parts = AccuracyAttribution.Of(now, reference, Halves, View.TopLabel)!;

        Assert.Equal(0.74, parts.ReferenceAccuracy, 1e-12);
        Assert.Equal(0.645, parts.Accuracy, 1e-12);
        Assert.Equal((0.1 * 0.5) + (-0.1 * 0.9), parts.Traffic, 1e-12);
        Assert.Equal((0.5 * (0.48 - 0.5)) + (0.5 * (0.81 - 0.9)), parts.Calibration, 1e-12);
        Assert.Equal(-0.095, parts.Traffic + parts.Calibration, 1e-12);
        Assert.Equal(-0.095 / Math.Sqrt((0.645 * 0.355 / 200) + (0.74 * 0.26 / 100)), parts.Z, 1e-12);
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6)]
    public void The_parts_add_up_to_the_change(int seed)
    {
        var random = new SplitMix((ulong)seed);
        for (int run = 0; run < 50; run++)
        {
            var reference = Pairs.Wild(random, 1 + random.Below(500)).Sketch();
            var now = Pairs.Wild(random, 1 + random.Below(500)).Sketch();
            byte[] regions = EqualMass.Regions(reference, 20, cell => cell.Predictions, out _);
            foreach (var view in (View[])[View.Binary, View.TopLabel])
            {
                var parts = AccuracyAttribution.Of(now, reference, regions, view)!;
                Assert.Equal(Scores.Accuracy(now, view)!.Value, parts.Accuracy, 1e-12);
                Assert.Equal(Scores.Accuracy(reference, view)!.Value, parts.ReferenceAccuracy, 1e-12);
                Assert.Equal(parts.Change, parts.Traffic + parts.Calibration, 1e-12);
            }
        }
    }

    [Fact]
    public void Traffic_alone_and_calibration_alone_are_told_apart()
    {
        var random = new SplitMix(9);
        var reference = ReferenceWindow.Of(default, new EventTime(1), ScoreLaw.D3.Sketch(random, 100_000, 1), View.TopLabel)!;

        var harder = reference.Explain(new ScoreLaw("harder", 1.5, 1.5, -1.1).Sketch(random, 50_000, 1))!;
        Assert.True(harder.Traffic < -0.05, $"{harder}");
        Assert.InRange(harder.Calibration, -0.008, 0.008); // inside a region traffic moves too

        var overconfident = reference.Explain(ScoreLaw.D3.Sketch(random, 50_000, 2))!;
        Assert.True(overconfident.Calibration < -0.05, $"{overconfident}");
        Assert.InRange(overconfident.Traffic, -0.008, 0.008);
    }

    private static CalibrationSketch Sketch(params (double P, int Count, int Positives)[] parts)
    {
        var sketch = new CalibrationSketch();
        foreach (var (p, count, positives) in parts)
        {
            for (int i = 0; i < count; i++) sketch.Add(p, i < positives);
        }

        return sketch;
    }
}

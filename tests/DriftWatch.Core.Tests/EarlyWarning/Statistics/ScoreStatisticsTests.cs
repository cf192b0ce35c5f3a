using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.EarlyWarning.Statistics;

public class ScoreStatisticsTests
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void They_equal_those_of_the_raw_confidences(int seed)
    {
        var random = new SplitMix((ulong)seed);
        var pairs = Pairs.Wild(random, 501 + random.Below(500));
        var statistics = ScoreStatistics.Of(pairs.Sketch())!;

        double[] sorted = [.. pairs.Select(pair => pair.P).Order()];
        double mean = Batch.MeanConfidence(pairs);
        double deviation = Math.Sqrt(Batch.Sum(pairs, q => (q.P - mean) * (q.P - mean)) / pairs.Length);
        Assert.Equal(mean, statistics.Mean!.Value, 1e-12);
        Assert.Equal(deviation, statistics.Deviation!.Value, 1e-8);
        Assert.InRange(sorted[0], statistics.Least.Lower, statistics.Least.Upper);
        Assert.InRange(sorted[(sorted.Length - 1) / 2], statistics.Median.Lower, statistics.Median.Upper);
        Assert.InRange(sorted[^1], statistics.Greatest.Lower, statistics.Greatest.Upper);
        Assert.Equal((pairs.Length, pairs.Length), (statistics.Predictions, statistics.Labeled));
    }

    [Fact]
    public void Predictions_without_a_label_have_a_median_and_no_mean()
    {
        var sketch = new CalibrationSketch();
        foreach (double p in (double[])[0.2, 0.2, 0.7, 0.9]) sketch.AddPrediction(p);

        var statistics = ScoreStatistics.Of(sketch)!;

        Assert.Equal(Grid.H188.BinOf(0.2), Grid.H188.BinOf(statistics.Median.Lower));
        Assert.Null(statistics.Mean);
        Assert.Null(statistics.Deviation);
        Assert.Null(ScoreStatistics.Of(new CalibrationSketch()));
    }
}

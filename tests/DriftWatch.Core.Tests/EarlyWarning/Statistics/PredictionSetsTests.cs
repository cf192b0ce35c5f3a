using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.EarlyWarning.Statistics;

public class PredictionSetsTests
{
    [Theory]
    [InlineData(1, 0.1), InlineData(2, 0.05), InlineData(3, 0.3), InlineData(4, 0.01)]
    public void The_threshold_is_the_end_of_the_bin_of_the_conformal_quantile(int seed, double alpha)
    {
        var random = new SplitMix((ulong)seed);
        Pair[] pairs = [.. Enumerable.Range(0, 999).Select(_ => ScoreLaw.D1.Draw(random, 1.5))];
        var sets = PredictionSets.Of(pairs.Sketch(), alpha, View.Binary)!;

        double[] scores = [.. pairs.Select(pair => pair.Y ? 1 - pair.P : pair.P).Order()];
        double exact = scores[(int)Math.Ceiling(((pairs.Length + 1) * (1 - alpha)) - 1e-9) - 1];
        int bin = Grid.H188.BinOf(exact);
        Assert.InRange(sets.Threshold, exact - 1e-12, Grid.H188.Edges[bin + 1] + 1e-12);
    }

    [Theory]
    [InlineData(0.1), InlineData(0.2)]
    public void Exchangeable_predictions_are_covered_as_promised_and_by_no_more_than_a_bin(double alpha)
    {
        var random = new SplitMix(21);
        var coverage = new Moments();
        for (int run = 0; run < 300; run++)
        {
            // Miscalibrated on purpose: the promise does not rest on calibration.
            var sets = PredictionSets.Of(ScoreLaw.D1.Sketch(random, 500, 2), alpha, View.Binary)!;
            coverage.Add(sets.Read(ScoreLaw.D1.Sketch(random, 1000, 2)).Coverage!.Value);
        }

        Assert.True(coverage.Mean >= 1 - alpha - (3 * coverage.Error), $"{coverage.Mean:F4} ± {coverage.Error:F4}");
        Assert.True(coverage.Mean <= 1 - alpha + 0.03, $"{coverage.Mean:F4}");
    }

    [Fact]
    public void A_reading_counts_what_sets_of_raw_predictions_would_hold()
    {
        var random = new SplitMix(22);
        var sets = PredictionSets.Of(ScoreLaw.D1.Sketch(random, 3000, 1), 0.15, View.Binary)!;
        Pair[] pairs = [.. Enumerable.Range(0, 2000).Select(_ => ScoreLaw.D1.Draw(random, 1))];

        var reading = sets.Read(pairs.Sketch());

        int Size(Pair pair) => (1 - pair.P <= sets.Threshold ? 1 : 0) + (pair.P <= sets.Threshold ? 1 : 0);
        Assert.Equal(pairs.Count(pair => (pair.Y ? 1 - pair.P : pair.P) <= sets.Threshold), reading.Covered);
        Assert.Equal(pairs.Sum(Size), reading.Classes);
        Assert.Equal(pairs.Count(pair => Size(pair) > 0), reading.Answered);
        Assert.Equal((2000L, 2000L), (reading.Labeled, reading.Predictions));
    }

    [Fact]
    public void Nothing_allowed_holds_everything_and_all_allowed_nothing()
    {
        var sketch = ScoreLaw.D1.Sketch(new SplitMix(23), 1000, 1);

        Assert.Equal((1, 2), (PredictionSets.Of(sketch, 0, View.Binary)!.Read(sketch).Coverage, PredictionSets.Of(sketch, 0, View.Binary)!.Read(sketch).MeanSize));
        Assert.Equal((0, 0), (PredictionSets.Of(sketch, 1, View.Binary)!.Read(sketch).Coverage, PredictionSets.Of(sketch, 1, View.Binary)!.Read(sketch).MeanSize));
        Assert.Null(PredictionSets.Of(new CalibrationSketch(), 0.1, View.Binary));
    }

    [Fact]
    public void A_top_label_is_answered_where_the_reference_was_right_often_enough()
    {
        var sketch = new CalibrationSketch();
        for (int i = 0; i < 400; i++) sketch.Add(0.6, i % 2 == 0);
        for (int i = 0; i < 400; i++) sketch.Add(0.9, i >= 20);

        var sets = PredictionSets.Of(sketch, 0.1, View.TopLabel)!;
        var reading = sets.Read(sketch);

        Assert.Equal(Grid.H188.Edges[Grid.H188.BinOf(0.9)], sets.Threshold);
        Assert.Equal((400L, 380L, 800L, 400L), (reading.Labeled, reading.Covered, reading.Predictions, reading.Answered));
        Assert.Equal(0.5, reading.AnsweredShare);
        Assert.Null(PredictionSets.Of(sketch, 0.01, View.TopLabel));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public void Whatever_the_data_do_the_share_of_misses_comes_out_as_wanted(int seed)
    {
        const double Target = 0.1, Gamma = 0.02;
        var random = new SplitMix((ulong)seed);
        var alpha = new AdaptiveAlpha(Target, Gamma);
        double weights = 0, misses = 0;
        for (int pane = 0; pane < 3000; pane++)
        {
            // Somebody who wants it to fail: misses everything it can. Below 0 sets hold all, above 1 nothing.
            long labeled = 1 + random.Below(30);
            long covered = alpha.Value <= 0 ? labeled : alpha.Value >= 1 ? 0 : seed % 2 == 0 ? 0 : random.Below((int)labeled + 1);
            alpha.Update(new CoverageReading(Target, 0.5, labeled, covered, labeled, labeled, labeled));
            double weight = Math.Min(AdaptiveAlpha.MostAtOnce, labeled);
            weights += weight;
            misses += weight * (1 - ((double)covered / labeled));
            Assert.InRange(Math.Abs((misses / weights) - Target), 0, (1 + (Gamma * AdaptiveAlpha.MostAtOnce)) / (Gamma * weights));
        }
    }
}

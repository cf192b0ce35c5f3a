using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;

namespace DriftWatch.Evaluation.Exact;

public class SquaredGapTests
{
    [Theory]
    [InlineData(301), InlineData(302), InlineData(303), InlineData(304)]
    public void The_statistic_equals_summing_over_all_pairs_of_predictions_in_a_bin(ulong seed)
    {
        // One value a fine bin: there the sketch knows Σr² to the last digit.
        Pair[] pairs = [.. Pairs.Wild(new SplitMix(seed), 300).Select(q => q with { P = Grid.H188.Midpoints[Grid.H188.BinOf(q.P)] })];
        double sum = 0;
        foreach (var bin in Batch.Bins(pairs, 10).Where(b => b.Count > 1))
        {
            for (int i = 0; i < bin.Count; i++)
            {
                for (int j = 0; j < bin.Count; j++)
                {
                    if (i != j) sum += Residual(bin[i]) * Residual(bin[j]) / (bin.Count - 1);
                }
            }
        }

        Assert.Equal(sum / pairs.Length, SquaredGap.Unbiased(pairs.Sketch(), 10)!.Value, 1e-11);

        static double Residual(Pair q) => (q.Y ? 1 : 0) - q.P;
    }

    [Theory]
    [InlineData("D1", 1.0, 300), InlineData("D1", 1.1, 300), InlineData("D1", 1.5, 300), InlineData("D1", 1.0, 2000), InlineData("D1", 1.1, 2000), InlineData("D1", 1.5, 2000)]
    [InlineData("D3", 1.0, 300), InlineData("D3", 1.1, 300), InlineData("D3", 1.5, 300), InlineData("D3", 1.0, 2000), InlineData("D3", 1.1, 2000), InlineData("D3", 1.5, 2000)]
    public void The_interval_covers_in_93_percent_of_runs_or_more(string law, double temperature, int count)
    {
        const int Runs = 300;
        var scores = ScoreLaw.Named(law);
        double truth = SquaredGap.Unbiased(scores.Sketch(new SplitMix(987), 500_000, temperature))!.Value;
        var random = new SplitMix(23);
        int covered = 0;
        for (int run = 0; run < Runs; run++)
        {
            var interval = SquaredGap.Interval(scores.Sketch(random, count, temperature))!.Value;
            if (interval.Lower <= truth && truth <= interval.Upper) covered++;
        }

        Assert.True(covered >= 0.93 * Runs, $"{covered} of {Runs} cover {truth:E3}");
    }

    [Fact]
    public void Without_labels_nothing_is_told()
    {
        Assert.Null(SquaredGap.Unbiased(new CalibrationSketch()));
        Assert.Null(SquaredGap.Interval(new CalibrationSketch()));
    }
}

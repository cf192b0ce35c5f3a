using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

public sealed class BlockMixtureTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData("normal")]
    [InlineData("cauchy")]
    [InlineData("two-point")]
    [InlineData("uniform")]
    public void The_gain_of_a_self_normalised_block_is_at_most_one_for_any_symmetric_law_whatever_the_scale(string law)
    {
        // One step from a budget of 1: the evidence is the mean gain over all components.
        foreach (double scale in (double[])[.01, .1, 1, 10])
        {
            var random = new SplitMix(5);
            double sum = 0, squares = 0;
            const int Blocks = 20_000;
            for (int i = 0; i < Blocks; i++)
            {
                double x = law switch
                {
                    "normal" => random.Normal(),
                    "cauchy" => random.Normal() / random.Normal(),
                    "two-point" => random.Chance(.5) ? 1 : -1,
                    _ => (2 * random.Unit()) - 1,
                };
                var mixture = BlockMixture.Against(BlockRule.Repeating);
                // Centred at the very edge of what is tolerated upwards.
                var gap = new BlockGap(x + .02, -x - .02, .02, .02, scale);
                mixture.Advance(new(default, default, 1, .5, gap, gap), 1);
                sum += mixture.Evidence;
                squares += mixture.Evidence * mixture.Evidence;
            }

            double mean = sum / Blocks, error = Math.Sqrt(((squares / Blocks) - (mean * mean)) / Blocks);
            Assert.True(mean <= 1 + (3 * error), $"{law}, scale {scale}: {mean} ± {error}");
        }
    }

    [Fact]
    public void A_bet_on_blocks_never_loses_its_stake_and_gains_nothing_on_the_edge()
    {
        var random = new SplitMix(9);
        double sum = 0, squares = 0;
        const int Blocks = 50_000;
        for (int i = 0; i < Blocks; i++)
        {
            // All outcomes of a block alike: dependence at its worst.
            bool positive = random.Chance(.3 + .02);
            double x = (positive ? 1 : 0) - .3;
            var mixture = BlockMixture.Against(BlockRule.Betting);
            var gap = new BlockGap(x, -x, .02, .02, null);
            mixture.Advance(new(default, default, 100, .3, gap, gap), 1);
            Assert.True(mixture.Evidence > 0);
            sum += mixture.Evidence;
            squares += mixture.Evidence * mixture.Evidence;
        }

        double mean = sum / Blocks, error = Math.Sqrt(((squares / Blocks) - (mean * mean)) / Blocks);
        Assert.True(mean <= 1 + (3 * error), $"{mean} ± {error}");
    }

    [Fact]
    public void A_block_gains_at_most_half_a_nat_and_nothing_without_history()
    {
        var far = new BlockGap(100, -100, 0, 0, .001);
        var mixture = BlockMixture.Against(BlockRule.Repeating);
        mixture.Advance(new(default, default, 1, .5, far, far), 1);
        Assert.InRange(Enumerable.Range(0, mixture.Count).Max(i => mixture[i]) / (.8 / 2 / 4), 1, Math.Exp(.5) + 1e-9);

        var unknown = BlockMixture.Against(BlockRule.Repeating);
        unknown.Advance(new(default, default, 1, .5, far with { Scale = null }, far with { Scale = null }), 1);
        Assert.Equal(1, unknown.Evidence, 1e-12);
    }

    [Fact]
    public void Blocks_bet_from_the_ninth_on_and_take_their_scale_from_those_before()
    {
        var series = new BlockSeries(Day, repeats: true, default);
        var band = new NullBand(.02);
        List<ClosedBlock> closed = [];
        double[] rates = [.48, .52, .5, .46, .54, .5, .49, .51, .9, .5];
        for (int day = 0; day < rates.Length; day++)
        {
            var pane = new Calibration.CalibrationSketch();
            for (int i = 0; i < 100; i++) pane.Add(.5, i < 100 * rates[day]);
            series.Add(new EventTime(day * 86_400_000L), pane, band, MissingLabels.WorstCase, null);
            if (series.TryClose(new EventTime((day + 1) * 86_400_000L), out var block)) closed.Add(block.Value);
        }

        Assert.Equal(rates.Length, closed.Count);
        Assert.All(closed[..8], block => Assert.Null(block.Shift.Scale));
        // Deviations from the median 0 of −.02 .02 0 −.04 .04 0 −.01 .01, sorted: 0 0 .01 .01 .02 .02 .04 .04.
        Assert.Equal(1.4826 * .015, closed[8].Shift.Scale!.Value, 1e-9);
        Assert.Equal(.4, closed[8].Shift.Up, 1e-9);
        Assert.Equal(.02, closed[8].Shift.ToleratedUp, 1e-9);
    }

    [Fact]
    public void What_is_missing_counts_against_either_side()
    {
        var series = new BlockSeries(Day, repeats: true, default);
        var pane = new Calibration.CalibrationSketch();
        for (int i = 0; i < 90; i++) pane.Add(.5, i < 60);
        for (int i = 0; i < 10; i++) pane.AddPrediction(.5);
        series.Add(default, pane, new NullBand(0), MissingLabels.WorstCase, null);
        Assert.True(series.TryClose(new EventTime(86_400_000), out var block));

        // 15 more positives than claimed in 100, less at most ten times .5 (and the width of a bin).
        Assert.InRange(block.Value.Shift.Up, .15 - .05 - .002, .15 - .05 + 1e-9);
        Assert.InRange(block.Value.Shift.Down, -.15 - .05 - .002, -.15 - .05 + 1e-9);
    }
}

using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Recalibration;

public class GateTests
{
    /// <summary>By hand: twice the binomial tail at one half.</summary>
    [Theory]
    [InlineData(0, 0, 1, false)]
    [InlineData(9, 1, .021484375, true)]
    [InlineData(1, 9, .021484375, false)]
    [InlineData(12, 3, .03515625, true)]
    [InlineData(5, 5, 1, false)]
    [InlineData(6, 2, .2890625, false)]
    public void McNemars_test_is_exact(long worse, long better, double expected, bool rejects)
    {
        var test = new McNemar(worse, better);
        Assert.Equal(expected, test.PValue, 1e-12);
        Assert.Equal(rejects, test.Rejects);
    }

    [Fact]
    public void A_map_that_helped_each_next_day_passes_and_one_that_helped_every_other_does_not()
    {
        Assert.True(PrequentialGate.Of([.. Enumerable.Repeat(.02, 8)]).Passed);
        Assert.False(PrequentialGate.Of([.. Enumerable.Range(0, 40).Select(day => day % 2 == 0 ? .05 : -.05)]).Passed);
        Assert.False(PrequentialGate.Of([.. Enumerable.Repeat(.02, 4)]).Passed); // four days are too few for Student, and bets have not won 20
        Assert.True(PrequentialGate.Of([.. Enumerable.Repeat(.1, 8)]).Evidence > 20);
    }

    /// <summary>Ville: bets on gains that are as often losses pass 20 in at most one stream of 20, at any time.</summary>
    [Fact]
    public void Bets_on_nothing_seldom_win()
    {
        int won = 0;
        for (ulong seed = 1; seed <= 1000; seed++)
        {
            var random = new SplitMix(seed);
            won += PrequentialGate.Of([.. Enumerable.Range(0, 100).Select(_ => .1 * ((2 * random.Unit()) - 1))]).Evidence >= 20 ? 1 : 0;
        }

        Assert.InRange(won, 0, 65); // 50 ± 2 deviations
    }

    /// <summary>The interval of a mean gain under shocks of days, where outcomes of one day are not independent: 20 of 400 may miss, and without the blocks more than half do.</summary>
    [Fact]
    public void Blocks_make_intervals_hold_where_outcomes_share_causes()
    {
        int held = 0, naive = 0;
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var random = new SplitMix(seed);
            var all = new Judged[40 * 20];
            for (int day = 0; day < 40; day++)
            {
                double shock = random.Normal();
                for (int i = 0; i < 20; i++) all[(day * 20) + i] = new(1, 1, 0, day, new(0, false, shock + random.Normal(), 0), default);
            }

            var interval = MeanEstimate.Of(all, one => one.Gain, 1).Interval;
            held += interval.Lower < 0 && interval.Upper > 0 ? 1 : 0;
            var (lower, upper) = MeanEstimate.Of([.. all.Select(one => one with { Block = 0 })], one => one.Gain, 1).Interval;
            naive += lower < 0 && upper > 0 ? 1 : 0;
        }

        Assert.InRange(held / 300.0, .91, .98);
        Assert.InRange(naive / 300.0, 0, .6);
    }
}

using DriftWatch.Core.Support;

namespace DriftWatch.Core.Drift.Sequential;

public sealed class ShockModelTests
{
    private const double Information = 150; // a day of 1 200 predictions

    [Fact]
    public void Before_anything_was_seen_the_plausible_holds_and_slopes_have_a_third_of_it()
    {
        double shift = ShockModel.Bound([], 1, true), slope = ShockModel.Bound([], 1.0 / 3, true);

        Assert.InRange(shift, .1, .5);
        Assert.Equal(shift / 9, slope, 1e-12);
    }

    [Fact]
    public void A_month_of_independent_days_leaves_next_to_nothing()
    {
        double[] factors = [.. Enumerable.Range(1, 40).Select(seed => 1 + (Information * ShockModel.Bound(Days(new((ulong)seed), 30, 0, 0), 1, true))).Order()];

        Assert.InRange(factors[20], 1, 1.2);
        Assert.InRange(factors[37], 1, 3);
    }

    [Theory]
    [InlineData(.3, 0)]
    [InlineData(.3, .6)]
    [InlineData(.6, .6)]
    public void What_shocks_add_in_the_long_run_is_not_underrated_by_much_or_often(double deviation, double memory)
    {
        double truth = deviation * deviation * (1 + memory) / (1 - memory);
        double[] bounds = [.. Enumerable.Range(1, 60).Select(seed => ShockModel.Bound(Days(new((ulong)seed), 40, deviation, memory), 1, true)).Order()];

        Assert.True(bounds[12] >= truth / 2, $"a fifth are below {bounds[12]} of {truth}");
        Assert.True(bounds[30] <= 8 * truth, $"the median is {bounds[30]} of {truth}");
    }

    [Fact]
    public void A_lasting_change_is_not_taken_for_shocks_once_a_level_begins_with_it()
    {
        double[] asShocks = new double[20], asLevel = new double[20];
        for (int seed = 0; seed < 20; seed++)
        {
            var days = Days(new((ulong)seed + 100), 30, 0, 0);
            for (int i = 20; i < 30; i++) days[i] = days[i] with { Off = days[i].Off - 1 };
            asShocks[seed] = ShockModel.Bound(days, 1, true);
            days[20] = days[20] with { NewLevel = true };
            asLevel[seed] = ShockModel.Bound(days, 1, true);
        }

        Assert.True(asShocks.Order().ElementAt(10) > .2);
        Assert.True(asLevel.Order().ElementAt(10) < .01);
    }

    [Fact]
    public void Three_calm_days_are_no_proof()
    {
        var calm = new ShockReading[] { new(0, Information, false, 1), new(.01, Information, false, 1), new(-.01, Information, false, 1) };

        Assert.InRange(ShockModel.Bound(calm, 1, true), .001, ShockModel.Bound([], 1, true));
    }

    [Fact]
    public void Without_memory_a_row_of_days_that_are_alike_counts_for_less()
    {
        var days = Days(new(7), 40, .4, .8);

        Assert.True(ShockModel.Bound(days, 1, remembers: false) < ShockModel.Bound(days, 1, remembers: true));
    }

    private static ShockReading[] Days(SplitMix random, int count, double deviation, double memory)
    {
        double shock = deviation * random.Normal();
        var days = new ShockReading[count];
        for (int i = 0; i < count; i++)
        {
            days[i] = new(shock + (random.Normal() / Math.Sqrt(Information)), Information, false, 1);
            shock = (memory * shock) + (Math.Sqrt(1 - (memory * memory)) * deviation * random.Normal());
        }

        return days;
    }
}

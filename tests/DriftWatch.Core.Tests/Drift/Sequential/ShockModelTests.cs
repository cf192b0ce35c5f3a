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

    /// <summary>Oracle: the density of all blocks at once, by a Cholesky factor of their whole covariance, point by point of the grid as it is documented.</summary>
    [Fact]
    public void The_bound_is_that_of_the_joint_density_of_all_blocks()
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var random = new SplitMix(seed);
            var days = Days(random, 1 + (int)(random.Unit() * 60), new[] { 0, .1, .4, 1 }[seed % 4], .3 * (seed % 3));
            for (int i = 0; i < days.Length; i++)
                days[i] = days[i] with { Information = Math.Exp(8 * random.Unit()), NewLevel = random.Unit() < .05, Blocks = random.Unit() < .1 ? 3 : 1 };
            foreach (var (unit, remembers) in new[] { (1, true), (1, false), (1.0 / 3, true) })
            {
                double expected = BoundByCholesky(days, unit, remembers, out double nearest);
                // Where a point's sum of probabilities is the threshold to the last digits, either is right.
                if (nearest > 1e-9) Assert.True(Math.Abs(expected - ShockModel.Bound(days, unit, remembers)) <= 1e-12, $"seed {seed}: {ShockModel.Bound(days, unit, remembers)} of {expected}");
            }
        }
    }

    private static double BoundByCholesky(ShockReading[] days, double unit, bool remembers, out double nearest)
    {
        double[] deviations = [0, .05, .1, .2, .3, .45, .7, 1, 1.5], shares = [.6, .029, .04, .069, .08, .069, .057, .034, .022];
        (double Memory, double Share)[] memories = [(0, .35), (.4, .3), (.7, .25), (.9, .1)];
        List<(double LongRun, double Prior, double Log)> points = [];
        for (int d = 0; d < deviations.Length; d++)
        {
            foreach (var (memory, share) in remembers && d > 0 ? memories : [(0, 1)])
            {
                double variance = Math.Pow(deviations[d] * unit, 2);
                points.Add((variance * (1 + memory) / (1 - memory), shares[d] * share, LogDensity(days, variance, memory)));
            }
        }

        double distance = double.PositiveInfinity;
        int levels = 1 + days.Skip(1).Count(day => day.NewLevel);
        double trust = Math.Clamp((days.Length - levels) / 20.0, 0, 1);
        double plausible = Exceeded(_ => 1, .2), bound = Exceeded(point => Math.Exp(point.Log - points.Max(one => one.Log)), .2);
        double result = bound >= plausible ? bound : Math.Max(bound, Math.Min(plausible, Exceeded(point => Math.Exp(point.Log - points.Max(one => one.Log)), .05 + (trust * .15))));
        nearest = distance;
        return result;

        double Exceeded(Func<(double LongRun, double Prior, double Log), double> likelihood, double probability)
        {
            double above = 0, all = points.Sum(point => point.Prior * likelihood(point));
            foreach (var point in points.OrderByDescending(point => point.LongRun))
            {
                above += point.Prior * likelihood(point) / all;
                distance = Math.Min(distance, Math.Abs(above - probability));
                if (above > probability) return point.LongRun;
            }

            return 0;
        }
    }

    private static double LogDensity(ShockReading[] days, double variance, double memory)
    {
        int n = days.Length;
        var covariance = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            int apart = 0;
            bool sameLevel = true;
            for (int j = i; j >= 0; j--)
            {
                if (j < i)
                {
                    apart += days[j].Blocks;
                    sameLevel &= !days[j + 1].NewLevel;
                }

                covariance[i, j] = (variance * (apart == 0 ? 1 : Math.Pow(memory, apart))) + (sameLevel ? 4 : 0) + (i == j ? 1 / days[i].Information : 0);
            }
        }

        double log = 0;
        var whitened = new double[n];
        for (int i = 0; i < n; i++)
        {
            double off = days[i].Off;
            for (int j = 0; j <= i; j++)
            {
                double sum = covariance[i, j];
                for (int k = 0; k < j; k++) sum -= covariance[i, k] * covariance[j, k];
                covariance[i, j] = i == j ? Math.Sqrt(sum) : sum / covariance[j, j];
                if (j < i) off -= covariance[i, j] * whitened[j];
            }

            whitened[i] = off / covariance[i, i];
            log -= Math.Log(covariance[i, i]) + (whitened[i] * whitened[i] / 2);
        }

        return log;
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

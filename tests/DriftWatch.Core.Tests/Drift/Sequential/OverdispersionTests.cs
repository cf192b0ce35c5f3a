using DriftWatch.Core.Support;

namespace DriftWatch.Core.Drift.Sequential;

public sealed class OverdispersionTests
{
    private const long Hour = 3_600_000;

    [Fact]
    public void Independent_outcomes_have_almost_none()
    {
        double[] factors = [.. Enumerable.Range(1, 20).Select(seed => Learn(new SplitMix((ulong)seed), 60, (random, _) => 15 * random.Normal()))];

        Assert.InRange(factors.Average(), 1, 1.6);
    }

    [Fact]
    public void Shocks_that_last_a_day_show_at_the_scale_of_a_day()
    {
        // Residual of an hour = noise of variance 225 + a daily shock of ± 15: the day's variance is 24 + 24² times 225, its φ 25.
        double day = 0;
        double[] factors = [.. Enumerable.Range(1, 20).Select(seed => Learn(new SplitMix((ulong)seed), 60, (random, hour) =>
        {
            if (hour % 24 == 0) day = random.Normal();
            return (15 * random.Normal()) + (15 * day);
        }))];

        Assert.InRange(factors.Average(), 18, 32);
    }

    [Fact]
    public void A_lasting_gap_is_not_taken_for_noise() =>
        Assert.InRange(Learn(new SplitMix(3), 60, (random, _) => (15 * random.Normal()) + 100), 1, 2);

    [Fact]
    public void It_is_unknown_for_twenty_hours()
    {
        var overdispersion = new Overdispersion(default);
        for (int minute = 0; minute < 20 * 60; minute++)
        {
            overdispersion.Observe(new(minute * 60_000L), new((minute + 1) * 60_000L), 1, 10);
            overdispersion.Learn(true);
            Assert.Null(overdispersion.Factor);
        }

        overdispersion.Observe(new(20 * Hour), new((20 * Hour) + 60_000), 1, 10);
        overdispersion.Learn(true);
        Assert.NotNull(overdispersion.Factor);
    }

    [Fact]
    public void What_hours_show_is_carried_over_to_the_day_until_the_day_is_known()
    {
        var random = new SplitMix(4);
        var overdispersion = new Overdispersion(default);
        double early = 0;
        for (int hour = 0; hour < 24 * 25; hour++)
        {
            // Hourly shocks without memory: φ is 5 at every scale, but one day cannot know.
            overdispersion.Observe(new(hour * Hour), new((hour + 1) * Hour), 15 * Math.Sqrt(5) * random.Normal(), 225);
            overdispersion.Learn(mayFall: false);
            if (hour == 30) early = overdispersion.Factor!.Value;
        }

        Assert.InRange(early, 40, 200);
        Assert.InRange(overdispersion.Factor!.Value, 2.5, 12);
    }

    private static double Learn(SplitMix random, int days, Func<SplitMix, int, double> residual)
    {
        var overdispersion = new Overdispersion(default);
        for (int hour = 0; hour < 24 * days; hour++)
        {
            overdispersion.Observe(new(hour * Hour), new((hour + 1) * Hour), residual(random, hour), 225);
            overdispersion.Learn(true);
        }

        return overdispersion.Factor!.Value;
    }
}

using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Joining;

public sealed class WatermarkTests
{
    private static readonly TimeSpan Allowance = TimeSpan.FromMilliseconds(10);

    [Fact]
    public void TheSlowestSourceLessTheAllowanceDecides()
    {
        var watermark = Of(2);

        watermark.Observe(0, new(500));
        watermark.Observe(1, new(300));

        Assert.Equal(new EventTime(290), watermark.Current);
        Assert.Equal(new EventTime(500), watermark.Of(0));
    }

    [Fact]
    public void ASourceThatHasShownNothingHoldsItBackUntilItIsIdle()
    {
        var watermark = Of(2);

        watermark.Observe(0, new(500));
        Assert.Null(watermark.Current);
        Assert.Null(watermark.Of(1));

        watermark.SetIdle(1, true);
        Assert.Equal(new EventTime(490), watermark.Current);
    }

    [Fact]
    public void ALogThatWasReadToItsEndHasAWatermarkWhicheverSourceIsIdleFirst()
    {
        var watermark = Of(2);

        watermark.Observe(0, new(500));
        watermark.SetIdle(0, true);
        watermark.SetIdle(1, true);

        Assert.Equal(new EventTime(490), watermark.Current);
    }

    [Fact]
    public void ARecordEndsTheIdlenessOfItsSource()
    {
        var watermark = Of(2);
        watermark.Observe(0, new(500));
        watermark.SetIdle(1, true);

        watermark.Observe(1, new(495));
        watermark.Observe(0, new(900));

        Assert.Equal(new EventTime(490), watermark.Current);
    }

    [Fact]
    public void TheClockMovesItOnlyWhileAllSourcesAreIdleAndNeverNearerToNowThanTheAllowance()
    {
        var watermark = Of(2);
        watermark.Observe(0, new(500));
        watermark.Observe(1, new(500));

        watermark.AdvanceIdle(TimeSpan.FromMilliseconds(100), new(10_000));
        Assert.Equal(new EventTime(490), watermark.Current);

        watermark.SetIdle(0, true);
        watermark.SetIdle(1, true);
        watermark.AdvanceIdle(TimeSpan.FromMilliseconds(100), new(10_000));
        Assert.Equal(new EventTime(590), watermark.Current);

        watermark.AdvanceIdle(TimeSpan.FromMilliseconds(100), new(650));
        Assert.Equal(new EventTime(640), watermark.Current);

        watermark.AdvanceIdle(TimeSpan.FromMilliseconds(100), new(600));
        Assert.Equal(new EventTime(640), watermark.Current);
    }

    [Fact]
    public void TheClockLeavesItAloneWhereThatWasOptedOutOfOrNothingWasEverSeen()
    {
        var optedOut = new Watermark(Allowance, clockWhenIdle: false);
        optedOut.AddSource();
        optedOut.Observe(0, new(500));
        optedOut.SetIdle(0, true);
        optedOut.AdvanceIdle(TimeSpan.FromSeconds(1), new(10_000));
        Assert.Equal(new EventTime(490), optedOut.Current);

        var unseen = Of(1);
        unseen.SetIdle(0, true);
        unseen.AdvanceIdle(TimeSpan.FromSeconds(1), new(10_000));
        Assert.Null(unseen.Current);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ItNeverGoesBackAndEqualsTheDefinitionAfterEveryStep(int seed)
    {
        var random = new Random(seed);
        for (int run = 0; run < 500; run++)
        {
            int sources = random.Next(1, 6);
            bool readsEachStep = random.Next(2) == 0;
            var watermark = Of(sources);
            var shown = new long?[sources];
            var idle = new bool[sources];
            long? expected = null;
            for (int step = 0; step < 60; step++)
            {
                int source = random.Next(sources);
                switch (random.Next(8))
                {
                    case 0:
                        idle[source] = random.Next(2) == 0;
                        watermark.SetIdle(source, idle[source]);
                        break;
                    case 1:
                        var (elapsed, now) = (random.Next(50), random.Next(2000));
                        watermark.AdvanceIdle(TimeSpan.FromMilliseconds(elapsed), new(now));
                        if (expected is { } w && idle.All(i => i)) expected = Math.Max(w, Math.Min(w + elapsed, now - 10));
                        break;
                    default:
                        long time = (10 * step) + random.Next(100);
                        watermark.Observe(source, new(time));
                        shown[source] = Math.Max(shown[source] ?? 0, time);
                        idle[source] = false;
                        break;
                }

                var counting = Enumerable.Range(0, sources).Where(s => idle.All(i => i) ? shown[s] is not null : !idle[s]).Select(s => shown[s]).ToList();
                if (counting.Count > 0 && counting.All(s => s is not null)) expected = Math.Max(expected ?? long.MinValue, counting.Min()!.Value - 10);
                if (readsEachStep || step == 59)
                    Assert.True(expected == watermark.Current?.Milliseconds, $"seed {seed}, run {run}, step {step}: expected {expected}, got {watermark.Current?.Milliseconds}");
            }
        }
    }

    private static Watermark Of(int sources)
    {
        var watermark = new Watermark(Allowance);
        for (int i = 0; i < sources; i++) Assert.Equal(i, watermark.AddSource());
        return watermark;
    }
}

using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.EarlyWarning.Statistics;

public class VolumeBaselineTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly EventTime Start = new(1_767_225_600_000); // 2026-01-01

    [Fact]
    public void Independent_arrivals_with_days_and_nights_give_standard_normal_readings()
    {
        var readings = new Moments();
        var dispersion = 0.0;
        Run(new SplitMix(3), weeks: 20, hour => Level(hour), reading =>
        {
            readings.Add(reading.Z);
            dispersion = reading.Overdispersion;
        });

        Assert.Equal((19 * 168) - 2, readings.Count); // none in the first week; the first hour and the last are not whole
        readings.AssertMean(0);
        Assert.InRange(readings.Deviation, 0.93, 1.07);
        Assert.InRange(dispersion, 1, 1.35);
    }

    [Fact]
    public void Arrivals_in_bursts_are_allowed_for()
    {
        // Bursts of nine: nine times the variance.
        var readings = new Moments();
        double dispersion = 0;
        Run(new SplitMix(4), weeks: 30, hour => Level(hour) / 9, reading =>
        {
            if (reading.Start - Start > TimeSpan.FromDays(70)) readings.Add(reading.Z);
            dispersion = reading.Overdispersion;
        }, each: 9);

        Assert.InRange(readings.Deviation, 0.85, 1.15);
        Assert.InRange(dispersion, 6, 12);
    }

    [Fact]
    public void Silence_is_a_count_of_zero()
    {
        List<VolumeReading> readings = [];
        var baseline = new VolumeBaseline(TimeSpan.FromMinutes(10), default, readings.Add);
        for (int hour = 0; hour <= 2 * 168; hour++) baseline.Add(Start + (hour * Hour), 400);
        readings.Clear();

        baseline.AdvanceTo(Start + ((2 * 168) + 4) * Hour);

        Assert.Equal([400L, 0, 0, 0], readings.Select(reading => reading.Count));
        Assert.All(readings.Skip(1), reading => Assert.True(reading.Z < -20 && reading.Ratio == 0, $"{reading}"));
    }

    [Fact]
    public void The_hour_in_which_a_series_begins_is_no_measure_of_that_hour()
    {
        List<VolumeReading> readings = [];
        var baseline = new VolumeBaseline(TimeSpan.FromMinutes(10), default, readings.Add);
        baseline.Add(Start + TimeSpan.FromMinutes(50), 10); // the last ten minutes of an hour
        for (int hour = 1; hour < 170; hour++) baseline.Add(Start + (hour * Hour), 100);
        baseline.AdvanceTo(Start + (170 * Hour));

        // A week later that hour has no level yet; the next one has.
        var reading = Assert.Single(readings);
        Assert.Equal((Start + (169 * Hour), 100L, 100.0), (reading.Start, reading.Count, reading.Expected));
    }

    [Fact]
    public void A_jump_of_years_costs_a_week_of_zeros_and_steps_give_what_a_jump_gives()
    {
        List<VolumeReading> jumped = [], stepped = [];
        var one = new VolumeBaseline(TimeSpan.FromHours(1), default, jumped.Add);
        var other = new VolumeBaseline(TimeSpan.FromHours(1), default, stepped.Add);
        foreach (var baseline in (VolumeBaseline[])[one, other])
        {
            for (int hour = 0; hour < 200; hour++) baseline.Add(Start + (hour * Hour), 100 + hour);
        }

        one.AdvanceTo(Start + (210 * Hour));
        for (int hour = 200; hour <= 210; hour++) other.AdvanceTo(Start + (hour * Hour));
        Assert.Equal(stepped, jumped);

        int before = jumped.Count;
        one.AdvanceTo(Start + TimeSpan.FromDays(3650));
        Assert.InRange(jumped.Count - before, 1, 169);
    }

    private static double Level(int hour) => 60 + (50 * Math.Sin(2 * Math.PI * hour / 24)) + (hour / 24 % 7 >= 5 ? -5 : 5);

    private static void Run(SplitMix random, int weeks, Func<int, double> level, Action<VolumeReading> judge, int each = 1)
    {
        var baseline = new VolumeBaseline(Hour, default, judge);
        for (int hour = 0; hour < weeks * 168; hour++) baseline.Add(Start + (hour * Hour), each * Poisson(random, level(hour % 168)));
    }

    private static long Poisson(SplitMix random, double mean)
    {
        long count = -1;
        for (double left = 1, floor = Math.Exp(-mean); left > floor; count++) left *= random.Unit();
        return count;
    }
}

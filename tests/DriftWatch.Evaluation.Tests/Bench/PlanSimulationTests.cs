using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;

namespace DriftWatch.Evaluation.Bench;

/// <summary>A plan is what the product does: its days are held against records that go through the monitor of the service.</summary>
public class PlanSimulationTests
{
    private const int Streams = 16;

    [Theory]
    [InlineData(1, -0.3, 30, 1200)]
    [InlineData(1.5, 0, 30, 1200)]
    [InlineData(1, 0.5, 30, 600)]
    public void A_plan_says_within_a_third_after_how_many_days_the_product_alarms(double temperature, double shift, int calm, int perDay)
    {
        var cell = new ProductCell("planned", ScoreLaw.D1) { Days = calm + 60, Stable = calm, PerDay = perDay, Truth = new(temperature, shift) };
        var seen = ProductBench.Sum(cell, [.. Enumerable.Range(0, Streams).Select(i => ProductBench.Play(cell, BenchRandom.Seed(7, "product", i)))]);

        double[] planned = Simulation(new() { Claims = Claims(), Drift = new DriftOptions(), Maturity = TimeSpan.FromDays(1), PerDay = perDay }).Play("drift", DetectionPlanner.Tilted(temperature, shift));

        double median = CellResult.Quantile(planned, 0.5)!.Value;
        // A pane of an hour and the first evidence of a day blur what is short.
        Assert.InRange(median, (seen.Median!.Value / 1.34) - 0.1, (1.34 * seen.Median.Value) + 0.1);
    }

    [Theory]
    [InlineData(3, false, 600, -0.7)]
    [InlineData(1, true, 1500, -1.2)] // the service watches all after the twentieth as one: else each would have a single pane, which it learns claims from
    public void So_it_does_where_versions_come_and_go(int days, bool batch, int perDay, double shift) => Agrees(
        new("versions", ScoreLaw.D1) { Days = 50, Stable = 30, PerDay = perDay, Truth = new(1, shift), DailyVersions = true, VersionDays = days, Arrivals = batch ? Arrivals.Batch : Arrivals.Evenly },
        new() { Claims = Claims(), Drift = new DriftOptions(), Maturity = TimeSpan.FromDays(1), PerDay = perDay, VersionEvery = TimeSpan.FromDays(days), Batch = batch });

    [Fact]
    public void So_it_does_where_labels_of_what_comes_true_take_longer_and_some_too_long() => Agrees(
        new("late", ScoreLaw.D1) { Days = 60, Stable = 30, PerDay = 600, Truth = new(1, 0.6), Labels = LabelTimes.ByOutcome },
        new() { Claims = Claims(), Drift = new DriftOptions(), Maturity = TimeSpan.FromDays(1), PerDay = 600, DelayNegative = TimeSpan.FromHours(2), DelayPositive = TimeSpan.FromHours(6) });

    [Fact]
    public void Labels_are_in_time_as_the_law_of_their_delay_has_it()
    {
        var stream = new PlanStream { Claims = Claims(), Drift = new DriftOptions(), Maturity = TimeSpan.FromDays(1), PerDay = 1, DelayNegative = TimeSpan.FromHours(12) };

        Assert.Equal(1 - Math.Exp(-2), stream.InTime(false), 12);
        Assert.Equal(1, stream.InTime(true));
    }

    [Fact]
    public void What_holds_a_plan_up_is_what_the_stream_has()
    {
        var plain = new PlanStream { Claims = Claims(), Drift = new DriftOptions { Dependence = Dependence.Independent }, Maturity = TimeSpan.FromDays(1), PerDay = 1200 };
        var all = plain with { Drift = new DriftOptions(), Shocks = .3, Unlabeled = .1, Slices = 3, VersionEvery = TimeSpan.FromDays(1), Batch = true };

        Assert.Equal(2, PlanLimits.Of(plain).Count());
        Assert.Equal(7, PlanLimits.Of(all).Count());
        // Without any of it one is as good as the plain stream again.
        var none = PlanLimits.Of(all).Take(5).Aggregate(all, (stream, limit) => limit.Name switch
        {
            "days that differ" => stream with { Shocks = limit.Without.Shocks, Drift = limit.Without.Drift },
            "missing labels" => stream with { Unlabeled = limit.Without.Unlabeled },
            "slices" => stream with { Slices = limit.Without.Slices },
            "short versions" => stream with { VersionEvery = limit.Without.VersionEvery },
            _ => stream with { Batch = limit.Without.Batch },
        });
        Assert.Equal(plain with { Claims = none.Claims, Drift = none.Drift }, none);
    }

    private static void Agrees(ProductCell records, PlanStream stream)
    {
        var seen = ProductBench.Sum(records, [.. Enumerable.Range(0, Streams).Select(i => ProductBench.Play(records, BenchRandom.Seed(7, "product", i)))]);

        double median = CellResult.Quantile(Simulation(stream).Play("drift", DetectionPlanner.Tilted(1, records.Truth.Shift)), 0.5)!.Value;
        Assert.InRange(median, (seen.Median!.Value / 1.34) - 0.1, (1.34 * seen.Median.Value) + 0.1);
    }

    [Fact]
    public void Shocks_missing_labels_and_slices_cost_time()
    {
        var plain = new PlanStream { Claims = Claims(), Drift = new DriftOptions(), Maturity = TimeSpan.FromDays(1), PerDay = 1200 };

        double none = Median(plain);
        Assert.True(Median(plain with { Shocks = 0.3, Memory = 0.6 }) > 1.5 * none);
        Assert.True(Median(plain with { Unlabeled = 0.05 }) > none);
        Assert.True(Median(plain with { Slices = 40 }) > none);

        static double Median(PlanStream stream) => CellResult.Quantile(Simulation(stream).Play("drift", DetectionPlanner.Tilted(1, -0.4)), 0.5) ?? double.PositiveInfinity;
    }

    private static PlanSimulation Simulation(PlanStream stream) => new(stream, Streams, seed: 3, new BenchJobs(_ => { }, TestContext.Current.CancellationToken));

    private static CalibrationSketch Claims()
    {
        var random = new BenchRandom(1);
        var sketch = new CalibrationSketch(Grid.Default);
        for (int i = 0; i < 20_000; i++) sketch.AddPrediction(Truth.Sigma(ScoreLaw.D1.Draw(random)));
        return sketch;
    }
}

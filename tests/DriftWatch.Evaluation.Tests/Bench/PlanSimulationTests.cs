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

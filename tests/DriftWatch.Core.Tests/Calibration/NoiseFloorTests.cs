using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

public class NoiseFloorTests
{
    // The normal formula is itself off by some percent in bins of 20 to 50 rare events: hence the relative part.
    [Theory]
    [InlineData("D1", 500), InlineData("D3", 500), InlineData("D1", 3000), InlineData("D2", 2000)]
    public void The_noise_floor_is_the_mean_ECE_of_a_calibrated_model(string law, int count)
    {
        int runs = Math.Min(2000, 1_000_000 / count);
        var random = new SplitMix(3);
        double sum = 0;
        double squares = 0;
        double floor = 0;
        double deviation = 0;
        for (int run = 0; run < runs; run++)
        {
            var sketch = ScoreLaw.Named(law).Sketch(random, count, 1);
            double ece = CalibrationError.Expected(sketch)!.Value;
            var noise = NoiseFloor.Of(sketch)!.Value;
            sum += ece;
            squares += ece * ece;
            floor += noise.Mean / runs;
            deviation += noise.Deviation / runs;
        }

        double mean = sum / runs;
        double spread = Math.Sqrt((squares / runs) - (mean * mean));
        Assert.True(Math.Abs(mean - floor) <= (3 * spread / Math.Sqrt(runs)) + (0.01 * mean), $"mean ECE {mean:F5} ± {spread / Math.Sqrt(runs):F5}, floor {floor:F5}");
        Assert.True(Math.Abs(spread - deviation) <= 0.08 * spread, $"sd of ECE {spread:F5}, formula {deviation:F5}");
    }

    [Theory]
    [InlineData(1, 0.3), InlineData(5, 0.5), InlineData(19, 0.02), InlineData(19, 0.97), InlineData(12, 0.25), InlineData(7, 0), InlineData(7, 1)]
    public void The_mean_deviation_of_a_small_bin_equals_summing_over_all_outcomes(int n, double q)
    {
        double expected = 0;
        double choose = 1;
        for (int k = 0; k <= n; k++)
        {
            expected += choose * Math.Pow(q, k) * Math.Pow(1 - q, n - k) * Math.Abs(k - (n * q));
            choose = choose * (n - k) / (k + 1);
        }

        Assert.Equal(expected, NoiseFloor.BinomialMeanDeviation(n, q), 1e-13);
    }

    [Fact]
    public void Debiasing_leaves_a_large_gap_alone_and_takes_from_a_small_one()
    {
        var random = new SplitMix(9);
        double plain = 0;
        double debiased = 0;
        for (int run = 0; run < 200; run++)
        {
            var sketch = ScoreLaw.D3.Sketch(random, 5000, 1.5);
            plain += CalibrationError.Expected(sketch)!.Value / 200;
            debiased += CalibrationError.Debiased(sketch)!.Value / 200;
        }

        double truth = ScoreLaw.D3.TrueEce(15, 1.5);
        Assert.True(Math.Abs(debiased - truth) < 0.6 * Math.Abs(plain - truth), $"truth {truth:F4}, plain {plain:F4}, debiased {debiased:F4}");
    }

    [Fact]
    public void The_debiased_squared_error_of_a_calibrated_model_is_zero_on_average()
    {
        const int Runs = 1000;
        var random = new SplitMix(17);
        double sum = 0;
        double squares = 0;
        for (int run = 0; run < Runs; run++)
        {
            double x = CalibrationError.DebiasedSquared(ScoreLaw.D1.Sketch(random, 500, 1))!.Value;
            sum += x;
            squares += x * x;
        }

        double mean = sum / Runs;
        double error = Math.Sqrt(((squares / Runs) - (mean * mean)) / Runs);
        Assert.True(Math.Abs(mean) < 3 * error, $"{mean:E2} ± {error:E2}");
    }
}

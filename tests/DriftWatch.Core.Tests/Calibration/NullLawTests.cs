using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

/// <summary>What the numbers are for a calibrated model, by simulation.</summary>
public class NullLawTests
{
    private const int Runs = 2000;

    [Theory]
    [InlineData("D1"), InlineData("D3")]
    public void Tests_of_calibration_follow_their_laws_when_the_model_is_calibrated(string law)
    {
        var random = new SplitMix(41);
        var (spiegelhalter, equalMass, tcal, pairs) = (new Moments(), new Moments(), new Moments(), new Moments());
        int below = 0;
        int tooLarge = 0;
        for (int run = 0; run < Runs; run++)
        {
            var sketch = ScoreLaw.Named(law).Sketch(random, 1000, 1);
            spiegelhalter.Add(Scores.SpiegelhalterZ(sketch)!.Value);
            var test = HosmerLemeshow.EqualMass(sketch)!.Value;
            equalMass.Add((test.ChiSquare - test.Degrees) / Math.Sqrt(2 * test.Degrees));
            if (test.PValue < 0.05) below++;
            tcal.Add(TCal.Analytic(sketch)!.Value.Z!.Value);
            pairs.Add(SquaredGap.Unbiased(sketch)!.Value);
            if (LargestGaps.Significant(sketch) > 0) tooLarge++;
        }

        spiegelhalter.MeanIs(0, "Spiegelhalter");
        Assert.InRange(spiegelhalter.Deviation, 0.95, 1.05);
        // S(1 − S ÷ n) is a little more than Σp(1 − p), so the statistic is a little small.
        equalMass.MeanIs(-0.03, "Hosmer-Lemeshow", 0.06);
        Assert.InRange((double)below / Runs, 0.03, 0.065);
        tcal.MeanIs(0, "T-Cal");
        Assert.InRange(tcal.Deviation, 0.92, 1.05);
        pairs.MeanIs(0, "pairs");
        Assert.True(tooLarge <= 0.05 * Runs, $"significant in {tooLarge} of {Runs} calibrated windows");
    }

    [Fact]
    public void A_drawn_null_gives_p_values_that_are_uniform_under_calibration_and_small_away_from_it()
    {
        var random = new SplitMix(43);
        int broad = 0, adaptive = 0, seen = 0;
        const int Few = 300;
        for (int run = 0; run < Few; run++)
        {
            var sketch = ScoreLaw.D1.Sketch(random, 500, 1);
            if (TCal.MonteCarlo(sketch, 4, 99, (ulong)run)!.Value.PValue <= 0.1) broad++;
            if (TCal.Adaptive(sketch, 99, (ulong)run)!.Value.PValue <= 0.1) adaptive++;
            if (TCal.Adaptive(ScoreLaw.D1.Sketch(random, 500, 2), 99, (ulong)run)!.Value.PValue <= 0.1) seen++;
        }

        Assert.InRange(broad, 0.1 * Few - (3 * Math.Sqrt(Few * 0.09)), 0.1 * Few + (3 * Math.Sqrt(Few * 0.09)));
        Assert.True(adaptive <= (0.1 * Few) + (3 * Math.Sqrt(Few * 0.09)), $"adaptive: {adaptive} of {Few}");
        Assert.True(seen >= 0.9 * Few, $"{seen} of {Few} with T = 2 seen");
    }

    [Fact]
    public void The_same_seed_gives_the_same_p_value_and_draws_bound_it_from_below()
    {
        var sketch = Pairs.B.Sketch();
        Assert.Equal(TCal.Adaptive(sketch, 200, 5), TCal.Adaptive(sketch, 200, 5));
        Assert.Equal(1 / 201.0, TCal.MonteCarlo(sketch, 10, 200)!.Value.PValue, 1e-15);
        Assert.Equal(6 / 201.0, TCal.Adaptive(sketch, 200)!.Value.PValue, 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => TCal.MonteCarlo(sketch, 7));
    }

    [Theory]
    [InlineData(0.3), InlineData(4), InlineData(9.99), InlineData(10.01), InlineData(35), InlineData(4000)]
    public void Poisson_draws_have_their_mean_variance_and_skew(double mean)
    {
        var draws = new Draws(7);
        var (first, second, third) = (new Moments(), new Moments(), new Moments());
        for (int i = 0; i < 40_000; i++)
        {
            double z = (draws.Poisson(mean) - mean) / Math.Sqrt(mean);
            first.Add(z);
            second.Add(z * z);
            third.Add(z * z * z);
        }

        first.MeanIs(0, "mean");
        second.MeanIs(1, "variance");
        third.MeanIs(1 / Math.Sqrt(mean), "skew");
    }

    [Theory]
    [InlineData(1, 0.3), InlineData(20, 0.9), InlineData(40, 0.25), InlineData(41, 0.5), InlineData(1000, 0.995), InlineData(100_000, 0.2)]
    public void Binomial_draws_have_their_mean_variance_and_skew(int count, double probability)
    {
        var draws = new Draws(9);
        double deviation = Math.Sqrt(count * probability * (1 - probability));
        var (first, second, third) = (new Moments(), new Moments(), new Moments());
        for (int i = 0; i < 40_000; i++)
        {
            double z = (draws.Binomial(count, probability) - (count * probability)) / deviation;
            first.Add(z);
            second.Add(z * z);
            third.Add(z * z * z);
        }

        first.MeanIs(0, "mean");
        second.MeanIs(1, "variance");
        third.MeanIs((1 - (2 * probability)) / deviation, "skew");
    }

    private sealed class Moments
    {
        private int _count;
        private double _sum;
        private double _squares;

        public double Mean => _sum / _count;

        public double Deviation => Math.Sqrt((_squares / _count) - (Mean * Mean));

        public void Add(double x)
        {
            _count++;
            _sum += x;
            _squares += x * x;
        }

        /// <summary>Within 3.5 standard errors, as many are asked, and a part that the formula is known to be off by.</summary>
        public void MeanIs(double expected, string what, double off = 0)
        {
            double error = Deviation / Math.Sqrt(_count);
            Assert.True(Math.Abs(Mean - expected) <= (3.5 * error) + off, $"{what}: {Mean:G6} ± {error:G3}, expected {expected:G6}");
        }
    }
}

using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

public class IntervalTests
{
    [Theory]
    [InlineData("D1", 1.0, 300), InlineData("D1", 1.0, 2000), InlineData("D1", 1.1, 300), InlineData("D1", 1.1, 2000), InlineData("D1", 1.5, 300), InlineData("D1", 1.5, 2000)]
    [InlineData("D3", 1.0, 300), InlineData("D3", 1.0, 2000), InlineData("D3", 1.1, 300), InlineData("D3", 1.1, 2000), InlineData("D3", 1.5, 300), InlineData("D3", 1.5, 2000)]
    public void The_interval_for_ECE_covers_the_truth_in_93_percent_of_runs_or_more(string law, double temperature, int count)
    {
        const int Runs = 400;
        var scores = ScoreLaw.Named(law);
        double truth = scores.TrueEce(15, temperature);
        var random = new SplitMix(11);
        int covered = 0;
        for (int run = 0; run < Runs; run++)
        {
            var interval = Intervals.Expected(scores.Sketch(random, count, temperature))!.Value;
            if (interval.Lower <= truth && truth <= interval.Upper) covered++;
        }

        Assert.True(covered >= 0.93 * Runs, $"{covered} of {Runs} cover {truth:F4}");
    }

    [Theory]
    [InlineData(1.0), InlineData(1.5)]
    public void The_interval_for_the_gap_covers_the_truth_in_93_percent_of_runs_or_more(double temperature)
    {
        const int Runs = 1000;
        double truth = 0;
        var random = new SplitMix(5);
        for (int i = 0; i < 100; i++) truth += Scores.Gap(ScoreLaw.D3.Sketch(random, 5000, temperature))!.Value / 100;
        int covered = 0;
        for (int run = 0; run < Runs; run++)
        {
            var interval = Intervals.Gap(ScoreLaw.D3.Sketch(random, 500, temperature))!.Value;
            if (interval.Lower <= truth && truth <= interval.Upper) covered++;
        }

        Assert.InRange(covered, 930, 975);
    }

    [Theory]
    [InlineData(0, 10, 0, 0.2775327998628892)]
    [InlineData(5, 10, 0.2365930905125640, 0.7634069094874359)]
    [InlineData(10, 10, 0.7224672001371107, 1)]
    [InlineData(1, 100, 0.0017674320641407, 0.0544861961787053)]
    [InlineData(0, 0, 0, 1)]
    public void Wilsons_interval_equals_published_values(long positives, long count, double lower, double upper)
    {
        var interval = Intervals.Wilson(positives, count);
        Assert.Equal(lower, interval.Lower, 1e-12);
        Assert.Equal(upper, interval.Upper, 1e-12);
    }

    [Fact]
    public void The_interval_of_a_bin_is_its_claim_less_the_interval_of_what_happened()
    {
        var interval = Intervals.Gap(new ReliabilityBin(0.6, 0.8, 10, 5, 7));
        Assert.Equal(0.7 - 0.7634069094874359, interval.Lower, 1e-12);
        Assert.Equal(0.7 - 0.2365930905125640, interval.Upper, 1e-12);
    }

    /// <summary>The ends, found again from single claims: the law of the sum by adding one throw after the other, and the log-odds by halving.</summary>
    [Theory]
    [InlineData(3, 3, 0.5, 0.5), InlineData(2, 0, 0.9, 0.9), InlineData(200, 0, 0.001, 0.001), InlineData(12, 9, 0.7, 0.1), InlineData(1, 1, 0.3, 0.3)]
    [InlineData(500, 2, 0.001, 0.004), InlineData(300, 297, 0.99, 0.999), InlineData(400, 203, 0.002, 0.998), InlineData(14, 7, 0.4, 0.6)]
    public void The_interval_for_the_gap_ends_where_the_mid_p_tails_of_single_throws_do(int count, int positives, double first, double second)
    {
        double[] claims = [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? first : second)];
        var sketch = new CalibrationSketch();
        for (int i = 0; i < count; i++) sketch.Add(claims[i], i < positives);

        var interval = Intervals.Gap(sketch)!.Value;

        double claimed = claims.Average();
        double lower = positives == 0 ? 0 : RateWhere(claims, positives, 0.975);
        double upper = positives == count ? 1 : RateWhere(claims, positives, 0.025);
        Assert.Equal(claimed - upper, interval.Lower, 1e-5 * Math.Max(upper, 1e-3));
        Assert.Equal(claimed - lower, interval.Upper, 1e-5 * Math.Max(upper, 1e-3));
    }

    /// <summary>Where three cumulants are taken for the law of the sum, they give its ends to some hundredths of the width, and soon to one.</summary>
    [Theory]
    [InlineData(20_000, 24, 0.001, 0.0014, 0.012), InlineData(400, 100, 0.1, 0.4, 0.012), InlineData(2000, 1960, 0.97, 0.999, 0.012), InlineData(3000, 1520, 0.02, 0.98, 0.012)]
    [InlineData(5000, 5, 0.001, 0.0014, 0.05), InlineData(60, 8, 0.1, 0.2, 0.03), InlineData(24, 11, 0.3, 0.7, 0.03), InlineData(1000, 992, 0.99, 0.995, 0.04)]
    public void Beyond_small_variances_the_ends_are_within_hundredths_of_the_width(int count, int positives, double first, double second, double part)
    {
        double[] claims = [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? first : second)];
        var sketch = new CalibrationSketch();
        for (int i = 0; i < count; i++) sketch.Add(claims[i], i < positives);

        var interval = Intervals.Gap(sketch)!.Value;

        double width = interval.Upper - interval.Lower;
        Assert.Equal(claims.Average() - RateWhere(claims, positives, 0.025), interval.Lower, part * width);
        Assert.Equal(claims.Average() - RateWhere(claims, positives, 0.975), interval.Upper, part * width);
    }

    private static double RateWhere(double[] claims, int positives, double chance)
    {
        double low = -30, high = 30;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (Fewer(claims, positives, middle) > chance) low = middle;
            else high = middle;
        }

        return claims.Average(p => Moved(p, low));
    }

    /// <summary>P(fewer) + ½ P(as many).</summary>
    private static double Fewer(double[] claims, int positives, double tilt)
    {
        var law = new double[positives + 1];
        law[0] = 1;
        foreach (double p in claims)
        {
            double q = Moved(p, tilt);
            for (int k = positives; k > 0; k--) law[k] = (law[k] * (1 - q)) + (law[k - 1] * q);
            law[0] *= 1 - q;
        }

        return law.Sum() - (law[positives] / 2);
    }

    private static double Moved(double p, double tilt) => p * Math.Exp(tilt) / (1 - p + (p * Math.Exp(tilt)));

    /// <summary>Claims of 0.2 can be off by 0.8, if all came true; no interval goes further.</summary>
    [Theory]
    [InlineData(1, 0.5, 0.5), InlineData(2, 0.2, 0.8), InlineData(3, 0.9, 0.9), InlineData(1, 0.05, 0.95)]
    public void The_interval_for_ECE_ends_where_no_outcomes_could_be_further_from_the_claims(int count, double confidence, double most)
    {
        foreach (bool outcome in new[] { false, true })
        {
            var sketch = new CalibrationSketch();
            for (int i = 0; i < count; i++) sketch.Add(confidence, outcome);
            var interval = Intervals.Expected(sketch)!.Value;

            Assert.InRange(interval.Upper, CalibrationError.Expected(sketch)!.Value, most + 1e-12);
            Assert.InRange(interval.Lower, 0, CalibrationError.Expected(sketch)!.Value);
        }
    }

    [Fact]
    public void One_kind_of_outcome_does_not_make_the_interval_for_ECE_a_point()
    {
        var sketch = new CalibrationSketch();
        for (int i = 0; i < 20; i++) sketch.Add(0.05, false);
        var interval = Intervals.Expected(sketch)!.Value;
        Assert.True(interval.Upper - interval.Lower > 0.05, $"from {interval.Lower} to {interval.Upper}");
        Assert.InRange(0.05, interval.Lower, interval.Upper);
    }
}

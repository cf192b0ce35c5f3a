using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.EarlyWarning.Statistics;

public class KolmogorovSmirnovTests
{
    [Theory]
    [InlineData(0.2, 0.2699996716773546)] // √(nm ÷ (n + m)) D = 1: the tables of Kolmogorov's law
    [InlineData(0.272, 0.0494859180847567)] // 1.36
    [InlineData(0.326, 0.0098459104)] // 1.63
    [InlineData(0.1, 0.9639452436648751)] // .5
    public void The_probability_is_that_of_Kolmogorovs_law(double distance, double expected)
    {
        // Two samples of 50: nm ÷ (n + m) = 25.
        int moved = (int)Math.Round(distance * 1000);
        var result = KolmogorovSmirnov.Of([moved * 5, 5000 - (moved * 5)], [0, 5000])!.Value;
        double scale = Math.Sqrt(25.0 / 2500);
        Assert.Equal(distance, result.Distance, 1e-12);
        var small = KolmogorovSmirnov.Of([(long)Math.Round(distance * scale * 5000), 5000 - (long)Math.Round(distance * scale * 5000)], [0, 5000])!.Value;
        Assert.Equal(expected, small.PValue, 1e-6);
    }

    [Fact]
    public void The_distance_is_the_largest_of_the_distribution_functions_where_bins_end()
    {
        var result = KolmogorovSmirnov.Of([1, 4, 0, 5], [4, 1, 3, 2])!.Value;

        Assert.Equal(0.3, result.Distance, 1e-15); // .1 against .4; then equal; .5 against .8
        Assert.Null(KolmogorovSmirnov.Of([0, 0], [1, 1]));
        Assert.Equal(1, KolmogorovSmirnov.Of([3, 5], [3, 5])!.Value.PValue);
    }

    [Fact]
    public void By_chance_a_probability_below_five_percent_comes_at_most_in_five_percent()
    {
        const int Runs = 2000;
        var random = new SplitMix(5);
        int below = 0;
        for (int run = 0; run < Runs; run++)
        {
            long[] a = new long[150], b = new long[150];
            for (int i = 0; i < 400; i++) a[random.Below(150)]++;
            for (int i = 0; i < 900; i++) b[random.Below(150)]++;
            if (KolmogorovSmirnov.Of(a, b)!.Value.PValue < 0.05) below++;
        }

        Assert.InRange((double)below / Runs, 0.025, 0.05 + (3 * 0.0049));
    }
}

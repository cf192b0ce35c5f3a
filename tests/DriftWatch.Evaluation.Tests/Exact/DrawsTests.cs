using DriftWatch.Core.Support;

namespace DriftWatch.Evaluation.Exact;

public class DrawsTests
{
    [Theory]
    [InlineData(0.3), InlineData(1), InlineData(4)]
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
}

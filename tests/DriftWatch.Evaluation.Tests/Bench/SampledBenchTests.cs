using Xunit;

namespace DriftWatch.Evaluation.Bench;

/// <summary>A quick look at what <c>driftwatch bench intervals</c> measures at length of labels that are asked for by chance.</summary>
public class SampledBenchTests
{
    private const int Windows = 300;

    [Theory]
    [InlineData(0.05), InlineData(0.2)]
    public void Intervals_hold_what_is_true_of_all_predictions_and_without_weights_they_do_not(double chance)
    {
        var seen = SampledBench.Run(new(chance, 500, 1 / 1.5, 0), Windows, seed: 1);

        Assert.True(seen.Gap >= 0.92 * Windows && seen.Ece >= 0.92 * Windows, $"{seen}");
        Assert.True(seen.PlainGap < 0.8 * Windows, $"{seen}");
        Assert.InRange(seen.Effective, 0.3 * seen.Labeled, 0.95 * seen.Labeled);
    }

    [Fact]
    public void The_noise_floor_is_what_claims_that_are_true_show()
    {
        var seen = SampledBench.Run(new(0.2, 500, 1, 0), Windows, seed: 1);

        Assert.True(Math.Abs(seen.Shown - seen.Floor) <= (4 * seen.Error) + (0.02 * seen.Floor), $"{seen}");
        Assert.True(seen.Gap >= 0.92 * Windows, $"{seen}");
    }
}

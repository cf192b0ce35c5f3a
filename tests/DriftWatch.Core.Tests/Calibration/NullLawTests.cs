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
        var (spiegelhalter, equalMass) = (new Moments(), new Moments());
        int below = 0;
        int tooLarge = 0;
        for (int run = 0; run < Runs; run++)
        {
            var sketch = ScoreLaw.Named(law).Sketch(random, 1000, 1);
            spiegelhalter.Add(Scores.SpiegelhalterZ(sketch)!.Value);
            var test = HosmerLemeshow.EqualMass(sketch)!.Value;
            equalMass.Add((test.ChiSquare - test.Degrees) / Math.Sqrt(2 * test.Degrees));
            if (test.PValue < 0.05) below++;
            if (LargestGaps.Significant(sketch) > 0) tooLarge++;
        }

        spiegelhalter.MeanIs(0, "Spiegelhalter");
        Assert.InRange(spiegelhalter.Deviation, 0.95, 1.05);
        // S(1 − S ÷ n) is a little more than Σp(1 − p), so the statistic is a little small.
        equalMass.MeanIs(-0.03, "Hosmer-Lemeshow", 0.06);
        Assert.InRange((double)below / Runs, 0.03, 0.065);
        Assert.True(tooLarge <= 0.05 * Runs, $"significant in {tooLarge} of {Runs} calibrated windows");
    }
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Agreement;

/// <summary>What a judge is worth: numbers that textbooks have, intervals that hold the truth, and nothing where nothing is known.</summary>
public class JudgeReportTests
{
    [Fact]
    public void RatesAndKappaOfATableThatIsKnown()
    {
        // Cohen's example of two readers of 50 proposals: kappa is 0.4.
        var report = new JudgeReport(new JudgeTable(20, 5, 10, 15, 0, 0));

        Assert.Equal(20.0 / 30, report.TruePositiveRate!.Value.Value, 12);
        Assert.Equal(5.0 / 20, report.FalsePositiveRate!.Value.Value, 12);
        Assert.Equal(Intervals.Wilson(20, 30), report.TruePositiveRate!.Value.Interval);
        Assert.Equal(0.4, report.Kappa!.Value.Value, 12);
        Assert.Equal((null, null), (report.Observed, report.Corrected));
    }

    [Fact]
    public void WithoutPairsNothingIsSaid()
    {
        foreach (var table in (JudgeTable[])[default, new(0, 0, 0, 0, 100, 20)])
        {
            var report = new JudgeReport(table);
            Assert.Equal((null, null, null, null), (report.TruePositiveRate, report.FalsePositiveRate, report.Kappa, report.Corrected));
        }

        // Who always says the same of what is always the same agrees by chance alone.
        Assert.Null(new JudgeReport(new JudgeTable(0, 0, 0, 50, 0, 0)).Kappa);
        Assert.Null(new JudgeReport(new JudgeTable(0, 0, 0, 50, 0, 0)).TruePositiveRate);
    }

    [Theory]
    [InlineData(10, 10, 10, 10), InlineData(3, 2, 1, 4), InlineData(50, 500, 45, 500)]
    public void AJudgeThatMayKnowNothingCorrectsNothing(long tp, long fp, long fn, long tn) => Assert.Null(new JudgeReport(new JudgeTable(tp, fp, fn, tn, 1000, 300)).Corrected);

    [Fact]
    public void NoIntervalIsAPointOrLeavesItsNumberOut()
    {
        var random = new SplitMix(5);
        for (int i = 0; i < 5000; i++)
        {
            int most = 1 + random.Below(60);
            int alone = random.Below(300);
            var report = new JudgeReport(new JudgeTable(random.Below(most), random.Below(most) / 3, random.Below(most) / 4, random.Below(most), alone, alone == 0 ? 0 : random.Below(alone + 1)));
            foreach (var estimate in (Estimate?[])[report.TruePositiveRate, report.FalsePositiveRate, report.Kappa, report.Observed, report.Corrected])
            {
                if (estimate is not var (value, (lower, upper))) continue;
                Assert.True(lower < upper && lower <= value + 1e-12 && value <= upper + 1e-12 && lower >= -1 && upper <= 1, $"{report.Table}: {estimate}");
            }
        }
    }

    /// <summary>In 95 of 100 samples, but for what two standard errors of 1500 of them are.</summary>
    [Theory]
    [InlineData(0.3, 0.9, 0.1, 200)]
    [InlineData(0.5, 0.8, 0.2, 60)]
    [InlineData(0.1, 0.95, 0.05, 400)]
    [InlineData(0.05, 0.7, 0.02, 1000)]
    public void KappaAndTheCorrectedRateHoldTheTruth(double rate, double hit, double wrong, int pairs)
    {
        const int Samples = 1500, Alone = 2000;
        var random = new SplitMix(11);
        double said = (rate * hit) + ((1 - rate) * wrong), agreed = (rate * hit) + ((1 - rate) * (1 - wrong));
        double chance = (said * rate) + ((1 - said) * (1 - rate)), kappa = (agreed - chance) / (1 - chance);
        int ofKappa = 0, ofRate = 0, kappas = 0, rates = 0;
        for (int sample = 0; sample < Samples; sample++)
        {
            JudgeTable table = default;
            for (int i = 0; i < pairs; i++)
            {
                bool truth = random.Chance(rate);
                table = table.Add(random.Chance(truth ? hit : wrong), truth, 1);
            }

            for (int i = 0; i < Alone; i++) table = table.Add(random.Chance(said), null, 1);
            var report = new JudgeReport(table);
            if (report.Kappa is { Interval: var one })
            {
                kappas++;
                if (one.Lower <= kappa && kappa <= one.Upper) ofKappa++;
            }

            if (report.Corrected is { Interval: var other })
            {
                rates++;
                if (other.Lower <= rate && rate <= other.Upper) ofRate++;
            }
        }

        Assert.True(kappas > Samples * 0.95 && rates > Samples * 0.9, $"{kappas} kappas, {rates} rates");
        Assert.True(ofKappa >= 0.938 * kappas, $"kappa: {ofKappa} of {kappas}");
        Assert.True(ofRate >= 0.938 * rates, $"rate: {ofRate} of {rates}");
    }
}

namespace DriftWatch.Evaluation.Bench;

/// <summary>The grid of starts is held against products from each start on, straight from the predictions.</summary>
public class ConfidenceSequenceProbeTests
{
    private static readonly RuleSpec Rule = new("confidence sequences", 1, [], value => $"{value}");

    [Theory]
    [InlineData(0, 3200)]
    [InlineData(-0.5, 3200)]
    [InlineData(0.8, 3200)]
    public void Its_statistic_is_the_greatest_mean_wealth_since_a_start_of_the_stated_grid(double shift, int length)
    {
        var probe = new ConfidenceSequenceProbe(Rule);
        var random = new BenchRandom(7);
        List<double> residuals = [];
        for (int i = 1; i <= length; i++)
        {
            double z = ScoreLaw.D1.Draw(random), p = Truth.Sigma(z);
            bool y = random.Chance(Truth.Sigma(z + (i > length / 2 ? shift : 0)));
            residuals.Add((y ? 1 : 0) - p);
            bool looked = probe.Add(new(z, p, y));
            Assert.Equal(i % ConfidenceSequenceProbe.Stretch == 0, looked);
            if (!looked || i / ConfidenceSequenceProbe.Stretch % 10 != 0) continue;
            int newest = (i / ConfidenceSequenceProbe.Stretch) - 1;

            double onGrid = Starts(newest).Max(start => LogWealth(residuals, start)), atAll = Enumerable.Range(0, newest + 1).Max(start => LogWealth(residuals, start));
            Assert.Equal(onGrid, probe.Statistic(0), 9);
            // A start is missed by a quarter of its age at most, and with it a quarter of what was won since.
            Assert.InRange(onGrid, (0.75 * atAll) - 2, atAll + 1e-9);
        }

        if (shift != 0) Assert.True(probe.Statistic(0) > Math.Log(1e6), $"{probe.Statistic(0)}");
    }

    [Fact]
    public void Zero_is_lost_where_twelve_bets_have_won_what_the_level_asks()
    {
        // 32 outcomes of claim 1/2 that all came true: each bet λ has (1 + λ/2)^32.
        var probe = new ConfidenceSequenceProbe(Rule);
        for (int i = 0; i < 32; i++) probe.Add(new(0, 0.5, true));

        Assert.Equal(Math.Log(ConfidenceSequenceProbe.Bets.Average(bet => Math.Pow(1 + (bet / 2), 32))), probe.Statistic(0), 9);
    }

    private static IEnumerable<int> Starts(int newest)
    {
        for (int start = 0; start <= newest; start++)
        {
            for (int spacing = 1; ; spacing *= 2)
            {
                if (start % spacing != 0) break;
                if ((newest / spacing) - (start / spacing) >= ConfidenceSequenceProbe.Kept && spacing <= newest) continue;
                yield return start;
                break;
            }
        }
    }

    private static double LogWealth(List<double> residuals, int start) =>
        Math.Log(ConfidenceSequenceProbe.Bets.Average(bet => residuals.Skip(start * ConfidenceSequenceProbe.Stretch).Aggregate(1.0, (wealth, residual) => wealth * (1 + (bet * residual)))));
}

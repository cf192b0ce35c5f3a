namespace DriftWatch.Evaluation.Bench;

/// <summary>The monitor is held against the definition of its paper: ranks by counting, and a sum over every time at which a change may have begun.</summary>
public class PitMonitorTests
{
    private static readonly RuleSpec Rule = new("PITMonitor", 1, [], value => $"{value}");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(0.4)]
    public void Its_evidence_is_the_weighted_sum_of_what_bets_from_each_time_on_have_won(double temperature)
    {
        const int Length = 400, Bins = 7;
        const ulong Chance = 11;
        var monitor = new PitMonitor(Rule, Bins, Chance);
        var own = new BenchRandom(Chance);
        List<int> transforms = [];
        List<double> bets = [];
        int[] earlier = new int[Bins];
        foreach (var draw in Stream(Length, temperature))
        {
            monitor.Add(draw);

            double u = own.Unit();
            transforms.Add((int)((draw.Y ? 1 - draw.P + (u * draw.P) : u * (1 - draw.P)) * 4096));
            double rank = (transforms.Count(one => one < transforms[^1]) + (own.Unit() * transforms.Count(one => one == transforms[^1]))) / transforms.Count;
            int bin = (int)(rank * Bins);
            bets.Add((earlier[bin] + 1.0) / (transforms.Count - 1 + Bins) * Bins);
            earlier[bin]++;
            double evidence = 0;
            for (int begun = 1; begun <= bets.Count; begun++) evidence += 1.0 / ((double)begun * (begun + 1)) * bets[(begun - 1)..].Aggregate(1.0, (product, bet) => product * bet);

            Assert.Equal(Math.Log(evidence), monitor.Statistic(0), 9);
        }
    }

    [Fact]
    public void It_sees_a_model_become_wrong_and_not_one_that_always_was()
    {
        Assert.True(After(20_000, new(1), new(2)) > Math.Log(1e6));
        Assert.True(After(20_000, new(2), new(2)) < Math.Log(20));

        static double After(int each, Truth before, Truth after)
        {
            var monitor = new PitMonitor(Rule, 20);
            var random = new BenchRandom(5);
            double greatest = double.NegativeInfinity;
            for (int i = 0; i < 2 * each; i++)
            {
                double z = ScoreLaw.D1.Draw(random), p = Truth.Sigma(z);
                monitor.Add(new(z, p, random.Chance((i < each ? before : after).Of(z, p))));
                greatest = Math.Max(greatest, monitor.Statistic(0));
            }

            return greatest;
        }
    }

    private static IEnumerable<Draw> Stream(int length, double temperature)
    {
        var random = new BenchRandom(3);
        for (int i = 0; i < length; i++)
        {
            double z = ScoreLaw.D1.Draw(random), p = Truth.Sigma(z);
            yield return new(z, p, random.Chance(Truth.Sigma(z / (i < length / 2 ? 1 : temperature))));
        }
    }
}

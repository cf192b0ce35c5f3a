using DriftWatch.Core.Drift;

namespace DriftWatch.Evaluation.Bench;

public class BenchStreamTests
{
    // The prototype of the specification (§9.2) gives these for A = 1e8, by simulation; here they are integrals.
    [Theory]
    [InlineData("D1", 1.25, 0, 3019)]
    [InlineData("D1", 1.5, 0, 925)]
    [InlineData("D1", 2, 0, 335)]
    [InlineData("D1", 1, -0.3, 2713)]
    [InlineData("D2", 1.5, 0, 534)]
    [InlineData("D2", 1, -0.7, 2403)]
    [InlineData("D3", 1.25, 0, 2209)]
    [InlineData("D3", 1.5, 0, 634)]
    [InlineData("D3", 2, 0, 211)]
    [InlineData("D3", 1, -0.3, 4001)]
    [InlineData("D3", 0.8, 0, 2811)]
    public void The_information_limit_is_that_of_the_specification(string law, double temperature, double shift, double limit) =>
        Assert.InRange(Math.Log(1e8) / new Truth(temperature, shift).Information(ScoreLaw.All.Single(one => one.Name == law), 0), 0.98 * limit, 1.02 * limit);

    [Fact]
    public void A_tolerance_leaves_less_information_and_none_where_all_is_within_it()
    {
        var drift = new Truth(1.5);
        Assert.True(drift.Information(ScoreLaw.D3, 0.02) < drift.Information(ScoreLaw.D3, 0.01));
        Assert.Equal(0, new Truth(1.05).Information(ScoreLaw.D3, 0.02));
    }

    [Fact]
    public void Draws_follow_law_and_truth_on_both_sides_of_the_change()
    {
        var scenario = new Scenario("S1", "T=2, b=.4", ScoreLaw.D1) { Stable = 200_000, After = 200_000, Truth = new(2, 0.4) };
        var random = new BenchRandom(5);
        double[] sums = new double[5];
        for (int i = 0; i < scenario.Length; i++)
        {
            var draw = scenario.Next(random, i);
            bool changed = i >= scenario.Stable;
            double pi = changed ? Truth.Sigma((draw.Z / 2) + 0.4) : draw.P;
            sums[changed ? 1 : 0] += ((draw.Y ? 1 : 0) - pi) / Math.Sqrt(pi * (1 - pi));
            sums[2] += draw.Z;
            sums[3] += draw.Z * draw.Z;
        }

        Assert.InRange(sums[0] / Math.Sqrt(200_000), -3.5, 3.5);
        Assert.InRange(sums[1] / Math.Sqrt(200_000), -3.5, 3.5);
        Assert.InRange(sums[2] / 2 / Math.Sqrt(400_000), -3.5, 3.5);
        Assert.InRange(((sums[3] / 400_000) - 4) / (4 * Math.Sqrt(2.0 / 400_000)), -3.5, 3.5);
    }

    [Fact]
    public void A_gradual_change_arrives_when_it_should()
    {
        var scenario = new Scenario("S4", "gradual", ScoreLaw.D3) { Stable = 0, After = 400_000, Truth = new(1, -2), Gradual = 200_000 };
        var random = new BenchRandom(6);
        double[] gaps = new double[4];
        for (int i = 0; i < scenario.Length; i++)
        {
            var draw = scenario.Next(random, i);
            gaps[i / 100_000] += draw.P - (draw.Y ? 1 : 0);
        }

        Assert.True(gaps[0] < gaps[1] && gaps[1] < gaps[2], string.Join(' ', gaps));
        Assert.InRange(gaps[3] / gaps[2], 0.97, 1.03);
    }

    [Fact]
    public void The_product_fires_at_the_pane_where_the_benchmark_says_so()
    {
        int found = 0;
        foreach (var cell in Scenarios.Drifting.Where(cell => cell.Key is "S1 D3 T=1.5" or "S3 D1 b=-0.3" or "S6 D3 gap .06 in [.8, .9)"))
        {
            var scenario = cell with { Stable = 10_000, After = 30_000 };
            var crossings = StreamRun.Play(scenario, 9, [new PaneProbe([(RuleSet.Esr2, 0.02, 0)], windows: false)]);
            var drive = new SeriesDrive(SeriesDrive.Independent(0.02), PaneProbe.Pane, TimeSpan.FromSeconds(10));
            var random = new BenchRandom(9);
            for (int i = 0; i < scenario.Length && drive.Fired is null; i++)
            {
                var draw = scenario.Next(random, i);
                drive.Add(draw.P, draw.Y);
            }

            Assert.Equal(crossings[0, RuleSet.Esr2.Usual], drive.Fired is null ? Crossings.Never : drive.FiredAt);
            if (drive.Fired is { Direction: not null }) found++;
        }

        Assert.InRange(found, 2, 3);
    }

    [Fact]
    public void Reports_of_fleets_are_the_most_that_e_BH_allows()
    {
        var random = new BenchRandom(3);
        int reported = 0;
        for (int round = 0; round < 200; round++)
        {
            double[] evidence = [.. Enumerable.Range(0, 40).Select(i => Math.Exp(random.Normal() * (i < 10 ? 8 : 2)))];
            var found = FalseDiscoveries.EBenjaminiHochberg([.. evidence.Select(value => Math.Log(value))], 0.05);
            reported += found.Count;
            // Every set of the k greatest that is larger breaks its own condition.
            Assert.All(found, series => Assert.True(evidence[series] >= 40 / (0.05 * found.Count)));
            double[] sorted = [.. evidence.OrderDescending()];
            for (int k = found.Count + 1; k <= 40; k++) Assert.True(sorted[k - 1] < 40 / (0.05 * k));
        }

        Assert.InRange(reported, 200, 4000);
    }

    [Theory]
    [InlineData(Direction.ShiftDown, true)]
    [InlineData(Direction.Overconfident, true)]
    [InlineData(Direction.ShiftUp, false)]
    [InlineData(Direction.Underconfident, false)]
    public void Too_sharp_top_labels_are_overconfident_and_mostly_too_high(Direction said, bool right) =>
        Assert.Equal(right, DirectionBench.IsRight(new Scenario("S1", "T=1.5", ScoreLaw.D3) { Truth = new(1.5) }, said));
}

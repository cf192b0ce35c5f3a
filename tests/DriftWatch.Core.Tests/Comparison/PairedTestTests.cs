using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Comparison;

/// <summary>The test of a candidate against the current version: against its formula request by request, its promise, and its power.</summary>
public sealed class PairedTestTests
{
    [Fact]
    public void TwoVersionsOfVersionNames()
    {
        var options = new CompareOptions { Current = "7" };
        Assert.True(ComparedVersions.Compares("7+cal.2", "7", options, out bool candidate) && candidate);
        Assert.True(ComparedVersions.Compares("7", "7+cal.2", options, out candidate) && !candidate);
        Assert.True(ComparedVersions.Compares("8", "7", options, out candidate) && candidate);
        Assert.True(ComparedVersions.Compares("3+cal.1", "3", new(), out candidate) && candidate);
        Assert.False(ComparedVersions.Compares("8", "9", options, out _));
        Assert.False(ComparedVersions.Compares("3+cal.1", "3+cal.2", new(), out _));
        Assert.Equal(["7", "a+cal.1", null, null, null, null], new[] { "7+cal.12", "a+cal.1+cal.2", "7+cal.", "+cal.1", "7+cal.x", "7" }.Select(ComparedVersions.BaseOf));
    }

    [Fact]
    public void A_gain_is_the_difference_of_log_losses_where_claims_are_a_nat_apart_and_bounded_beyond()
    {
        foreach (bool outcome in (bool[])[true, false])
        {
            var near = PairedScores.Of(new(0.30, 0.40), outcome);
            double exact = outcome ? Math.Log(0.40 / 0.30) : Math.Log(0.60 / 0.70);
            Assert.Equal(exact, near.Sum, 1e-8);
            Assert.Equal(exact * exact, near.Squares, 1e-8);
            Assert.Equal(exact, near.LossOfCurrent - near.LossOfCandidate, 1e-12);
            foreach (var (p, q) in (IEnumerable<(double, double)>)[(0, 1), (1, 0), (0, 0), (1e-300, 0.5), (0.001, 0.9)])
            {
                var far = PairedScores.Of(new(p, q), outcome);
                Assert.InRange(far.Sum, -1, 1);
                Assert.True(double.IsFinite(far.LossOfCurrent) && far.LossOfCurrent <= 36.05);
                Assert.Equal(default, PairedScores.Of(new(p, q), outcome) - far);
            }
        }
    }

    [Fact]
    public void Blocks_by_their_sums_are_the_formula_request_by_request()
    {
        var random = new SplitMix(11);
        var test = new PairedTest();
        double[] bets = [.005, .01, .02, .04, .08, .16, .3, .45];
        double[] better = new double[bets.Length], worse = new double[bets.Length];
        double total = 0;
        int count = 0;
        foreach (double phi in (double[])[1, 1, 2.5, 1.5])
        {
            double[] gains = new double[300];
            var block = default(PairedScores);
            for (int i = 0; i < gains.Length; i++)
            {
                double p = 0.1 + (0.8 * random.Unit()), q = Math.Clamp(p + (0.2 * random.Unit()) - 0.05, 0.01, 0.99);
                var one = PairedScores.Of(new(p, q), random.Chance(q));
                (gains[i], block) = (one.Sum, block + one);
            }

            double centre = count == 0 ? 0 : total / count;
            for (int b = 0; b < bets.Length; b++)
            {
                double psi = (-Math.Log(1 - (2 * bets[b])) - (2 * bets[b])) / 4;
                better[b] += gains.Sum(d => (bets[b] * d) - (psi * (d - centre) * (d - centre))) / phi;
                worse[b] += gains.Sum(d => (-bets[b] * d) - (psi * (d - centre) * (d - centre))) / phi;
            }

            (total, count) = (total + gains.Sum(), count + gains.Length);
            test.Observe(block, phi);
            Assert.Equal(Math.Log(better.Average(Math.Exp)), test.LogBetter, 1e-6);
            Assert.Equal(Math.Log(worse.Average(Math.Exp)), test.LogWorse, 1e-6);
        }

        Assert.Equal(count, test.Total.Count);
    }

    [Theory]
    [InlineData(0.0)] // both equally far off, to either side
    [InlineData(-0.4)] // the candidate is worse: calling it better is a false alarm as well
    public void A_candidate_that_is_no_better_is_seldom_ever_called_better(double worse)
    {
        const int Streams = 300;
        int called = 0, covered = 0;
        for (int stream = 0; stream < Streams; stream++)
        {
            var random = new SplitMix((ulong)(1000 + stream));
            var test = new PairedTest();
            bool ever = false, always = true;
            double expected = 0;
            int n = 0;
            for (int block = 0; block < 60; block++)
            {
                var scores = default(PairedScores);
                int size = 1 + random.Below(80);
                for (int i = 0; i < size; i++)
                {
                    // The truth lies in the middle on the log-odds, or nearer to the current version.
                    double middle = 3 * (random.Unit() - 0.5), truth = Sigmoid(middle), p = Sigmoid(middle + 0.5), q = Sigmoid(middle - 0.5 + worse);
                    scores += PairedScores.Of(new(p, q), random.Chance(truth));
                    expected += Gain(p, q, truth);
                }

                n += size;
                test.Observe(scores, 1);
                ever |= test.LogBetter >= Math.Log(20) && expected <= 0;
                var (all, decided) = (test.Gain(0.025)!.Value, test.Gain(0.05)!.Value);
                always &= all.Lower <= expected / n && all.Upper >= expected / n;
                Assert.Equal((test.LogBetter >= Math.Log(20), test.LogWorse >= Math.Log(20)), (decided.Lower >= 0, decided.Upper <= 0));
            }

            called += ever ? 1 : 0;
            covered += always ? 1 : 0;
        }

        Assert.True(called <= 0.05 * Streams, $"{called} of {Streams} were called better");
        Assert.True(covered >= 0.95 * Streams, $"the gain stayed within its sequence in {covered} of {Streams}");
    }

    [Fact]
    public void A_better_candidate_is_found_within_some_thousand_requests_and_its_mirror_image_is_worse()
    {
        List<int> needed = [];
        for (ulong stream = 0; stream < 40; stream++)
        {
            var random = new SplitMix(500 + stream);
            PairedTest test = new(), mirror = new();
            for (int block = 1; block <= 100 && test.LogBetter < Math.Log(20); block++)
            {
                PairedScores scores = default, reversed = default;
                for (int i = 0; i < 100; i++)
                {
                    double truth = 0.1 + (0.4 * random.Unit()), off = Sigmoid(Math.Log(truth / (1 - truth)) + 0.5);
                    bool outcome = random.Chance(truth);
                    scores += PairedScores.Of(new(off, truth), outcome);
                    reversed += PairedScores.Of(new(truth, off), outcome);
                }

                test.Observe(scores, 1);
                mirror.Observe(reversed, 1);
                Assert.Equal(test.LogBetter, mirror.LogWorse, 1e-9);
                if (test.LogBetter >= Math.Log(20)) needed.Add(100 * block);
            }
        }

        Assert.Equal(40, needed.Count);
        Assert.InRange(needed.Order().ElementAt(20), 200, 2000);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Gain(double p, double q, double truth)
    {
        double apart = Math.Abs(Math.Log(q / (1 - q)) - Math.Log(p / (1 - p)));
        return ((truth * Math.Log(q / p)) + ((1 - truth) * Math.Log((1 - q) / (1 - p)))) / Math.Max(1, apart);
    }
}

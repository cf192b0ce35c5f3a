using DriftWatch.Core.Drift.Rules;

namespace DriftWatch.Evaluation.Bench;

/// <summary>The peer of one pass is held against the rule of the product.</summary>
public class CalibrationCusumProbeTests
{
    private static readonly RuleSpec Rule = new("calibration CUSUM", 1, [], value => $"{value}");

    [Fact]
    public void Its_sum_is_that_of_the_rule_and_its_limit_the_same_quantile_but_for_what_is_simulated()
    {
        // As rare a limit as a twentieth of the paths: alarms are too frequent to be of use, and the charts comparable until the first.
        List<double> differences = [];
        for (ulong stream = 1; stream <= 40; stream++)
        {
            var probe = new CalibrationCusumProbe(Rule, 1.5, 1);
            var random = new BenchRandom(stream);
            var rule = new CalibrationCusum(new() { Paths = 2000, Every = CalibrationCusumProbe.Every, RunLength = 20 * CalibrationCusumProbe.Every, Seed = (int)stream });
            for (int i = 0; i < CalibrationCusumProbe.Every; i++)
            {
                var draw = Draw(random);
                rule.Update(draw.P, draw.Y);
                probe.Add(draw);
            }

            var (statistic, limit) = rule.Chart!.Value;
            differences.Add(probe.Statistic(0) - (statistic - limit));
        }

        // The fifth of a hundred wanders by a quarter of a nat or so around the hundredth of two thousand.
        Assert.InRange(differences.Average(), -0.15, 0.15);
        Assert.All(differences, one => Assert.InRange(one, -1.5, 1.5));
    }

    [Fact]
    public void A_calibrated_stream_is_seldom_far_above_its_limit_whatever_the_claims_and_a_drift_soon_is()
    {
        Assert.All(ScoreLaw.All, law => Assert.InRange(Greatest(law, Truth.Calibrated), double.NegativeInfinity, 7));
        Assert.All(ScoreLaw.All, law => Assert.True(Greatest(law, new(1, .7)) > 20));

        static double Greatest(ScoreLaw law, Truth truth)
        {
            var probe = new CalibrationCusumProbe(Rule, 1.5, 1);
            var random = new BenchRandom(9);
            double greatest = double.NegativeInfinity;
            for (int i = 0; i < 20_000; i++)
            {
                double z = law.Draw(random), p = Truth.Sigma(z);
                if (probe.Add(new(z, p, random.Chance(truth.Of(z, p))))) greatest = Math.Max(greatest, probe.Statistic(0));
            }

            return greatest;
        }
    }

    private static Draw Draw(BenchRandom random)
    {
        double z = ScoreLaw.D1.Draw(random), p = Truth.Sigma(z);
        return new(z, p, random.Chance(p));
    }
}

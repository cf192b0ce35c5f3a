using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>A rule that never fires says when it would have: the same moment at which the rule with that threshold does fire.</summary>
public class GradedRuleTests
{
    private static readonly Dictionary<string, (Func<double, IChangeRule> At, Func<IChangeRule> Never, Func<double, double> Threshold, double[] Settings)> Rules = new()
    {
        ["page-hinkley"] = (t => new PageHinkley(new() { Threshold = t }), () => new PageHinkley(new() { Threshold = double.PositiveInfinity }), t => t, [3, 10, 50]),
        ["cusum"] = (t => new Cusum(new() { Threshold = t }), () => new Cusum(new() { Threshold = double.PositiveInfinity }), t => t, [3, 5, 20]),
        ["ddm"] = (t => new Ddm(new() { DriftThreshold = t }), () => new Ddm(new() { DriftThreshold = double.PositiveInfinity }), t => t, [2, 3, 6]),
        ["eddm"] = (b => new Eddm(new() { Beta = b }), () => new Eddm(new() { Beta = 0 }), b => 1 / b, [0.95, 0.9, 0.7]),
        ["adwin"] = (d => new Adwin(new() { Delta = d }), () => new Adwin(new() { Delta = 0 }), d => -Math.Log(d), [0.2, 0.002, 1e-9]),
        ["kswin"] = (a => new Kswin(new() { Alpha = a }), () => new Kswin(new() { Alpha = 0 }), a => -Math.Log(a), [0.01, 0.005, 1e-6]),
        ["hddm-a"] = (c => new HddmA(new() { DriftConfidence = c, CutConfidence = 0.001 }), () => new HddmA(new() { DriftConfidence = 0, CutConfidence = 0.001 }), c => Math.Log(2 / c), [0.05, 0.001, 1e-8]),
        ["hddm-w"] = (c => new HddmW(new() { DriftConfidence = c, CutConfidence = 0.001 }), () => new HddmW(new() { DriftConfidence = 0, CutConfidence = 0.001 }), c => -Math.Log(c), [0.05, 0.001, 1e-6]),
    };

    public static TheoryData<string> Names => [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_pass_without_alarms_tells_the_first_alarm_at_every_threshold(string name)
    {
        var (at, never, threshold, settings) = Rules[name];
        int found = 0;
        for (ulong seed = 1; seed <= 12; seed++)
        {
            double[] values = Values(new SplitMix(seed));
            var graded = never();
            double[] grades = [.. values.Select(x =>
            {
                Assert.NotEqual(RuleSignal.Change, graded.Update(x));
                return graded.Statistic;
            })];
            Assert.DoesNotContain(double.NaN, grades);
            foreach (double setting in settings)
            {
                var rule = at(setting);
                int expected = Array.FindIndex(values, x => rule.Update(x) == RuleSignal.Change);
                // Equality decides only where a rule's own test says so: thresholds of KSWIN are met exactly.
                double needed = threshold(setting) * (1 - 1e-12);
                Assert.True(expected == Array.FindIndex(grades, grade => grade >= needed), $"{name} at {setting}, seed {seed}: {expected}");
                if (expected >= 0) found++;
            }
        }

        Assert.InRange(found, 12, 36);
    }

    // Zeros and ones; the rate rises.
    private static double[] Values(SplitMix random)
    {
        double before = 0.1 + (0.2 * random.Unit()), after = before + (0.5 * random.Unit());
        return [.. Enumerable.Range(0, 3000).Select(i => random.Chance(i < 1500 ? before : after) ? 1.0 : 0)];
    }
}

using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Drift.Rules;

public class ChangeRuleTests
{
    private static readonly Dictionary<string, Func<IChangeRule>> Rules = new()
    {
        ["page-hinkley"] = () => new PageHinkley(new() { Threshold = 5 }),
        ["cusum"] = () => new Cusum(new()),
        ["adwin"] = () => new Adwin(new()),
        ["ddm"] = () => new Ddm(new()),
        ["eddm"] = () => new Eddm(new()),
        ["hddm-a"] = () => new HddmA(new()),
        ["hddm-a two-sided"] = () => new HddmA(new() { TwoSided = true }),
        ["hddm-w"] = () => new HddmW(new()),
        ["hddm-w two-sided"] = () => new HddmW(new() { TwoSided = true }),
    };

    public static TheoryData<string> Names => [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void After_a_change_the_rule_is_as_good_as_new(string name)
    {
        double[] values = Restless(new SplitMix(7), 4000);
        var rule = Rules[name]();
        int changes = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (rule.Update(values[i]) != RuleSignal.Change) continue;
            changes++;
            Assert.Equal(Signals(Rules[name](), values[(i + 1)..]), Signals(rule, values[(i + 1)..]));
            rule = Rules[name]();
        }

        Assert.InRange(changes, 3, 2000);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_rising_error_rate_is_found_within_500_values(string name)
    {
        var rule = Rules[name]();
        var random = new SplitMix(11);
        for (int i = 0; i < 1000; i++) rule.Update(random.Chance(0.1) ? 1 : 0);

        Assert.Contains(RuleSignal.Change, Signals(rule, [.. Enumerable.Range(0, 500).Select(_ => random.Chance(0.6) ? 1.0 : 0)]));
    }

    [Theory]
    [InlineData("hddm-a", false)]
    [InlineData("hddm-w", false)]
    [InlineData("ddm", false)]
    [InlineData("hddm-a two-sided", true)]
    [InlineData("hddm-w two-sided", true)]
    [InlineData("adwin", true)]
    public void Only_rules_of_two_sides_see_an_error_rate_fall(string name, bool sees)
    {
        var rule = Rules[name]();
        for (int i = 0; i < 600; i++) rule.Update(i % 10 < 9 ? 1 : 0); // 9 of 10 wrong, evenly

        Assert.Equal(sees, Signals(rule, [.. Enumerable.Range(0, 600).Select(i => i % 10 == 0 ? 1.0 : 0)]).Contains(RuleSignal.Change));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Page_Hinkley_equals_its_sums_written_out(ulong seed)
    {
        var options = new PageHinkleyOptions { Threshold = 8, Alpha = 0.99, Delta = 0.01 };
        var random = new SplitMix(seed);
        var rule = new PageHinkley(options);
        List<double> since = [];
        int changes = 0;
        for (int i = 0; i < 1500; i++)
        {
            double x = random.Unit() + (i / 300 % 2);
            since.Add(x);
            double[] deviations = [.. since.Select((value, j) => value - since.Take(j + 1).Average())];
            double[] up = Sums(deviations, -options.Delta, options.Alpha);
            double[] down = Sums(deviations, options.Delta, options.Alpha);
            bool change = since.Count >= options.MinInstances && (up[^1] - up.Min() > options.Threshold || Math.Max(-1, down.Max()) - down[^1] > options.Threshold);

            Assert.True(change == (rule.Update(x) == RuleSignal.Change), $"seed {seed}, value {i}");
            if (!change) continue;
            since.Clear();
            changes++;
        }

        Assert.InRange(changes, 2, 100);
    }

    [Fact]
    public void Cusum_freezes_what_it_learnt_and_adds_up_what_exceeds_the_slack()
    {
        var rule = new Cusum(new());
        for (int i = 0; i < 29; i++) Assert.Equal(RuleSignal.None, rule.Update(i % 2 == 0 ? 1 : -1));
        Assert.Equal(RuleSignal.None, rule.Update(-1)); // 30 values: mean 0, s = √(30/29) = 1.017; from here on ±(x − 0) − 0.509

        // D starts at 1 − 0.509 = 0.491 (the thirtieth value counts). U grows by 2 − 0.509 = 1.491 a value: 1.491, 2.983, 4.474, 5.966 > 5 s = 5.085.
        Assert.Equal([RuleSignal.None, RuleSignal.None, RuleSignal.None, RuleSignal.Change], Signals(rule, [2, 2, 2, 2]));
    }

    [Fact]
    public void Ddm_compares_with_the_best_moment_by_hand()
    {
        // 31 values with 3 errors: p = 0.0968, s = 0.0531, p + s = 0.1499 is the best. Then errors only:
        // 4 of 32: .1835; 5 of 33: .2139 > p₀ + 2 s₀ = .2030 warns; 6 of 34: .2419; 7 of 35: .2676 > p₀ + 3 s₀ = .2561 is a change.
        var rule = new Ddm(new());
        for (int i = 0; i < 31; i++) Assert.Equal(RuleSignal.None, rule.Update(i < 3 ? 1 : 0));

        Assert.Equal([RuleSignal.None, RuleSignal.Warning, RuleSignal.Warning, RuleSignal.Change], Signals(rule, [1, 1, 1, 1]));
    }

    private static double[] Sums(double[] deviations, double shift, double alpha)
    {
        double[] sums = new double[deviations.Length];
        for (int i = 0; i < sums.Length; i++) sums[i] = Enumerable.Range(0, i + 1).Sum(j => (deviations[j] + shift) * Math.Pow(alpha, i - j));
        return sums;
    }

    private static List<RuleSignal> Signals(IChangeRule rule, double[] values) => [.. values.Select(rule.Update)];

    // Zeros and ones whose rate jumps.
    private static double[] Restless(SplitMix random, int count)
    {
        double rate = 0.1;
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            if (random.Chance(1 / 300.0)) rate = random.Unit();
            return random.Chance(rate) ? 1.0 : 0;
        })];
    }
}

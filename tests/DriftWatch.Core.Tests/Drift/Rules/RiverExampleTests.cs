using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>The examples in River's documentation, with the places it prints.</summary>
public class RiverExampleTests
{
    [Fact]
    public void Page_Hinkley_finds_the_change_of_the_example() =>
        Assert.Equal([(1006, RuleSignal.Change)], Signals(new PageHinkley(new()), CoinsThenFourToSeven(12345)).Take(1));

    [Fact]
    public void Adwin_finds_the_change_of_the_example() =>
        Assert.Equal([(1023, RuleSignal.Change)], Signals(new Adwin(new()), CoinsThenFourToSeven(12345)));

    [Fact]
    public void Cusum_finds_the_changes_of_the_example()
    {
        var random = new PythonRandom(12345);
        var values = Enumerable.Range(0, 400).Select(i => random.Normal(i < 200 ? 0 : 3)).ToList();

        Assert.Equal([(201, RuleSignal.Change), (251, RuleSignal.Change)], Signals(new Cusum(new()), values));
    }

    [Fact]
    public void Ddm_warns_and_finds_the_change_of_the_example() =>
        Assert.Equal(
            [(1084, RuleSignal.Warning), (1334, RuleSignal.Change), (1492, RuleSignal.Warning)],
            FirstWarnings(Signals(new Ddm(new()), CoinsThenBiased())));

    [Fact]
    public void Eddm_warns_and_finds_the_change_of_the_example() =>
        Assert.Equal(
            [(1059, RuleSignal.Warning), (1278, RuleSignal.Change)],
            FirstWarnings(Signals(new Eddm(new() { Alpha = 0.8, Beta = 0.75 }), CoinsThenBiased())));

    [Fact]
    public void Hddm_with_averages_warns_and_finds_the_change_of_the_example() =>
        Assert.Equal(
            [(451, RuleSignal.Warning), (1206, RuleSignal.Change)],
            FirstWarnings(Signals(new HddmA(new()), CoinsThenBiased())));

    [Fact]
    public void Hddm_with_weights_warns_and_finds_the_change_of_the_example() =>
        Assert.Equal(
            [(451, RuleSignal.Warning), (1077, RuleSignal.Change)],
            FirstWarnings(Signals(new HddmW(new()), CoinsThenBiased())));

    private static List<double> CoinsThenFourToSeven(uint seed)
    {
        var random = new PythonRandom(seed);
        return [.. Enumerable.Range(0, 2000).Select(i => i < 1000 ? (double)random.Choice(2) : 4 + random.Choice(4))];
    }

    private static List<double> CoinsThenBiased()
    {
        var random = new PythonRandom(42);
        return [.. Enumerable.Range(0, 2000).Select(i => i < 1000 ? random.Choice(2) : random.Unit() < 0.3 ? 0.0 : 1.0)];
    }

    private static List<(int, RuleSignal)> Signals(IChangeRule rule, List<double> values) =>
        [.. values.Select((x, i) => (i, rule.Update(x))).Where(at => at.Item2 != RuleSignal.None)];

    // As the examples print: the first warning, and the first after each change.
    private static List<(int, RuleSignal)> FirstWarnings(List<(int, RuleSignal Signal)> signals) =>
        [.. signals.Where((at, i) => at.Signal == RuleSignal.Change || i == 0 || signals[i - 1].Signal == RuleSignal.Change)];
}

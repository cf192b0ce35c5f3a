using System.Globalization;
using DriftWatch.Core.Calibration;

namespace DriftWatch.Evaluation.Bench;

/// <summary>One line of the targets (statistics §9.3): what was asked, what was measured, and whether that is enough.</summary>
internal sealed record BenchTarget(int Number, string Asked, string Measured, bool Passed);

/// <summary>Holds the results against the targets; those whose experiment did not run are left out.</summary>
internal static class BenchTargets
{
    public static IEnumerable<BenchTarget> Of(BenchResult result) =>
    [
        .. Stable(result), .. Delays(result), .. Ratios(result), .. Silence(result), .. Dependence(result), .. Fleet(result), .. Exactness(result), .. Costs(result), .. Product(result),
    ];

    private static readonly RuleSpec[] Sequential = [RuleSet.Esr0, RuleSet.Esr1, RuleSet.Esr2];

    private static IEnumerable<BenchTarget> Stable(BenchResult result)
    {
        var stable = result.Cells.Where(cell => cell.Scenario.Id == "S0").ToList();
        if (stable.Count == 0) yield break;
        int fired = stable.Sum(cell => Sequential.Sum(rule => cell.Fired(rule, rule.Usual)));
        int streams = stable.Sum(cell => cell.Streams) * Sequential.Length;
        int length = stable[0].Scenario.Length;
        yield return new(1, "S0: at most 1 % of streams alarm per million at A = 1e8", $"{fired} of {streams} ({Predictions(length)} each)", fired <= 0.01 * streams * length / 1e6);
        foreach (double budget in RuleSet.Budgets[..3])
        {
            double least = stable.Min(cell => Sequential.Min(rule => cell.RunLength(rule, rule.LevelOf(budget)) ?? double.PositiveInfinity));
            double whatever = stable.Min(cell => Sequential.Min(rule => cell.RunLengthAtLeast(rule, rule.LevelOf(budget))));
            double asked = Math.Exp(budget);
            // Few streams cannot show that a promise is held; that it is broken they can.
            bool broken = stable.Exists(cell => Array.Exists(Sequential, rule => Intervals.Wilson(cell.Fired(rule, rule.LevelOf(budget)), cell.Streams).Lower > length / asked));
            // Streams end; that their alarms would have come no sooner than their end is certain, when is not.
            string bound = whatever >= asked ? $", and {Scientific(whatever)} even if all streams had alarmed at their end" : "";
            yield return new(1, $"mean run length at A = {asked:0e+0} is at least that, for each law and tolerance, or not shown to be less",
                double.IsPositiveInfinity(least) ? "no alarm" : $"{Scientific(least)} where it is least{bound}", least >= asked || !broken);
        }
    }

    private static IEnumerable<BenchTarget> Delays(BenchResult result)
    {
        foreach (var (rule, temperature, median, p95) in new[]
        {
            (RuleSet.Esr2, 1.5, 2000, 3500), (RuleSet.Esr2, 2.0, 500, 0), (RuleSet.Esr1, 1.25, 5500, 9000),
        })
        {
            foreach (var cell in result.Cells.Where(cell => cell.Scenario.Id == "S1" && cell.Scenario.Truth.Temperature == temperature))
            {
                var delay = cell.DelayOf(rule, rule.Usual);
                string asked = p95 > 0 ? $"median ≤ {median}, p95 ≤ {p95}" : $"median ≤ {median}";
                yield return new(2, $"{cell.Scenario.Key}, {rule.Name}: {asked}", $"{Show(delay.Median)} ({Show(delay.P95)})", delay.Median <= median && (p95 == 0 || delay.P95 <= p95));
            }
        }
    }

    private static IEnumerable<BenchTarget> Ratios(BenchResult result)
    {
        foreach (var cell in result.Cells.Where(cell => cell.Scenario.Id is "S1" or "S2" or "S3"))
        {
            var delay = cell.DelayOf(RuleSet.Esr0, RuleSet.Esr0.Usual);
            if (delay.Median is not { } median || median <= 4 * PaneProbe.Pane) continue;
            double limit = median / (RuleSet.Budgets[^1] / cell.Scenario.Truth.Information(cell.Scenario.Law, 0));
            double oracle = median / (cell.DelayOf(RuleSet.Oracle, RuleSet.Oracle.Usual).Median ?? double.PositiveInfinity);
            yield return new(3, $"{cell.Scenario.Key}, ε=0: ≤ 1.6 × ln A ÷ I and ≤ 1.3 × oracle", FormattableString.Invariant($"{limit:0.00} and {oracle:0.00}"), limit <= 1.6 && oracle <= 1.3);
        }
    }

    private static IEnumerable<BenchTarget> Silence(BenchResult result)
    {
        foreach (var cell in result.Cells.Where(cell => cell.Scenario.Id is "S7" or "S8"))
        {
            // What is within tolerance .02 is drift to a tolerance of 0, and T=1.05 reaches a gap of .011.
            var rules = cell.Scenario.Id == "S7" ? Sequential : Sequential[1..];
            int fired = rules.Sum(rule => cell.Fired(rule, rule.Usual));
            yield return new(4, $"{cell.Scenario.Key}: no alarm ({string.Join(", ", rules.Select(rule => rule.Name))})", $"{fired} of {rules.Length * cell.Streams}", fired == 0);
        }

        if (result.Cells.Find(cell => cell.Scenario.Id == "S9") is { } wrong)
        {
            var delay = wrong.DelayOf(RuleSet.Esr2, RuleSet.Esr2.Usual);
            yield return new(4, "S9: wrong from the start is found within 3 000", $"median {Show(delay.Median)}, p95 {Show(delay.P95)}", delay.P95 <= 3000);
        }

        if (result.RelativeFromStart is { } relative)
            yield return new(4, "S9: relative to how it was: silent", $"{relative.Fired} of {relative.Streams}", relative.Fired == 0);
    }

    private static IEnumerable<BenchTarget> Dependence(BenchResult result)
    {
        foreach (var shock in result.Shocks.Where(shock => shock.Rule == ShockBench.Rules[0]))
        {
            yield return new(5, FormattableString.Invariant($"S10, shocks of {shock.Deviation}: at most 10 % of stable streams alarm"), $"{shock.FiredStable} of {shock.Streams}", shock.FiredStable <= 0.1 * shock.Streams);
        }

        foreach (var late in result.LateLabels.Where(late => late.Rule is "missing at their worst" or "e-SR ε=.01, mature panes"))
        {
            yield return new(5, $"S11, {late.Mechanism}: no alarm", $"{late.Fired} of {late.Streams}", late.Fired == 0);
        }
    }

    private static IEnumerable<BenchTarget> Product(BenchResult result)
    {
        foreach (var one in result.Product)
        {
            // Few streams cannot show that a promise is held; that it is broken they can.
            if (one.Cell.IsSilent)
                yield return new(9, FormattableString.Invariant($"S14, {one.Cell.Name}: not shown to alarm in more than {one.Promise:0.000} of streams"), $"{one.Early} of {one.Streams}", Intervals.Wilson(one.Early, one.Streams).Lower <= one.Promise);
            else
                yield return new(9, $"S14, {one.Cell.Name}: found in every stream", $"{one.Missed} of {one.Streams} missed", one.Missed == 0);
        }
    }

    private static IEnumerable<BenchTarget> Fleet(BenchResult result)
    {
        if (result.Fleet is not { } fleet) yield break;
        yield return new(6, "S12: false discovery rate ≤ .05", FormattableString.Invariant($"{fleet.FalseDiscoveryRate:0.0000} over {fleet.Repetitions} fleets"), fleet.FalseDiscoveryRate <= 0.05);
        yield return new(6, "S12: power ≥ .95 2 000 predictions after T = 1.5", FormattableString.Invariant($"{fleet.Power:0.000}"), fleet.Power >= 0.95);
    }

    private static IEnumerable<BenchTarget> Exactness(BenchResult result)
    {
        if (result.Exactness is not { } exact) yield break;
        yield return new(7, "any partition and order of merging: the same bits", exact.OrderFree ? "the same" : "differ", exact.OrderFree);
        yield return new(7, "ECE of the stream = batch to 1e-12, all M that divide 60", exact.WorstEceError.ToString("0e+0", CultureInfo.InvariantCulture), exact.WorstEceError <= 1e-12);
    }

    private static IEnumerable<BenchTarget> Costs(BenchResult result)
    {
        if (result.Costs.Count < 2) yield break;
        var (sketch, close) = (result.Costs[0], result.Costs[1]);
        yield return new(8, "sketch: ≤ 30 ns per labeled prediction", $"{sketch.NanosecondsPerPrediction:0} ns (prediction and outcome)", sketch.NanosecondsPerPrediction <= 30);
        yield return new(8, "close of a pane: ≤ 100 µs", $"{close.MicrosecondsPerClose:0} µs", close.MicrosecondsPerClose <= 100);
        yield return new(8, "state of the detector: ≤ 1 KiB", $"{CostBench.StateBytes} B; {close.Bytes} B with .NET's headers", CostBench.StateBytes <= 1024);
    }

    private static string Scientific(double value) => value.ToString("0.0e+0", CultureInfo.InvariantCulture);

    private static string Predictions(int count) => count >= 1_000_000 ? $"{count / 1e6:0.#} M predictions" : $"{count / 1e3:0} k predictions";

    private static string Show(double? delay) => delay is { } value ? value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ') : "–";
}

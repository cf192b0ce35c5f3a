using DriftWatch.Core.Calibration;
using static System.FormattableString;

namespace DriftWatch.Evaluation.Bench;

/// <summary>Peers of which everything is tuned, beside ours; and what the thresholds of equal false-alarm rate came to on streams that did not set them.</summary>
internal sealed class PeerTable(BenchResult result, Action<string> line, Action<string, IEnumerable<string>> table)
{
    public void WriteDelays(IReadOnlyList<CellResult> cells)
    {
        if (result.Chosen.Count == 0) return;
        line("## Peers of which everything is tuned");
        line("");
        line("Each kind of peer at its best: threshold of the same false-alarm rate as above, and of all settings tried for it (input, slack, forgetting, bins, warm-up) the one with the least median delay on drifting streams of this very kind, other ones than are measured. No user could do so, who knows no drift before. Behind each figure the setting. "
            + $"Beside them the bare evidence, e-SR ε=0, at the same rate, and the default product: records through the monitor, 2 400 a day, delays in predictions up to the end of the data that decided. It is not set to that rate but promises one false alarm a year, which is one in 876 000 predictions here, and it has a tolerance and reckons with days that differ.");
        line("");
        table($"| stream | e-SR ε=0 | product, defaults | {string.Join(" | ", PeerFamily.All.Select(family => family.Name))} |", cells.Select(cell =>
            $"| {cell.Scenario.Key} | {DelayText.Of(cell, RuleSet.Esr0, result.TunedLevel(cell.Scenario.Law, RuleSet.Esr0))} | {Product(cell)} | {string.Join(" | ", PeerFamily.All.Select(family => Of(cell, family)))} |"));
    }

    public void WriteSettings(IReadOnlyList<CellResult> drifting)
    {
        if (result.Calibration.Count == 0 || drifting.Count == 0) return;
        var laws = result.Calibration.Select(cell => cell.Scenario.Law).ToList();
        var chosen = result.Chosen.Values.Select(peer => peer.Rule).ToHashSet();
        var rules = result.Calibration.SelectMany(cell => cell.Rules).Distinct().Where(rule => rule.Levels.Length > 1 && (rule.Variant is null || chosen.Contains(rule))).ToList();
        int streams = result.Calibration[0].Streams;
        line($"Settings of equal false-alarm rate, by {streams} calibrated streams of {DelayText.Count(result.Calibration[0].Scenario.Length)} predictions for each law, and behind them how many of {streams} others alarmed, with Wilson's interval of 95 %:");
        line("");
        table($"| rule | default | {string.Join(" | ", laws.Select(law => law.Name))} |", rules.Select(rule =>
            $"| {rule.Name} | {(rule.Variant is null ? rule.Setting(rule.Levels[rule.Usual]) : "")} | {string.Join(" | ", laws.Select(law => Setting(law, rule)))} |"));
    }

    private string Setting(ScoreLaw law, RuleSpec rule)
    {
        if (result.TunedLevel(law, rule) is not { } level) return "n/a";
        string rate = result.Achieved(law, rule) is var (fired, streams) && Intervals.Wilson(fired, streams) is var interval ? Invariant($": {fired} ({interval.Lower:.000} to {interval.Upper:.000})") : "";
        return rule.Setting(rule.Levels[level]) + rate;
    }

    private string Of(CellResult cell, PeerFamily family)
    {
        if (!result.Chosen.TryGetValue((cell.Scenario.Key, family.Name), out var peer)) return "n/a";
        return $"{DelayText.Of(cell, peer.Rule, result.TunedLevel(cell.Scenario.Law, peer.Rule))} {Name(peer, family)}".TrimEnd();
    }

    private string Product(CellResult cell)
    {
        if (!result.ProductDelays.TryGetValue(cell.Scenario.Key, out var product)) return "";
        double each = product.Cell.PerDay;
        string early = product.Early > 0 ? $", {product.Early} early" : "";
        return product.Median is { } median ? $"{DelayText.Count(median * each)} ({DelayText.Count(product.P95 * each)}){early}" : $"–{early}";
    }

    /// <summary>What distinguishes a setting within its family.</summary>
    public static string Name(Peer peer, PeerFamily family) => peer.Rule.Variant ?? (peer.Rule.Name == family.Name ? "" : peer.Rule.Name[(family.Name.Length + 1)..]);
}

using System.Globalization;

namespace DriftWatch.Evaluation.Bench;

/// <summary>Where a rival is better, told from the numbers: every stream in which another rule's median is earlier than ours by more than a pane, and by how much.</summary>
internal sealed class RivalList(BenchResult result, Action<string> line)
{
    public void Write(IReadOnlyList<CellResult> cells)
    {
        if (cells.Count == 0) return;
        line("## Where a rival is better");
        line("");
        List<string> lines = [.. cells.SelectMany(Lines)];
        line(lines.Count == 0
            ? "Nowhere in these streams, by more than a pane."
            : "Streams in which another rule's median is earlier by more than a pane, and how many times. At defaults it buys that with no tolerance, no statement of its false-alarm rate, and alarms where nothing is wrong (next section). The product has its tolerance and its promise on every line.");
        line("");
        foreach (string one in lines) line(one);
        if (lines.Count > 0) line("");
        if (result.Chosen.Count > 0) Sum(cells);
    }

    private IEnumerable<string> Lines(CellResult cell)
    {
        var law = cell.Scenario.Law;
        double usual = Median(cell, RuleSet.Esr2, RuleSet.Esr2.Usual), sharp = Median(cell, RuleSet.Esr0, result.TunedLevel(law, RuleSet.Esr0));
        var others = cell.Rules.Where(rule => rule.Variant is null && rule != RuleSet.Oracle && rule != RuleSet.Periodic && !rule.Name.StartsWith("e-SR", StringComparison.Ordinal)).ToList();
        List<(string Against, double Ours, IEnumerable<(string, double)> Theirs)> comparisons =
        [
            ("at defaults, against e-SR ε=.02", usual, others.Select(rule => (rule.Name, Median(cell, rule, rule.Usual)))),
            ("at equal false-alarm rates, against e-SR ε=0", sharp, others.Select(rule => (rule.Name, Median(cell, rule, result.TunedLevel(law, rule))))),
            ("everything tuned, against e-SR ε=0", sharp, Tuned(cell)),
        ];
        if (result.ProductDelays.TryGetValue(cell.Scenario.Key, out var product))
            comparisons.Add(("everything tuned, against the default product", product.Median * product.Cell.PerDay ?? double.PositiveInfinity, Tuned(cell)));
        foreach (var (against, ours, theirs) in comparisons)
        {
            var better = Better(ours, theirs);
            if (better.Length > 0) yield return $"- {cell.Scenario.Key}, {against} ({Show(ours)}): {better}";
        }
    }

    /// <summary>In how many of the streams the best of all tuned peers is ahead, and where ours is.</summary>
    private void Sum(IReadOnlyList<CellResult> cells)
    {
        var compared = cells.Select(cell => (Ours: Median(cell, RuleSet.Esr0, result.TunedLevel(cell.Scenario.Law, RuleSet.Esr0)), Best: Tuned(cell).Select(one => one.Median).DefaultIfEmpty(double.PositiveInfinity).Min())).ToList();
        line($"Of {cells.Count} streams the best of all tuned peers, another one in each, is ahead of e-SR ε=0 at the same rate by more than a pane in {compared.Count(one => one.Best < one.Ours - PaneProbe.Pane)}, and behind it by more than a pane in {compared.Count(one => one.Ours < one.Best - PaneProbe.Pane)}. By kind:");
        line("");
        foreach (var family in PeerFamily.All)
        {
            var ratios = cells.Select(cell => (Ours: Median(cell, RuleSet.Esr0, result.TunedLevel(cell.Scenario.Law, RuleSet.Esr0)), Theirs: Of(cell, family))).Where(one => double.IsFinite(one.Ours)).Select(one => one.Theirs / one.Ours).Order().ToList();
            int found = ratios.Count(double.IsFinite);
            if (ratios.Count > 0) line($"- {family.Name}: finds {found} of {ratios.Count}{(found * 2 > ratios.Count ? $"; the median delay is {Times(ratios[ratios.Count / 2])} that of e-SR ε=0, from {Times(ratios[0])} to {(found == ratios.Count ? Times(ratios[^1]) : "never")}" : "")}.");
        }

        line("");
    }

    private IEnumerable<(string Name, double Median)> Tuned(CellResult cell) =>
        from family in PeerFamily.All
        where result.Chosen.ContainsKey((cell.Scenario.Key, family.Name))
        select ($"{family.Name} {PeerTable.Name(result.Chosen[(cell.Scenario.Key, family.Name)], family)}".TrimEnd(), Of(cell, family));

    private double Of(CellResult cell, PeerFamily family) =>
        result.Chosen.TryGetValue((cell.Scenario.Key, family.Name), out var peer) ? Median(cell, peer.Rule, result.TunedLevel(cell.Scenario.Law, peer.Rule)) : double.PositiveInfinity;

    private static string Better(double ours, IEnumerable<(string Name, double Median)> theirs) => string.Join(", ",
        from one in theirs
        where one.Median < ours - PaneProbe.Pane
        orderby one.Median
        select double.IsPositiveInfinity(ours) ? $"{one.Name} ({Show(one.Median)})" : $"{one.Name} ({Show(one.Median)}, {Times(ours / one.Median)})");

    // Of a rule that has mostly alarmed before, no delay can be told.
    private static double Median(CellResult cell, RuleSpec rule, int? level) =>
        level is { } at && cell.IndexOf(rule) >= 0 && cell.DelayOf(rule, at) is var delay && delay.Streams * 2 > cell.Streams ? delay.Median ?? double.PositiveInfinity : double.PositiveInfinity;

    private static string Times(double ratio) => ratio.ToString(ratio < 10 ? "0.0×" : "0×", CultureInfo.InvariantCulture);

    private static string Show(double delay) => double.IsPositiveInfinity(delay) ? "–" : DelayText.Count(delay);
}

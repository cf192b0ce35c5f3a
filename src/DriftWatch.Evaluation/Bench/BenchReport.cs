using System.Globalization;
using System.Text;
using DriftWatch.Core.Drift;

namespace DriftWatch.Evaluation.Bench;

/// <summary>The results as a page of Markdown.</summary>
internal sealed class BenchReport(BenchResult result, string command)
{
    private readonly StringBuilder _page = new();

    public string Write()
    {
        var request = result.Request;
        Line("# How soon drift is found, and how often it is made up");
        Line();
        Line($"Made by `{command}` in {result.Elapsed.TotalMinutes:0.0} min on {Environment.ProcessorCount} processors; {request.Version}, seed {request.Seed}, {request.Streams} streams a cell, {request.Calibrated} calibrated ones a law. The number of threads changes nothing but times.");
        Line("Score laws: D1 balanced (logits N(0, 2)), D2 rare events (N(−3.5, 1.2)), D3 top label (N(2.5, 1.5) above −1.1). A claim σ(z) comes true with σ(z/T + b). 100 000 stable predictions, then the change, then at most 400 000 more.");
        Line("e-SR is DriftWatch's detector (panes of 500, A = 1e8 unless said, ε its tolerance); the classical rules are River's, *defaults* as they come there. Newer peers, each from its paper: PITMonitor (bets on the ranks of randomised probability integral transforms; α = .05 ever), confidence sequences for the mean of outcome − claim that are begun again and again (a mean run length of 1/α = 1e6), calibration CUSUM with dynamic limits (one false alarm in 100 000 predictions). `–`: missed by half of the streams (p95: by more than one in twenty).");
        Line();
        Targets();
        Stable();
        var peers = new PeerTable(result, Line, Table);
        Delays("Delay at defaults", "Median (p95) predictions from the change to the first alarm, streams that had alarmed before left out; *n early*: how many those were.", (_, rule) => rule.Usual, _ => true);
        Delays("Delay at equal false-alarm rates", "Every rule, e-SR too, set for each law to the least threshold at which at most one calibrated stream of twenty alarms within its length (settings below; the oracle by the drift of the picture). Streams that set thresholds are others than those measured. `n/a`: none of the thresholds looked at is enough.", (law, rule) => result.TunedLevel(law, rule), rule => rule.Levels.Length > 1);
        peers.WriteDelays(Drifting());
        peers.WriteSettings(Drifting());
        new RivalList(result, Line).Write(Drifting());
        Silence();
        Directions();
        Others();
        Flights();
        new ProductTable(result.Product, Line, Table).Write();
        Costs();
        return _page.ToString();
    }

    private void Targets()
    {
        var targets = BenchTargets.Of(result).ToList();
        Line("## Targets");
        Line();
        Line($"{targets.Count(target => target.Passed)} of {targets.Count} met.");
        Line();
        Table("| | target | measured | |", targets.Select(target => $"| {target.Number} | {target.Asked} | {target.Measured} | {(target.Passed ? "met" : "**missed**")} |"));
    }

    private void Stable()
    {
        var cells = result.Cells.Where(cell => cell.Scenario.Id == "S0").ToList();
        if (cells.Count == 0) return;
        Line("## S0: a calibrated model");
        Line();
        Line($"Share of streams of {Count(cells[0].Scenario.Length)} predictions with an alarm at the default, and alarms per million where a rule starts anew after each.");
        Line();
        Table($"| rule | {string.Join(" | ", cells.Select(cell => $"{cell.Scenario.Law.Name} share | per 1 M"))} |", Rules(cells).Select(rule =>
            $"| {rule.Name} | {string.Join(" | ", cells.Select(cell => cell.IndexOf(rule) < 0 ? "| " : $"{Share(cell.Fired(rule, rule.Usual), cell.Streams)} | {PerMillion(cell, rule)}"))} |"));
        if (result.Request.Only.Count > 0 && !result.Request.Runs("S0")) return;
        Line("Mean run length of e-SR at smaller budgets (predictions up to the first alarm ÷ streams that had one):");
        Line();
        Table($"| rule | law | {string.Join(" | ", RuleSet.Budgets.Select(budget => $"A = {Math.Exp(budget):0e+0}"))} |", from rule in Rules(cells).Where(rule => rule.Name.StartsWith("e-SR", StringComparison.Ordinal))
            from cell in cells.Where(cell => cell.IndexOf(rule) >= 0)
            select $"| {rule.Name} | {cell.Scenario.Law.Name} | {string.Join(" | ", RuleSet.Budgets.Select(budget => cell.RunLength(rule, rule.LevelOf(budget))?.ToString("0.0e+0", CultureInfo.InvariantCulture) ?? "no alarm"))} |");
    }

    private string PerMillion(CellResult cell, RuleSpec rule) =>
        result.AlarmsPerMillion.TryGetValue((cell.Scenario.Law.Name, rule.Name), out double alarms) ? Number(alarms)
        : rule == RuleSet.Periodic ? "100"
        : cell.RunLength(rule, rule.Usual) is { } length ? Number(1e6 / length) : "0";

    private void Delays(string title, string explanation, Func<ScoreLaw, RuleSpec, int?> levelOf, Func<RuleSpec, bool> isShown)
    {
        var cells = Drifting();
        if (cells.Count == 0) return;
        var rules = Rules(cells).Where(isShown).ToList();
        Line($"## {title}");
        Line();
        Line(explanation);
        Line();
        // Two tables: one would be too wide to read.
        foreach (var some in new[] { rules.Where(RuleSet.SeesPanes), rules.Where(rule => !RuleSet.SeesPanes(rule)) })
        {
            Table($"| stream | mean \\|gap\\| | ln A ÷ I, ε=0 | {string.Join(" | ", some.Select(rule => rule.Name))} |", cells.Select(cell =>
            {
                var scenario = cell.Scenario;
                double limit = RuleSet.Budgets[^1] / scenario.Truth.Information(scenario.Law, 0);
                return $"| {scenario.Key} | {scenario.Truth.Error(scenario.Law).ToString(".000", CultureInfo.InvariantCulture)} | {Count(limit)} | {string.Join(" | ", some.Select(rule => DelayText.Of(cell, rule, levelOf(scenario.Law, rule))))} |";
            }));
        }
    }

    private void Silence()
    {
        var cells = result.Cells.Where(cell => cell.Scenario.Id is "S7" or "S8").ToList();
        if (cells.Count == 0) return;
        Line("## S7 and S8: what should leave a rule silent");
        Line();
        Line("Streams with an alarm after the change, at defaults, of those without one before. S7: the traffic changes and the model stays calibrated. S8: within tolerance (T = 1.05 is at most .011 off; a rule without a tolerance is right to see it).");
        Line();
        Table($"| rule | {string.Join(" | ", cells.Select(cell => cell.Scenario.Key))} |", Rules(cells).Where(rule => rule != RuleSet.Oracle).Select(rule => $"| {rule.Name} | {string.Join(" | ", cells.Select(cell =>
        {
            if (cell.IndexOf(rule) < 0) return "";
            var delay = cell.DelayOf(rule, rule.Usual);
            return delay.Streams == 0 ? "all early" : $"{delay.Streams - delay.Missed} of {delay.Streams}";
        }))} |"));
    }

    private void Directions()
    {
        if (result.Directions.Count == 0) return;
        Line("## What the detector says of a drift");
        Line();
        Line("e-SR ε=.02 as the product runs it, 20 000 stable predictions before. Right: the family of the drift, or the side it mostly points to. Onset error: median distance in predictions.");
        Line();
        Table("| stream | found | right | said | onset error |", result.Directions.Select(one =>
            $"| {one.Cell} | {one.Fired} of {one.Streams} | {one.Right} | {string.Join(", ", one.Said.Select(said => $"{said.Key.Name()} {said.Value}"))} | {Count(one.MedianOnsetError)} |"));
    }

    private void Others()
    {
        if (result.Recurring.Count > 0)
        {
            Line("## S5: T = 1.5 for 5 000 predictions in every 25 000 (D3)");
            Line();
            Table("| rule | alarms per episode |", result.Recurring.Select(one => $"| {one.Rule} | {Number(one.AlarmsPerEpisode)} |"));
        }

        if (result.Shocks.Count > 0)
        {
            Line("## S10: outcomes that share hourly shocks");
            Line();
            Line("AR(1) of .85 on the log-odds, 700 predictions an hour, 90 stable days, then a lasting shift of .5. *auto* measures dependence and tempers the evidence; *independent* does not and shows why it must be done. Tolerance .02, one false alarm a year.");
            Line();
            Table("| shocks (sd) | rule | alarms in the stable days | days from the shift to the alarm, median |", result.Shocks.Select(one =>
                string.Create(CultureInfo.InvariantCulture, $"| {one.Deviation} | {one.Rule} | {one.FiredStable} of {one.Streams} | {(one.MedianDelayDays is { } days ? days.ToString("0.0", CultureInfo.InvariantCulture) : one.Rule == ShockBench.Rules[0] ? "–" : "")} |")));
        }

        if (result.LateLabels.Count > 0)
        {
            Line("## S11: labels that are missing or late by their outcome (calibrated model)");
            Line();
            Table("| what happens | rule | streams with an alarm |", result.LateLabels.Select(one => $"| {one.Mechanism} | {one.Rule} | {one.Fired} of {one.Streams} |"));
        }
    }

    private void Flights()
    {
        if (result.Flights.Count == 0) return;
        Line("## S13: 2.3 million flights, 139 days");
        Line();
        Line("Episodes that `driftwatch replay` opens on real outcomes, whose calibration swings by the week, and on those of a calibrated twin. Rules of one alarm an episode start anew after each. Horizon 24 h: the 32 labels that come later are left out; with them DDM opens 306 episodes, so much does it hang on single labels.");
        Line();
        Table("| rule | episodes | on the twin |", result.Flights.Select(one => $"| {one.Rule} | {one.Episodes} | {one.OnTwin} |"));
    }

    private void Costs()
    {
        if (result.Costs.Count == 0) return;
        Line("## Cost on this machine");
        Line();
        Line("Best of five runs over 200 000 predictions (D3), one thread; bytes allocated for one rule.");
        Line();
        Table("| | ns per prediction | µs per pane | bytes |", result.Costs.Select(one =>
            $"| {one.Rule} | {one.NanosecondsPerPrediction.ToString("0", CultureInfo.InvariantCulture)} | {one.MicrosecondsPerClose?.ToString("0", CultureInfo.InvariantCulture)} | {Count(one.Bytes)} |"));
    }

    private List<CellResult> Drifting() => [.. result.Cells.Where(cell => !cell.Scenario.IsSilent)];

    private static List<RuleSpec> Rules(IReadOnlyList<CellResult> cells) => [.. cells.SelectMany(cell => cell.Rules).Where(rule => rule.Variant is null).Distinct().OrderBy(Rank)];

    // The detector first, then the oracle, then the rest as they come.
    private static int Rank(RuleSpec rule) => rule.Name.StartsWith("e-SR", StringComparison.Ordinal) ? 0 : rule == RuleSet.Oracle ? 1 : 2;

    private void Table(string head, IEnumerable<string> rows)
    {
        Line(head);
        Line(string.Concat(Enumerable.Repeat("|---", head.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|') - 1)) + "|");
        foreach (string row in rows) Line(row);
        Line();
    }

    private void Line(string text = "") => _page.Append(text).Append('\n');

    private static string Share(int fired, int streams) => fired == 0 ? "0" : ((double)fired / streams).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value is 0 or >= 10 ? "0" : "0.00", CultureInfo.InvariantCulture);

    private static string Count(double? value) => DelayText.Count(value);
}

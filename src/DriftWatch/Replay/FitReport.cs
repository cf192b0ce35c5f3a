using System.Globalization;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Time;
using Spectre.Console;

namespace DriftWatch.Replay;

/// <summary>A fit for people: what was tried, how good each map is on outcomes that it was not fitted to, what the gate says, and what to do.</summary>
internal static class FitReport
{
    public static void Write(IAnsiConsole console, FittedSeries fitted)
    {
        var answer = fitted.Answer;
        console.WriteLine($"{fitted.Key.ToString().TrimEnd('/')}: {Count(answer.Count)} labeled predictions, {Count(answer.Positives)} came true, from {fitted.From} to {fitted.To}");
        string blocks = $"{answer.Blocks} blocks of {Durations.Format(fitted.Block)}";
        if (answer.Blocks < MeanEstimate.LeastBlocks)
            console.WriteLine(answer.Candidates.Any(candidate => candidate.Overdispersion > 1)
                ? $"Outcomes share causes: {blocks} differ more than chance allows. How much (φ) so few tell roughly."
                : $"Outcomes are taken as independent: {blocks} do not show otherwise, and less than {MeanEstimate.LeastBlocks} see no more than a lot.");
        console.WriteLine("Each map is fitted to one half of the ids and judged on the other; ± is half of a 95 % interval.");
        WriteTable(console, answer);
        foreach (var candidate in answer.Candidates)
        {
            foreach (var condition in candidate.Conditions.Where(condition => !condition.Passed)) console.WriteLine($"{candidate.Method.Name()} fails {condition.Name}: {condition.Text}");
            if (candidate.Refusal is { } refusal) console.WriteLine($"{candidate.Method.Name()}: no map: {refusal}");
        }

        console.WriteLine();
        console.WriteLine($"Verdict: {answer.Verdict.Name()}. {answer.Reason}.");
        if (answer.Chosen is { } chosen)
        {
            foreach (var condition in answer.Conditions.Concat(chosen.Conditions)) console.WriteLine($"  {condition.Name}: {condition.Text}");
        }

        if (answer.Lasting is { } lasting) console.WriteLine(Lasted(lasting, fitted.Block));
    }

    private static void WriteTable(IAnsiConsole console, Recommendation answer)
    {
        var table = new FittingTable(
            ("map", Justify.Left, 9), ("parameters", Justify.Left, 6), ("log loss", Justify.Right, 8), ("gain, nats", Justify.Right, 9), ("Brier", Justify.Right, 5), ("ECE (95 %)", Justify.Right, 8), ("debiased", Justify.Right, 2),
            ("AUROC", Justify.Right, 4), ("φ", Justify.Right, 1), ("gate", Justify.Left, 9));
        if (answer.Before is { } before) table.Add("as it is", "", Mean(before.LogLoss), "", Mean(before.Brier), Ece(before), Text(before.EceDebiased), Text(before.Auroc), "", "");
        foreach (var candidate in answer.Candidates)
        {
            if (candidate.Scores is { } scores && candidate.Gain is { } gain)
            {
                string gate = ReferenceEquals(candidate, answer.Chosen) ? "chosen" : candidate.Accepted ? "passes" : $"fails {string.Join(", ", candidate.Conditions.Where(condition => !condition.Passed).Select(condition => condition.Name))}";
                table.Add(candidate.Method.Name(), Parameters(candidate), Mean(scores.LogLoss), Mean(gain), Mean(scores.Brier), Ece(scores), Text(scores.EceDebiased), Text(scores.Auroc), candidate.Overdispersion.ToString("0.#", CultureInfo.InvariantCulture), gate);
            }
            else
            {
                table.Add(candidate.Method.Name(), "", "", "", "", "", "", "", "", "no map");
            }
        }

        table.WriteTo(console);
    }

    private static string Parameters(Candidate candidate) => candidate.Map switch
    {
        LogitMap { Method: MapMethod.Temperature } map => FormattableString.Invariant($"T {map.Temperature:0.####}{Error(candidate, 0, map.Temperature * map.Temperature)}"),
        LogitMap { Method: MapMethod.Intercept } map => FormattableString.Invariant($"{map.Intercept:+0.####;-0.####}{Error(candidate, 0)}"),
        LogitMap map => FormattableString.Invariant($"× {map.Slope:0.####}{Error(candidate, 0)} {map.Intercept:+0.####;-0.####}{Error(candidate, 1)}"),
        BetaMap map => FormattableString.Invariant($"a {map.A:0.###} b {map.B:0.###} c {map.C:0.###}"),
        VectorMap { Method: MapMethod.Temperature } map => FormattableString.Invariant($"T {1 / map.Slopes[0]:0.####}{Error(candidate, 0, 1 / (map.Slopes[0] * map.Slopes[0]))}"),
        VectorMap map => FormattableString.Invariant($"× {map.Slopes.Min():0.###} to {map.Slopes.Max():0.###}, {map.Classes} classes"),
        KnotMap map => $"{map.Levels} levels",
        StepMap map => $"{map.Values.Length} bins",
        _ => "",
    };

    private static string Error(Candidate candidate, int parameter, double scale = 1) =>
        candidate.Errors is { } errors ? FormattableString.Invariant($" ± {1.96 * errors[parameter] * scale:0.####}") : "";

    private static string Lasted(Lasting lasting, TimeSpan block) => lasting.Looked == 0 ? "Too few blocks to tell how long its gain would have lasted."
        : lasting.Blocks >= lasting.Looked ? $"On past data its gain lasted as long as there was data to see: {Durations.Format(block * lasting.Looked)}."
        : lasting.Blocks == 0 ? $"On past data its gain did not last: maps fitted at any past moment lost within {Durations.Format(block)}, on average."
        : $"On past data its gain lasted {Durations.Format(block * lasting.Blocks)}, on average of maps fitted at past moments ({Durations.Format(block * lasting.Looked)} could be seen).";

    private static string Ece(HeldOutScores scores) => FormattableString.Invariant($"{scores.Ece:0.0000} ({scores.EceInterval.Lower:0.0000} to {scores.EceInterval.Upper:0.0000})");

    private static string Mean(MeanEstimate mean) => FormattableString.Invariant($"{mean.Mean:0.00000} ± {1.96 * mean.Error:0.00000}");

    private static string Text(double? number) => number?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "–";

    private static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');
}

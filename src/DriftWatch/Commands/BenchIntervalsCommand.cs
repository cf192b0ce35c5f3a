using System.CommandLine;
using DriftWatch.Core.Calibration;
using DriftWatch.Evaluation.Bench;

namespace DriftWatch.Commands;

/// <summary><c>driftwatch bench intervals</c>: how often the intervals of a window hold the truth.</summary>
internal static class BenchIntervalsCommand
{
    private static readonly Option<int> Windows = new("--windows") { Description = "Windows a cell.", HelpName = "N", DefaultValueFactory = _ => 2000 };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "What all windows are drawn from.", HelpName = "N", DefaultValueFactory = _ => 1 };

    public static Command Create()
    {
        var command = new Command("intervals", "Counts how often the 95 % intervals of gap and ECE hold the truth, for rare events too, and where labels are asked for by chance, and compares the noise floor with what calibrated claims show.") { Windows, Seed };
        Windows.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 10 or > 1_000_000) result.AddError("--windows: expected 10 to 1000000.");
        });
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), stop));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        int windows = parsed.GetValue(Windows);
        Console.Out.WriteLine("| claims | labeled | wrong by, log-odds | gap's interval holds it | ECE's | mean ECE | noise floor |");
        Console.Out.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var cell in IntervalBench.Cells)
        {
            stop.ThrowIfCancellationRequested();
            var seen = IntervalBench.Run(cell, windows, parsed.GetValue(Seed));
            string claims = cell.Claim is { } claim ? FormattableString.Invariant($"around {claim}") : "anywhere";
            string floor = cell.Tilt == 0 ? FormattableString.Invariant($"{seen.Floor:0.00000}") : "";
            Console.Out.WriteLine(FormattableString.Invariant($"| {claims} | {cell.Count} | {cell.Tilt} | {Share(seen.Gap, windows)} | {Share(seen.Ece, windows)} | {seen.Shown:0.00000} ± {1.96 * seen.Error:0.00000} | {floor} |"));
        }

        Console.Out.WriteLine();
        Console.Out.WriteLine("| labels asked for | labeled | effective | claims are | gap's interval holds it | ECE's | without weights: gap's | ECE's | mean ECE | noise floor |");
        Console.Out.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var cell in SampledBench.Cells)
        {
            stop.ThrowIfCancellationRequested();
            var seen = SampledBench.Run(cell, windows, parsed.GetValue(Seed));
            bool isRight = cell is { Slope: 1, Shift: 0 };
            string claims = isRight ? "true" : cell.Slope == 1 ? FormattableString.Invariant($"too low by {cell.Shift} log-odds") : FormattableString.Invariant($"too extreme, T = {1 / cell.Slope:0.##}");
            string floor = isRight ? FormattableString.Invariant($"{seen.Floor:0.00000}") : "";
            Console.Out.WriteLine(FormattableString.Invariant($"| {cell.Chance:0.##} | {seen.Labeled:0} | {seen.Effective:0} | {claims} | {Share(seen.Gap, windows)} | {Share(seen.Ece, windows)} | {(double)seen.PlainGap / windows:0.000} | {(double)seen.PlainEce / windows:0.000} | {seen.Shown:0.00000} ± {1.96 * seen.Error:0.00000} | {floor} |"));
        }

        return ExitCode.Ok;
    }

    private static string Share(int held, int windows)
    {
        var (lower, upper) = Intervals.Wilson(held, windows);
        return FormattableString.Invariant($"{(double)held / windows:0.000} ({lower:0.000} to {upper:0.000})");
    }
}

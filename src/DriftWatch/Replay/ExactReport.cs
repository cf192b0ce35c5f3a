using System.Globalization;
using System.Text.Json;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Events;
using DriftWatch.Evaluation.Exact;
using Spectre.Console;

namespace DriftWatch.Replay;

/// <summary>Shows what <c>--exact</c> asks for.</summary>
internal static class ExactReport
{
    /// <summary>A table for people.</summary>
    public static void Write(IAnsiConsole console, ExactResult? exact)
    {
        if (exact is null)
        {
            console.WriteLine("No exact numbers: no labeled prediction, or outcomes were corrected or assumed, so the pairs are not those of the total.");
            return;
        }

        var table = new FittingTable(("", Justify.Left, 9), ("value", Justify.Right, 9), ("95 % interval", Justify.Left, 8), ("", Justify.Left, 5));
        if (exact.Test is { } test) table.Add("calibrated?", string.Create(CultureInfo.InvariantCulture, $"p = {test.PValue:0.0000}"), "", $"T-Cal, adaptive; loudest over {test.Bins} bins");
        table.Add("mean squared gap", exact.SquaredGap?.ToString("0.000000", CultureInfo.InvariantCulture) ?? "", Text(exact.SquaredGapInterval, "0.000000"), "without sampling noise");
        foreach (var (name, interval) in ByBlocks(exact))
        {
            table.Add(name, "", Text(interval, "0.0000"), $"by {exact.Blocks} blocks of time");
        }

        table.WriteTo(console);
        if (exact.Blocks < BlockBootstrap.LeastBlocks)
        {
            console.WriteLine($"No intervals by blocks: the total has {exact.Blocks} windows and {BlockBootstrap.LeastBlocks} are needed; --window sets a smaller width.");
        }
    }

    /// <summary>The member <c>exact</c> of a total: an object, or null where the pairs are not at hand.</summary>
    public static void WriteMember(Utf8JsonWriter json, ExactResult? exact)
    {
        if (exact is null)
        {
            json.WriteNull("exact");
            return;
        }

        json.WriteStartObject("exact");
        WindowJson.WriteNumber(json, "tCalP", exact.Test?.PValue);
        WindowJson.WriteNumber(json, "tCalZ", exact.Test?.Z);
        WindowJson.WriteNumber(json, "tCalBins", exact.Test?.Bins);
        WindowJson.WriteNumber(json, "squaredGap", exact.SquaredGap);
        WriteEnds(json, "squaredGap", exact.SquaredGapInterval);
        json.WriteNumber("blocks", exact.Blocks);
        WriteEnds(json, "gap", exact.Gap);
        WriteEnds(json, "brier", exact.Brier);
        WriteEnds(json, "logLoss", exact.LogLoss);
        WriteEnds(json, "auroc", exact.Auroc);
        json.WriteEndObject();
    }

    private static IEnumerable<(string Name, Interval? Interval)> ByBlocks(ExactResult exact) =>
        [("gap", exact.Gap), ("Brier score", exact.Brier), ("log loss", exact.LogLoss), ("AUROC", exact.Auroc)];

    private static void WriteEnds(Utf8JsonWriter json, string name, Interval? interval)
    {
        WindowJson.WriteNumber(json, name + "Lower", interval?.Lower);
        WindowJson.WriteNumber(json, name + "Upper", interval?.Upper);
    }

    private static string Text(Interval? interval, string format) => interval is { } ends
        ? $"{ends.Lower.ToString(format, CultureInfo.InvariantCulture)} to {ends.Upper.ToString(format, CultureInfo.InvariantCulture)}"
        : "";
}

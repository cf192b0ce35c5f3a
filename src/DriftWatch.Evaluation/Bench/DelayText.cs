using System.Globalization;

namespace DriftWatch.Evaluation.Bench;

/// <summary>Delays in the words of the report.</summary>
internal static class DelayText
{
    public static string Of(CellResult cell, RuleSpec rule, int? level)
    {
        if (cell.IndexOf(rule) < 0) return "";
        if (level is not { } at) return "n/a";
        var delay = cell.DelayOf(rule, at);
        string early = delay.Already > 0 ? $", {delay.Already} early" : "";
        if (delay.Streams == 0) return "all early";
        return delay.Median is null ? $"–{early}" : $"{Count(delay.Median)} ({Count(delay.P95)}){early}";
    }

    public static string Count(double? value) => value is { } number ? Math.Round(number).ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ') : "–";
}

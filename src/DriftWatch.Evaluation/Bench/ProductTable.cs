using System.Globalization;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using static System.FormattableString;

namespace DriftWatch.Evaluation.Bench;

/// <summary>S14 as two tables: what should be silent, and what should be found.</summary>
internal sealed class ProductTable(IReadOnlyList<ProductResult> results, Action<string> line, Action<string, IEnumerable<string>> table)
{
    public void Write()
    {
        if (results.Count == 0) return;
        line("## S14: the product as it comes, from record to alarm");
        line("");
        line("Records through the monitor that the service runs, all settings at their defaults unless said; 1 200 predictions a day unless said, claims D1. Shocks are on the log-odds and shared by a day. An interval is Wilson's, 95 %.");
        line("");
        var silent = results.Where(one => one.Cell.IsSilent).ToList();
        if (silent.Count > 0)
            table("| calibrated, 90 days unless said | alarmed | 95 % interval | promised: at most | |", silent.Select(Silent));
        line("Days from the change up to the end of the data that decided; the decision itself comes when labels are in, a day later by default. In brackets: 95 % of streams. The onset's interval claims 95 % where outcomes are independent.");
        line("");
        table("| drift | alarmed before it | missed | median (p95), days | labels, median | asked | | onset in its interval | median width, days |", results.Where(one => !one.Cell.IsSilent).Select(Drift));
    }

    /// <summary>Whether what was asked of a cell is met; null: nothing was.</summary>
    public static bool? Met(ProductResult one, IReadOnlyList<ProductResult> all) =>
        one.Cell.IsSilent ? Rate(one).Upper <= one.Promise : Asked(one, all) is { } days ? one.Median <= days : null;

    private static string Silent(ProductResult one)
    {
        var rate = Rate(one);
        return Invariant($"| {one.Cell.Name} | {one.Early} of {one.Streams} | {rate.Lower:0.000} to {rate.Upper:0.000} | {one.Promise:0.000} | {(rate.Upper <= one.Promise ? "held" : rate.Lower > one.Promise ? "**broken**" : "open")} |");
    }

    private string Drift(ProductResult one)
    {
        string asked = Asked(one, results) is { } days ? Invariant($"{days:0.#} days") : "";
        string labels = one.Median is { } median ? (median * one.Cell.PerDay).ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ') : "–";
        return Invariant($"| {one.Cell.Name} | {one.Early} of {one.Streams} | {one.Missed} | {Days(one.Median)} ({Days(one.P95)}) | {labels} | {asked} | {(Met(one, results) switch { true => "met", false => "**missed**", null => "" })} | {Held(one)} | {Days(one.OnsetWidth)} |");
    }

    private static string Held(ProductResult one)
    {
        var rate = Intervals.Wilson(one.OnsetsHeld, one.Onsets);
        return one.Onsets == 0 ? "–" : Invariant($"{one.OnsetsHeld} of {one.Onsets} ({rate.Lower:0.00} to {rate.Upper:0.00})");
    }

    private static double? Asked(ProductResult one, IReadOnlyList<ProductResult> all) => one.Cell.Within
        ?? (one.Cell.Ratio * all.FirstOrDefault(other => other.Cell == one.Cell with { Name = other.Cell.Name, Dependence = Dependence.Independent, Ratio = null })?.Median);

    private static Interval Rate(ProductResult one) => Intervals.Wilson(one.Early, one.Streams);

    private static string Days(double? days) => days is { } value ? value.ToString("0.0", CultureInfo.InvariantCulture) : "–";
}

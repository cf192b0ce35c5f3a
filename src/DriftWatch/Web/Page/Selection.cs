using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;
using DriftWatch.Json;
using DriftWatch.Pipeline;
using Microsoft.AspNetCore.Http;

namespace DriftWatch.Web.Page;

/// <summary>What the reader looks at: a series, a width and one of its windows. Read from the query string; what is not there falls back.</summary>
/// <param name="Series">The series, or null while there is none.</param>
/// <param name="Width">Index of the window width.</param>
/// <param name="Which"><c>mature</c>, <c>latest</c>, <c>total</c>, or a window's start in epoch milliseconds.</param>
/// <param name="FullScale">Whether the diagram's axes run from 0 to 1 rather than over the data.</param>
/// <param name="Fleet">What the table of models lists.</param>
internal sealed record Selection(SeriesSnapshot? Series, int Width, string Which, bool FullScale, FleetFilter Fleet)
{
    public const string Mature = "mature", Latest = "latest", Total = "total";

    public static Selection Read(IQueryCollection query, ServiceSnapshot snapshot)
    {
        var all = snapshot.Monitor.Series;
        string? model = query["model"], version = query["version"], slice = query["slice"], look = ViewName.Canonical(query["view"]), window = query["window"], show = query["show"];
        var series = all.FirstOrDefault(s => s.Key.Model == model && s.Key.Version == (version ?? "") && (s.Key.Slice?.ToString() ?? "") == (slice ?? "") && (string.IsNullOrEmpty(look) ? s.Key.View.IsMain() : s.Key.ViewName == look))
            ?? all.FirstOrDefault(s => s.Key.Model == model && s.Key.IsWhole)
            ?? MostInteresting(all);
        int width = Math.Max(0, snapshot.Options.Windows.Select(Durations.Name).ToList().IndexOf(window ?? ""));
        return new Selection(series, width, string.IsNullOrEmpty(show) ? Mature : show, query["scale"] != "data", FleetFilter.Read(query));
    }

    /// <summary>The windows of the chosen width.</summary>
    public WindowSeries? Windows => Series is not null && Width < Series.Windows.Count ? Series.Windows[Width] : null;

    /// <summary>The chosen window; null where it does not exist (yet).</summary>
    public WindowSnapshot? Window => Which switch
    {
        Total => Series?.Total,
        Latest => Windows?.History is [.., var newest] ? newest : null,
        Mature => Windows?.NewestMature,
        _ when long.TryParse(Which, out long start) => Windows?.History.FirstOrDefault(w => w.Start.Milliseconds == start),
        _ => Windows?.NewestMature,
    };

    /// <summary>The address of the page with this selection, some of it changed.</summary>
    public string Link(IReadOnlyList<TimeSpan> widths, SeriesSnapshot? series = null, int? width = null, string? which = null, bool? fullScale = null)
    {
        var key = (series ?? Series)!.Key;
        List<string> parts = ["model=" + Uri.EscapeDataString(key.Model)];
        if (key.Version.Length > 0) parts.Add("version=" + Uri.EscapeDataString(key.Version));
        if (key.Slice is { } slice) parts.Add("slice=" + Uri.EscapeDataString(slice.ToString()));
        if (!key.View.IsMain()) parts.Add("view=" + Uri.EscapeDataString(key.ViewName));
        if ((width ?? Width) is > 0 and var w && w < widths.Count) parts.Add("window=" + Durations.Name(widths[w]));
        string show = which ?? (series is null ? Which : Mature);
        if (show != Mature) parts.Add("show=" + Uri.EscapeDataString(show));
        if (!(fullScale ?? FullScale)) parts.Add("scale=data");
        parts.AddRange(Fleet.Query());
        return Address(parts);
    }

    /// <summary>The address of the page with this selection, where the table of models lists something else.</summary>
    public string Link(IReadOnlyList<TimeSpan> widths, FleetFilter fleet) => (this with { Fleet = fleet }).Link(widths);

    // Without host and path: the page may stand anywhere behind a proxy.
    private static string Address(List<string> parts) => "?" + string.Join('&', parts);

    /// <summary>Whoever comes without a wish sees the worst first, then the busiest.</summary>
    private static SeriesSnapshot? MostInteresting(IReadOnlyList<SeriesSnapshot> all) => all
        .Where(s => s.Key.IsWhole)
        .OrderByDescending(s => CalibrationStates.Of(s))
        .ThenByDescending(s => s.Predictions)
        .FirstOrDefault();
}

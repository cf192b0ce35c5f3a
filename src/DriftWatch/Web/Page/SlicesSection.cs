using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Json;

namespace DriftWatch.Web.Page;

/// <summary>The slices of the chosen model version, widest ECE above noise first.</summary>
internal static class SlicesSection
{
    private const int MostRows = 50;

    public static void Write(HtmlWriter html, PageView view, SeriesSnapshot series)
    {
        var all = view.Snapshot.Monitor.Series
            .Where(s => s.Key.Slice is not null && s.Key.Model == series.Key.Model && s.Key.Version == series.Key.Version && s.Key.View == series.Key.View.Main())
            .Select(s => (Series: s, Window: Mature(view, s)))
            .OrderByDescending(row => CalibrationStates.Of(row.Series) == CalibrationState.Drifting)
            .ThenByDescending(row => row.Window?.Metrics.EceExcess ?? -1).ToList();
        if (all.Count == 0) return;
        int needed = view.Snapshot.Options.For(series.Key.Model).Threshold.MinLabeled;
        double scale = Math.Clamp(all.Max(row => row.Window?.Metrics.Ece ?? 0) * 1.2, 0.02, 1);
        bool evidence = all.Any(row => row.Series.Detector?.LogThreshold is not null);
        Markup column = evidence ? new("<th scope=\"col\" class=\"evidence-column\">evidence</th>") : Markup.Empty;
        html.Add($"""<h3>Slices</h3><div class="scroll"><table class="slices"><thead><tr><th scope="col">slice</th><th scope="col">state</th><th scope="col" class="wide">ECE</th>{column}<th scope="col" class="num">gap, points</th><th scope="col" class="num">labeled</th><th scope="col" class="num">coverage</th></tr></thead><tbody>""");
        foreach (var (slice, window) in all.Take(MostRows))
        {
            string link = view.Selection.Link(view.Snapshot.Options.Windows, slice);
            html.Add($"""<tr{(slice.Key == series.Key ? Chosen : Markup.Empty)}><th scope="row"><a data-live href="{link}"><bdi>{slice.Key.Slice!.ToString()}</bdi></a></th><td data-label="state">{ModelsSection.Chip(slice)}</td><td class="wide" data-label="ECE">{ModelsSection.Bullet(window, needed, null, scale)}</td>{(evidence ? HtmlWriter.Of(cell => cell.Add($"""<td class="evidence-column" data-label="evidence">{ModelsSection.Evidence(slice)}</td>""")) : Markup.Empty)}<td class="num" data-label="gap, points">{Show.Points(window?.Metrics.Gap)}</td><td class="num" data-label="labeled">{(window is null ? Show.Nothing : Show.Count(window.Labeled))}</td><td class="num" data-label="coverage">{Show.Percent(window?.Metrics.Coverage)}</td></tr>""");
        }

        html.Add($"</tbody></table></div>");
        if (all.Count > MostRows) html.Add($"""<p class="note"><a data-live href="{view.Selection.Link(view.Snapshot.Options.Windows, FleetFilter.None with { Find = series.Key.Model, Slices = true })}">Search all {Show.Count(all.Count)} slices</a></p>""");
    }

    private static readonly Markup Chosen = new(" class=\"chosen\" aria-current=\"true\"");

    private static Core.Windowing.WindowSnapshot? Mature(PageView view, SeriesSnapshot series) =>
        (view.Selection.Width < series.Windows.Count ? series.Windows[view.Selection.Width] : null)?.NewestMature;
}

using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;

namespace DriftWatch.Web.Page;

/// <summary>Further views of the chosen model version's predictions: folded, by predicted class, each class against the rest.</summary>
internal static class ViewsSection
{
    private const int MostRows = 100;

    public static void Write(HtmlWriter html, PageView view, SeriesSnapshot series)
    {
        var all = view.Snapshot.Monitor.Series
            .Where(s => !s.Key.View.IsMain() && s.Key.Model == series.Key.Model && s.Key.Version == series.Key.Version && s.Key.View.Main() == series.Key.View.Main())
            .Select(s => (Series: s, Window: Mature(view, s)))
            .OrderBy(row => row.Series.Key.View).ThenByDescending(row => row.Window?.Metrics.EceExcess ?? -1).ThenBy(row => row.Series.Key.Class, StringComparer.Ordinal).ToList();
        if (all.Count == 0) return;
        int needed = view.Snapshot.Options.For(series.Key.Model).Threshold.MinLabeled;
        double scale = Math.Clamp(all.Max(row => row.Window?.Metrics.Ece ?? 0) * 1.2, 0.02, 1);
        html.Add($"""<h3>Further views</h3><div class="scroll"><table class="slices views"><thead><tr><th scope="col">view</th><th scope="col">state</th><th scope="col" class="wide">ECE</th><th scope="col" class="num">gap, points</th><th scope="col" class="num">labeled</th></tr></thead><tbody>""");
        foreach (var (one, window) in all.Take(MostRows))
        {
            string link = view.Selection.Link(view.Snapshot.Options.Windows, one);
            html.Add($"""<tr{(one.Key == series.Key ? Chosen : Markup.Empty)}><th scope="row"><a data-live href="{link}"><bdi>{one.Key.ViewName}</bdi></a></th><td>{State(one)}</td><td class="wide">{ModelsSection.Bullet(window, needed, null, scale)}</td><td class="num">{Show.Points(window?.Metrics.Gap)}</td><td class="num">{(window is null ? Show.Nothing : Show.Count(window.Labeled))}</td></tr>""");
        }

        html.Add($"</tbody></table></div>");
        if (all.Count > MostRows) html.Add($"""<p class="note">{all.Count - MostRows} more are not shown; <a href="api/v1/series?model={Uri.EscapeDataString(series.Key.Model)}&amp;view=*">the API</a> lists all.</p>""");
    }

    private static readonly Markup Chosen = new(" class=\"chosen\" aria-current=\"true\"");

    private static Markup State(SeriesSnapshot series) =>
        series.IsJudged ? ModelsSection.Chip(series) : HtmlWriter.Of(html => html.Add($"""<span class="muted">not judged</span>"""));

    private static Core.Windowing.WindowSnapshot? Mature(PageView view, SeriesSnapshot series) =>
        (view.Selection.Width < series.Windows.Count ? series.Windows[view.Selection.Width] : null)?.NewestMature;
}

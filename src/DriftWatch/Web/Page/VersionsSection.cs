using DriftWatch.Core.Calibration;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Web.Page;

/// <summary>The versions of the chosen model side by side, each in its newest mature window: what a new one does better or worse, at a glance.</summary>
/// <remarks>Each is of its own traffic. Where versions scored the same requests, <see cref="ComparisonSection"/> says more.</remarks>
internal static class VersionsSection
{
    /// <summary>Most columns, the newest versions.</summary>
    private const int Most = 5;

    public static void Write(HtmlWriter html, PageView view, SeriesSnapshot series)
    {
        var key = series.Key;
        var versions = view.Snapshot.Monitor.Series
            .Where(one => one.Key == key with { Version = one.Key.Version })
            .OrderByDescending(one => one.LastPrediction ?? default).Take(Most)
            .Select(one => (Series: one, Window: view.Selection.Width < one.Windows.Count ? one.Windows[view.Selection.Width].NewestMature : null)).ToList();
        if (versions.Count < 2) return;
        html.Add($"""<h3 id="versions">Versions side by side</h3><div class="scroll"><table class="versions"><thead><tr><td></td>""");
        foreach (var (one, _) in versions)
        {
            string link = view.Selection.Link(view.Snapshot.Options.Windows, one);
            html.Add($"""<th scope="col" class="num{(one.Key == key ? " chosen" : "")}"><a data-live href="{link}"><bdi>{Show.Version(one.Key.Version)}</bdi></a><br>{(one.IsJudged ? ModelsSection.Chip(one) : Markup.Empty)}</th>""");
        }

        html.Add($"</tr></thead><tbody>");
        Row("window, UTC", "window", window => Show.Stretch(window.Start, window.End, view.Snapshot.Options));
        Row("ECE", "ECE", window => Show.Ratio(window.Metrics.Ece));
        Row("noise floor", "noise floor", window => Show.Ratio(window.Metrics.EceNull));
        Row("gap, points", "gap", window => Show.Points(window.Metrics.Gap));
        Row("Brier", "Brier", window => Show.Metric(WindowMetrics.Brier, window.Metrics.Brier));
        Row("log loss", "log loss", window => Show.Metric(WindowMetrics.LogLoss, window.Metrics.LogLoss));
        Row("base rate", "base rate", window => Show.Percent(window.Metrics.BaseRate));
        Row("labeled", "labeled prediction", window => Show.Count(window.Labeled));
        html.Add($"""</tbody></table></div>""");

        void Row(string name, string word, Func<WindowSnapshot, string> value)
        {
            html.Add($"""<tr><th scope="row">{Glossary.Link(name, word)}</th>""");
            foreach (var (one, window) in versions) html.Add($"""<td class="num{(one.Key == key ? " chosen" : "")}">{(window is null ? Show.Nothing : value(window))}</td>""");
            html.Add($"</tr>");
        }
    }
}

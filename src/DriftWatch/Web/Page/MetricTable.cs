using DriftWatch.Core.Calibration;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Web.Page;

/// <summary>Every metric of the catalogue for the window that is shown, with what it means.</summary>
internal static class MetricTable
{
    public static void Write(HtmlWriter html, WindowSnapshot window)
    {
        html.Add($"""<details><summary>All metrics of this window</summary><div class="scroll"><table class="metrics"><thead><tr><th scope="col">metric</th><th scope="col" class="num">value</th><th scope="col">meaning</th></tr></thead><tbody>""");
        foreach (var metric in WindowMetrics.All)
        {
            if (window.Metrics[metric] is not { } value) continue;
            html.Add($"""<tr><th scope="row">{metric.Title}</th><td class="num">{Show.Metric(metric, value)}</td><td class="muted">{metric.Meaning}</td></tr>""");
        }

        html.Add($"</tbody></table></div>");
        AtThresholds(html, window.Thresholds);
        html.Add($"</details>");
    }

    private static void AtThresholds(HtmlWriter html, IReadOnlyList<ThresholdReliability> thresholds)
    {
        if (thresholds.Count == 0) return;
        var known = ThresholdMetrics.All.Where(metric => thresholds.Any(at => metric.Of(at) is not null)).ToList();
        html.Add($"""<div class="scroll"><table class="metrics"><thead><tr><th scope="col">from this confidence on</th>""");
        foreach (var metric in known) html.Add($"""<th scope="col" class="num" title="{metric.Meaning}">{metric.Title}</th>""");
        html.Add($"</tr></thead><tbody>");
        foreach (var at in thresholds)
        {
            html.Add($"""<tr><th scope="row">{at.Threshold}</th>""");
            foreach (var metric in known) html.Add($"""<td class="num">{Show.Metric(metric, metric.Of(at))}</td>""");
            html.Add($"</tr>");
        }

        html.Add($"</tbody></table></div>");
    }
}

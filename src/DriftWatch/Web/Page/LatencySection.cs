using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Serving;

namespace DriftWatch.Web.Page;

/// <summary>How long a model version takes to answer: only where its predictions say.</summary>
internal static class LatencySection
{
    public static void Write(HtmlWriter html, PageView view, SeriesSnapshot series)
    {
        if (series.Latency is not { } latency) return;
        var options = view.Snapshot.Options;
        html.Add($"""<h3 id="latency">Serving latency</h3>""");
        if (latency.Newest is { } newest)
            html.Add($"""<p>{Words(newest.Quantiles)}, {Show.Stretch(newest.Start, newest.End, options)} UTC{(options.For(series.Key.Model).Latency.Limit is { } limit ? $"; limit of p95: {Show.Wait(limit.TotalSeconds)}" : "")}.</p>""");
        else
            html.Add($"""<p class="muted">No latency in the newest windows.</p>""");
        if (latency.Total is { } total) html.Add($"""<p class="note">Since the start: {Words(total)}.</p>""");
        if (latency.Unreadable > 0)
            html.Add($"""<p class="note">{Show.Count(latency.Unreadable)} predictions carried a latency that cannot be read and was left out. Expected {ServingLatency.Expected}: send that, or point input.predictions.latency elsewhere (empty: it is not read).</p>""");
    }

    private static string Words(LatencyQuantiles quantiles) =>
        $"p50 {Show.Wait(quantiles.P50.TotalSeconds)}, p95 {Show.Wait(quantiles.P95.TotalSeconds)}, p99 {Show.Wait(quantiles.P99.TotalSeconds)} over {Show.Count(quantiles.Count)} predictions";
}

using DriftWatch.Core.Monitoring;

namespace DriftWatch.Metrics;

/// <summary>How long a model version takes to answer. What predictions do not say has no sample.</summary>
internal sealed class LatencyFamilies(MetricsPage page)
{
    private static readonly string[] Tags = ["model", "version"];

    private readonly TaggedGauge _median = page.Gauge("driftwatch_latency_median_seconds", "Median serving latency of the newest whole window (latency.window).", Tags);
    private readonly TaggedGauge _p95 = page.Gauge("driftwatch_latency_p95_seconds", "95th percentile of the serving latency of the newest whole window.", Tags);
    private readonly TaggedGauge _p99 = page.Gauge("driftwatch_latency_p99_seconds", "99th percentile of the serving latency of the newest whole window.", Tags);
    private readonly TaggedGauge _predictions = page.Gauge("driftwatch_latency_window_predictions", "Predictions of that window that carried a latency.", Tags);
    private readonly TaggedCounter _unreadable = page.Counter("driftwatch_latency_unreadable_total", "Predictions whose latency could not be read; they count all the same.", Tags);

    public void Export(SeriesSnapshot series)
    {
        if (series.Latency is not { } latency) return;
        string[] tags = [series.Key.Model, series.Key.Version];
        var newest = latency.Newest?.Quantiles;
        _median.Set(newest?.P50.TotalSeconds, tags);
        _p95.Set(newest?.P95.TotalSeconds, tags);
        _p99.Set(newest?.P99.TotalSeconds, tags);
        _predictions.Set(newest?.Count, tags);
        _unreadable.IncTo(latency.Unreadable, tags);
    }
}

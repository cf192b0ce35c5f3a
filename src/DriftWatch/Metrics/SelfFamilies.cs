using DriftWatch.Core.Series;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Metrics;

/// <summary>The page about itself: its size, its bound, and what did not fit.</summary>
internal sealed class SelfFamilies(MetricsPage page, MetricsOptions options, LogCounter log)
{
    private readonly HashSet<(string What, SeriesKey Key)> _refused = [];
    private readonly TaggedGauge _exported = page.Gauge("driftwatch_exported_series", "Time series of DriftWatch's own families on this page.");
    private readonly TaggedGauge _limit = page.Gauge("driftwatch_exported_series_limit", "Most time series on this page.");
    private readonly TaggedCounter _overflows = page.Counter("driftwatch_overflows_total", "Values folded into __other__ or left out for want of room, by what they are.", "what");
    private readonly TaggedCounter _logged = page.Counter("driftwatch_log_messages_total", "Log messages written.", "level");

    /// <summary>Notes that a series is not on the page. It counts once, however often the page is asked for.</summary>
    public void Refuse(string what, SeriesKey series) => _refused.Add((what, series));

    public void Export(ServiceSnapshot snapshot, MetricsPage page)
    {
        if (snapshot.HasState) foreach (var (what, count) in snapshot.Monitor.Overflows) _overflows.IncTo(count, what);
        foreach (string what in (string[])["series", "view"]) _overflows.IncTo(_refused.Count(r => r.What == what), what);
        foreach (var level in LogCounter.Levels) _logged.IncTo(log[level], level.ToString().ToLowerInvariant());
        _limit.Set(options.MaxSeries);
        _exported.Set(0);
        _exported.Set(page.Exported);
    }
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Metrics;

/// <summary>The newest mature window of each width: for what PromQL cannot compute from counters. A gauge for each row of <see cref="WindowMetrics"/> that names a family.</summary>
/// <remarks>
/// A window below the least number of labeled predictions has no calibration gauges, rather than noise or NaN; how many it has, and that it is
/// there, is always told. Windows whose labels still come are not on this page: half-labeled windows lie.
/// </remarks>
internal sealed class WindowFamilies
{
    private readonly Func<SeriesKey, string[]> _tags;
    private readonly TaggedGauge _samples;
    private readonly TaggedGauge? _predictions;
    private readonly TaggedGauge? _end;
    private readonly List<(WindowMetric Metric, TaggedGauge Gauge)> _gauges = [];

    private WindowFamilies(MetricsPage page, string part, string of, string[] names, Func<SeriesKey, string[]> tags, Func<WindowMetric, bool> has)
    {
        _tags = tags;
        foreach (var family in WindowMetrics.All.Where(metric => metric.Family is not null && has(metric)).GroupBy(metric => metric.Family))
        {
            var first = family.First();
            var gauge = page.Gauge($"driftwatch_{part}{family.Key}", of + first.Meaning, first.Tag is { } tag ? [.. names, tag.Name] : names);
            foreach (var metric in family) _gauges.Add((metric, gauge));
        }

        _samples = page.Gauge($"driftwatch_{part}window_labeled_predictions", of + "Labeled predictions of the newest mature window; 0 before the first.", names);
        if (part.Length > 0) return;
        _predictions = page.Gauge("driftwatch_window_predictions", "Predictions of the newest mature window, labeled or not.", names);
        _end = page.Gauge("driftwatch_window_end_timestamp_seconds", "Event-time end of the newest mature window.", names);
    }

    /// <summary>Whole model versions.</summary>
    public static WindowFamilies OfWhole(MetricsPage page) => new(page, "", "", ["model", "version", "window"], _ => [], _ => true);

    /// <summary>Slices, in families of their own: beside the whole, a sum would count everything twice.</summary>
    public static WindowFamilies OfSlices(MetricsPage page) => new(page, "slice_", "Of a slice: ", ["model", "version", "window", "slice"], key => [key.Slice!.ToString()], metric => metric.OfParts);

    /// <summary>Further views: the same predictions again, so that no sum counts them twice.</summary>
    public static WindowFamilies OfViews(MetricsPage page) => new(page, "view_", "Of a further view: ", ["model", "version", "window", "view"], key => [key.ViewName], metric => metric.OfParts);

    public void Export(SeriesSnapshot series, int minLabeled)
    {
        foreach (var windows in series.Windows)
        {
            string[] tags = [series.Key.Model, series.Key.Version, Durations.Name(windows.Width), .. _tags(series.Key)];
            _samples.Set(windows.NewestMature?.Labeled ?? 0, tags);
            if (windows.NewestMature is not { } window) continue;
            _predictions?.Set(window.Predictions, tags);
            _end?.Set(ServiceFamilies.Seconds(window.End), tags);
            foreach (var (metric, gauge) in _gauges)
            {
                if (metric.OfFew || window.Labeled >= minLabeled) gauge.Set(window.Metrics[metric], metric.Tag is { } tag ? [.. tags, tag.Value] : tags);
            }
        }
    }
}

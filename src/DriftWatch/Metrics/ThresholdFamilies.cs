using DriftWatch.Core.Calibration;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;

namespace DriftWatch.Metrics;

/// <summary>The newest mature window of each width at the thresholds that the page is to have: a gauge for each row of <see cref="ThresholdMetrics"/> that names a family.</summary>
internal sealed class ThresholdFamilies
{
    private readonly HashSet<double> _thresholds;
    private readonly List<(ThresholdMetric Metric, TaggedGauge Gauge)> _gauges = [];

    public ThresholdFamilies(MetricsPage page, IEnumerable<double> thresholds)
    {
        _thresholds = [.. thresholds];
        foreach (var family in ThresholdMetrics.All.Where(metric => metric.Family is not null).GroupBy(metric => metric.Family))
        {
            string[] tags = ["model", "version", "window", "threshold", .. family.Select(metric => metric.Tag?.Name).OfType<string>().Distinct()];
            var gauge = page.Gauge($"driftwatch_{family.Key}", family.First().Meaning, tags);
            foreach (var metric in family) _gauges.Add((metric, gauge));
        }
    }

    public void Export(SeriesSnapshot series, int minLabeled)
    {
        foreach (var windows in series.Windows)
        {
            if (windows.NewestMature is not { } window || window.Labeled < minLabeled) continue;
            foreach (var at in window.Thresholds.Where(at => _thresholds.Contains(at.Threshold)))
            {
                string[] tags = [series.Key.Model, series.Key.Version, Durations.Name(windows.Width), $"{at.Threshold}"];
                foreach (var (metric, gauge) in _gauges) gauge.Set(metric.Of(at), metric.Tag is { } tag ? [.. tags, tag.Value] : tags);
            }
        }
    }
}

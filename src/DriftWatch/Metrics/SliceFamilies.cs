using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Json;

namespace DriftWatch.Metrics;

/// <summary>One slice of a model version, in families of its own: beside the whole, a sum would count everything twice.</summary>
internal sealed class SliceFamilies(MetricsPage page)
{
    private static readonly string[] Tags = ["model", "version", "window", "slice"];

    private readonly TaggedGauge _ece = page.Gauge("driftwatch_slice_ece_ratio", "ECE of the slice in the newest mature window.", Tags);
    private readonly TaggedGauge _floor = page.Gauge("driftwatch_slice_ece_null_ratio", "ECE that a perfectly calibrated model would show on average in the slice.", Tags);
    private readonly TaggedGauge _samples = page.Gauge("driftwatch_slice_window_samples", "Joined outcomes of the slice in the newest mature window.", Tags);

    public static int Cost(MonitorOptions options) => 3 * options.Windows.Count;

    public void Tell(SeriesSnapshot series, int minSamples)
    {
        foreach (var windows in series.Windows)
        {
            string[] tags = [series.Key.Model, series.Key.Version, Durations.Name(windows.Width), series.Key.Slice!.ToString()];
            _samples.Set(windows.NewestMature?.Labeled ?? 0, tags);
            if (windows.NewestMature is not { } window || window.Labeled < minSamples) continue;
            _ece.Set(window.Metrics.Ece, tags);
            _floor.Set(window.Metrics.EceNull, tags);
        }
    }
}

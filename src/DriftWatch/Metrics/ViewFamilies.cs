using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Json;

namespace DriftWatch.Metrics;

/// <summary>Further views of a model version, in families of their own: the same predictions again, so that no sum counts them twice.</summary>
internal sealed class ViewFamilies(MetricsPage page)
{
    private static readonly string[] Tags = ["model", "version", "window", "view"];

    private readonly TaggedGauge _ece = page.Gauge("driftwatch_view_ece_ratio", "ECE of a further view of the predictions in the newest mature window.", Tags);
    private readonly TaggedGauge _floor = page.Gauge("driftwatch_view_ece_null_ratio", "ECE that a perfectly calibrated model would show on average in the view.", Tags);
    private readonly TaggedGauge _bias = page.Gauge("driftwatch_view_bias_ratio", "Mean claimed probability minus observed frequency of the view in the newest mature window.", Tags);
    private readonly TaggedGauge _samples = page.Gauge("driftwatch_view_window_samples", "Joined outcomes of the view in the newest mature window.", Tags);
    private readonly TaggedGauge _classWise = page.Gauge("driftwatch_classwise_ece_ratio", "Mean over all watched classes of the ECE of one class against the rest, in the newest mature window.", "model", "version", "window");

    /// <summary>Time series of one view.</summary>
    public static int Cost(MonitorOptions options) => 4 * options.Windows.Count;

    /// <summary>Time series of one model version.</summary>
    public static int WholeCost(MonitorOptions options) => options.Windows.Count;

    public void Tell(SeriesSnapshot series, int minSamples)
    {
        foreach (var windows in series.Windows)
        {
            string[] tags = [series.Key.Model, series.Key.Version, Durations.Name(windows.Width), series.Key.ViewName];
            _samples.Set(windows.NewestMature?.Labeled ?? 0, tags);
            if (windows.NewestMature is not { } window || window.Labeled < minSamples) continue;
            _ece.Set(window.Metrics.Ece, tags);
            _floor.Set(window.Metrics.EceNull, tags);
            _bias.Set(window.Metrics.Gap, tags);
        }
    }

    /// <summary>What the views of all classes say together.</summary>
    public void TellWhole(SeriesSnapshot series, int minSamples)
    {
        foreach (var windows in series.Windows)
        {
            if (windows.NewestMature is not { Metrics.ClasswiseEce: { } error } window || window.Labeled < minSamples) continue;
            _classWise.Set(error, series.Key.Model, series.Key.Version, Durations.Name(windows.Width));
        }
    }
}

using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;
using DriftWatch.Json;

namespace DriftWatch.Metrics;

/// <summary>The newest mature window of each width: for what PromQL cannot compute from counters.</summary>
/// <remarks>
/// A window below the least number of outcomes has no calibration gauges, rather than noise or NaN; how many outcomes it has, and that it is
/// there, is always told. Windows whose labels still come are not on this page: half-labeled windows lie.
/// </remarks>
internal sealed class WindowFamilies(MetricsPage page)
{
    /// <summary>Time series of one width.</summary>
    public const int Cost = 14;

    private static readonly string[] Tags = ["model", "version", "window"];

    private readonly TaggedGauge _ece = page.Gauge("driftwatch_ece_ratio", "Expected calibration error, 15 equal-width bins, of the newest mature window.", Tags);
    private readonly TaggedGauge _floor = page.Gauge("driftwatch_ece_null_ratio", "ECE that a perfectly calibrated model would show on average with these confidences: the noise floor.", Tags);
    private readonly TaggedGauge _excess = page.Gauge("driftwatch_ece_excess_ratio", "ECE above its noise floor; 0 where it is below.", Tags);
    private readonly TaggedGauge _bound = page.Gauge("driftwatch_ece_bound_ratio", "Bounds of the 95 % interval of the ECE.", [.. Tags, "bound"]);
    private readonly TaggedGauge _mce = page.Gauge("driftwatch_mce_ratio", "Largest gap of a bin with at least 30 joined outcomes.", Tags);
    private readonly TaggedGauge _significantMce = page.Gauge("driftwatch_significant_mce_ratio", "How far the worst bin's gap surely is from 0, all bins considered; 0 where noise explains them all.", Tags);
    private readonly TaggedGauge _adaptiveEce = page.Gauge("driftwatch_adaptive_ece_ratio", "ECE over 15 bins that hold equally many joined outcomes.", Tags);
    private readonly TaggedGauge _auroc = page.Gauge("driftwatch_auroc_ratio", "Share of (positive, negative) pairs that the probabilities put in order; within the bounds that the API tells.", Tags);
    private readonly TaggedGauge _bias = page.Gauge("driftwatch_bias_ratio", "Mean predicted probability minus observed frequency; above 0 is over-confident.", Tags);
    private readonly TaggedGauge _brier = page.Gauge("driftwatch_brier_score", "Mean squared error of the predicted probabilities.", Tags);
    private readonly TaggedGauge _samples = page.Gauge("driftwatch_window_samples", "Joined outcomes of the newest mature window; 0 before the first.", Tags);
    private readonly TaggedGauge _end = page.Gauge("driftwatch_window_end_timestamp_seconds", "Event-time end of the newest mature window.", Tags);
    private readonly TaggedGauge _coverage = page.Gauge("driftwatch_window_coverage_ratio", "Share of the window's predictions that were joined with an outcome.", Tags);

    public void Tell(string model, string version, WindowSeries windows, int minSamples)
    {
        string width = Durations.Name(windows.Width);
        string[] tags = [model, version, width];
        _samples.Set(windows.NewestMature?.Labeled ?? 0, tags);
        if (windows.NewestMature is not { } window) return;
        _end.Set(ServiceFamilies.Seconds(window.End), tags);
        _coverage.Set(window.Metrics.Coverage, tags);
        if (window.Labeled < minSamples) return;
        var metrics = window.Metrics;
        _ece.Set(metrics.Ece, tags);
        _floor.Set(metrics.EceNull, tags);
        _excess.Set(metrics.EceExcess, tags);
        _bound.Set(metrics.EceLower, model, version, width, "lower");
        _bound.Set(metrics.EceUpper, model, version, width, "upper");
        _mce.Set(metrics.Mce, tags);
        _significantMce.Set(metrics.SignificantMce, tags);
        _adaptiveEce.Set(metrics.EceEqualMass, tags);
        _auroc.Set(metrics.Discrimination?.Auroc, tags);
        _bias.Set(metrics.Gap, tags);
        _brier.Set(metrics.Brier, tags);
    }
}

using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.EarlyWarning.Watches;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Metrics;

/// <summary>What is known of a model version before, or without, a decision. What is not known yet has no sample.</summary>
internal sealed class EarlyWarningFamilies(MetricsPage page)
{
    private static readonly string[] Tags = ["model", "version"];

    private readonly TaggedGauge _warning = page.Gauge("driftwatch_early_warning", "Whether an early warning stands, by what it is about.", [.. Tags, "kind"]);
    private readonly TaggedGauge _referenceEnd = page.Gauge("driftwatch_reference_end_timestamp_seconds", "Event-time end of the reference that windows are compared with.", Tags);
    private readonly TaggedGauge _psi = page.Gauge("driftwatch_population_stability_index", "Population stability index of the newest window's confidences against the reference, 20 equal-mass regions.", Tags);
    private readonly TaggedGauge _psiNull = page.Gauge("driftwatch_population_stability_index_null", "Population stability index that chance alone would show on average.", Tags);
    private readonly TaggedGauge _predictionsZ = page.Gauge("driftwatch_prediction_drift_z_score", "Standard deviations of the confidences from the reference, beyond what its own windows differed.", Tags);
    private readonly TaggedGauge _jensenShannon = page.Gauge("driftwatch_prediction_jensen_shannon_distance", "Jensen-Shannon distance of the confidences from the reference, base 2.", Tags);
    private readonly TaggedGauge _kolmogorov = page.Gauge("driftwatch_prediction_kolmogorov_smirnov_distance", "Largest distance of the distribution functions of the confidences, now and in the reference.", Tags);
    private readonly TaggedGauge _cramersV = page.Gauge("driftwatch_prediction_cramers_v", "Effect size of the two-sample chi-square of the confidences, 0 to 1.", Tags);
    private readonly TaggedGauge _expectedAccuracy = page.Gauge("driftwatch_expected_accuracy_ratio", "Accuracy to expect of the newest window, assuming the calibration of the reference.", Tags);
    private readonly TaggedGauge _expectedAuroc = page.Gauge("driftwatch_expected_auroc_ratio", "AUROC to expect of the newest window, assuming the calibration of the reference.", Tags);
    private readonly TaggedGauge _referenceAccuracy = page.Gauge("driftwatch_reference_accuracy_ratio", "Accuracy of the reference.", Tags);
    private readonly TaggedGauge _change = page.Gauge("driftwatch_accuracy_change_ratio", "Change of accuracy against the reference, newest mature window; the parts add up.", [.. Tags, "part"]);
    private readonly TaggedGauge _least = page.Gauge("driftwatch_confidence_min_ratio", "Least confidence of the newest mature window, rounded down to its bin.", Tags);
    private readonly TaggedGauge _median = page.Gauge("driftwatch_confidence_median_ratio", "Median confidence of the newest mature window, middle of its bin.", Tags);
    private readonly TaggedGauge _greatest = page.Gauge("driftwatch_confidence_max_ratio", "Greatest confidence of the newest mature window, rounded up to its bin.", Tags);
    private readonly TaggedGauge _mean = page.Gauge("driftwatch_confidence_mean_ratio", "Mean confidence of the labeled predictions of the newest mature window.", Tags);
    private readonly TaggedGauge _deviation = page.Gauge("driftwatch_confidence_stddev_ratio", "Standard deviation of the confidences of the labeled predictions of the newest mature window.", Tags);
    private readonly TaggedGauge _volume = page.Gauge("driftwatch_volume_expected_predictions", "Predictions that the newest whole hour should have had, by the same hour of earlier weeks.", Tags);
    private readonly TaggedGauge _volumeZ = page.Gauge("driftwatch_volume_z_score", "Standard deviations of its predictions from that, overdispersion allowed for.", Tags);
    private readonly TaggedGauge _completeness = page.Gauge("driftwatch_completeness_ratio", "Share of the newest mature window's predictions that got their label.", Tags);
    private readonly TaggedGauge _completenessBefore = page.Gauge("driftwatch_completeness_reference_ratio", "Share of the reference's predictions that got their label.", Tags);
    private readonly TaggedGauge _delayMedian = page.Gauge("driftwatch_label_delay_median_seconds", "Median label delay in the newest mature window.", Tags);
    private readonly TaggedGauge _delayP95 = page.Gauge("driftwatch_label_delay_p95_seconds", "95th percentile of the label delay in the newest mature window.", Tags);
    private readonly TaggedGauge _spread = page.Gauge("driftwatch_label_selection_spread_ratio", "Standard deviation of the gap over tenths of the label delay, beyond chance.", Tags);
    private readonly TaggedGauge _selectionZ = page.Gauge("driftwatch_label_selection_z_score", "Standard deviations by which the gap differs between early and late labels.", Tags);
    private readonly TaggedGauge _latencyBefore = page.Gauge("driftwatch_latency_reference_p95_seconds", "95th percentile of the serving latency of the reference.", Tags);
    private readonly TaggedGauge _latencyZ = page.Gauge("driftwatch_latency_z_score", "Standard deviations of the serving latencies from the reference, beyond what its own windows differed.", Tags);
    private readonly TaggedGauge _coverage = page.Gauge("driftwatch_prediction_set_coverage_ratio", "Share of the newest mature window's prediction sets that held what happened.", Tags);
    private readonly TaggedGauge _target = page.Gauge("driftwatch_prediction_set_target_ratio", "Coverage that was promised.", Tags);
    private readonly TaggedGauge _answered = page.Gauge("driftwatch_prediction_set_answered_ratio", "Share of its predictions that have an answer: a set that is not empty.", Tags);
    private readonly TaggedGauge _alpha = page.Gauge("driftwatch_prediction_set_adaptive_alpha", "Alpha that sets would need now to miss as often as allowed; below 0 and above 1 for a while.", Tags);

    public void Export(SeriesSnapshot series)
    {
        if (series.EarlyWarning is not { } early) return;
        string[] tags = [series.Key.Model, series.Key.Version];
        foreach (var kind in WarningKinds.All) _warning.Set(early.Warnings.Any(warning => warning.Kind == kind) ? 1 : 0, [.. tags, kind.Name()]);
        _referenceEnd.Set(ServiceFamilies.Seconds(early.Reference?.To), tags);
        _referenceAccuracy.Set(early.Reference?.Accuracy, tags);
        if (early.Predictions is { } predictions) ExportPredictions(predictions, tags);
        if (early.Outcomes is { } outcomes) ExportOutcomes(outcomes, tags);
        if (early.Scores is { } scores) ExportScores(scores, tags);
        _volume.Set(early.Volume?.Expected, tags);
        _volumeZ.Set(early.Volume?.Z, tags);
        _delayMedian.Set(early.Labels?.Delay?.Median.TotalSeconds, tags);
        _delayP95.Set(early.Labels?.Delay?.P95.TotalSeconds, tags);
        _spread.Set(early.Labels?.Selection?.Spread, tags);
        _selectionZ.Set(early.Labels?.Selection?.Z, tags);
        _latencyBefore.Set(early.Latency?.Reference.P95.TotalSeconds, tags);
        _latencyZ.Set(early.Latency?.Z, tags);
        _alpha.Set(early.AdaptiveAlpha, tags);
    }

    private void ExportPredictions(PredictionReading reading, string[] tags)
    {
        _psi.Set(reading.Comparison.Psi, tags);
        _psiNull.Set(reading.Comparison.PsiNull, tags);
        _predictionsZ.Set(reading.Z, tags);
        _jensenShannon.Set(reading.Comparison.JensenShannonDistance, tags);
        _kolmogorov.Set(reading.Distribution.Distance, tags);
        _cramersV.Set(reading.Comparison.CramersV, tags);
        _expectedAccuracy.Set(reading.Expected.Accuracy, tags);
        _expectedAuroc.Set(reading.Expected.Auroc, tags);
    }

    private void ExportOutcomes(OutcomeReading reading, string[] tags)
    {
        _completeness.Set(reading.Completeness.Share, tags);
        _completenessBefore.Set(reading.Completeness.Reference, tags);
        _change.Set(reading.Attribution?.Traffic, [.. tags, "traffic"]);
        _change.Set(reading.Attribution?.Calibration, [.. tags, "calibration"]);
        _coverage.Set(reading.Coverage?.Coverage, tags);
        _target.Set(1 - reading.Coverage?.Alpha, tags);
        _answered.Set(reading.Coverage?.AnsweredShare, tags);
    }

    private void ExportScores(ScoreStatistics scores, string[] tags)
    {
        _least.Set(scores.Least.Lower, tags);
        _median.Set((scores.Median.Lower + scores.Median.Upper) / 2, tags);
        _greatest.Set(scores.Greatest.Upper, tags);
        _mean.Set(scores.Mean, tags);
        _deviation.Set(scores.Deviation, tags);
    }
}

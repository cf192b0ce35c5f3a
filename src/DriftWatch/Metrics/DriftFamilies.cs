using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Json;

namespace DriftWatch.Metrics;

/// <summary>Where the sequential detector stands with a model version, its slices and its watched views; each in families of its own.</summary>
/// <remarks>A series that another rule watches tells nothing here. What is not known yet, or only during an episode, is not on the page.</remarks>
internal sealed class DriftFamilies(MetricsPage page)
{
    private static readonly string[] Whole = ["model", "version"];
    private static readonly DetectorWait[] Waits = [DetectorWait.LearningClaims, DetectorWait.LearningDependence, DetectorWait.MissingLabels];

    private readonly TaggedGauge _evidence = page.Gauge("driftwatch_drift_log_evidence", "Natural logarithm of the evidence that outcomes differ from claims by more than the tolerance.", Whole);
    private readonly TaggedGauge _threshold = page.Gauge("driftwatch_drift_log_evidence_threshold", "What the logarithm of the evidence must reach for an alarm; pending from 4.6 below.", Whole);
    private readonly TaggedGauge _ignoring = page.Gauge("driftwatch_drift_log_evidence_ignoring_missing", "The same evidence if missing labels were like the others.", Whole);
    private readonly TaggedGauge _relative = page.Gauge("driftwatch_drift_log_evidence_relative", "Natural logarithm of the evidence that the model version is worse than its reference.", Whole);
    private readonly TaggedGauge _recovery = page.Gauge("driftwatch_drift_log_recovery", "During an episode: natural logarithm of the evidence that it is over.", Whole);
    private readonly TaggedGauge _recoveryThreshold = page.Gauge("driftwatch_drift_log_recovery_threshold", "During an episode: what the evidence that it is over must reach.", Whole);
    private readonly TaggedGauge _onset = page.Gauge("driftwatch_drift_onset_timestamp_seconds", "Event time since which the evidence has gathered, while pending or in an episode.", Whole);
    private readonly TaggedGauge _overdispersion = page.Gauge("driftwatch_overdispersion_ratio", "By how much outcomes vary more than independent ones would; evidence is divided by it.", Whole);
    private readonly TaggedGauge _block = page.Gauge("driftwatch_drift_block_seconds", "Length of the blocks over which dependence is measured.", Whole);
    private readonly TaggedGauge _completeness = page.Gauge("driftwatch_label_completeness_ratio", "Labeled share of the newest judged predictions.", Whole);
    private readonly TaggedGauge _tolerance = page.Gauge("driftwatch_drift_tolerance_ratio", "By how much outcomes may differ from claims, in probability.", Whole);
    private readonly TaggedGauge _logOddsTolerance = page.Gauge("driftwatch_drift_log_odds_tolerance", "By how much outcomes may differ from claims, in log-odds.", Whole);
    private readonly TaggedGauge _shared = page.Gauge("driftwatch_drift_alarm_family_series", "Series that share the false-alarm rate with the model version, itself among them.", Whole);
    private readonly TaggedGauge _waiting = page.Gauge("driftwatch_drift_waiting", "Whether no decision can fall for this reason; all 0 where nothing is waited for.", [.. Whole, "reason"]);
    private readonly TaggedGauge _sliceEvidence = page.Gauge("driftwatch_slice_drift_log_evidence", "Natural logarithm of the evidence against the slice.", [.. Whole, "slice"]);
    private readonly TaggedGauge _sliceThreshold = page.Gauge("driftwatch_slice_drift_log_evidence_threshold", "What the logarithm of the evidence against the slice must reach for an alarm.", [.. Whole, "slice"]);
    private readonly TaggedGauge _sliceDrifting = page.Gauge("driftwatch_slice_drifting", "Whether the slice is in an episode of drift.", [.. Whole, "slice"]);
    private readonly TaggedGauge _viewDrifting = page.Gauge("driftwatch_view_drifting", "Whether the view is in an episode of drift.", [.. Whole, "view"]);
    private readonly TaggedGauge _viewEvidence = page.Gauge("driftwatch_view_drift_log_evidence", "Natural logarithm of the evidence against a watched further view.", [.. Whole, "view"]);
    private readonly TaggedGauge _viewThreshold = page.Gauge("driftwatch_view_drift_log_evidence_threshold", "What the logarithm of the evidence against the view must reach for an alarm.", [.. Whole, "view"]);

    public void Export(SeriesSnapshot series)
    {
        if (series.Detector is not { LogThreshold: not null } detector) return;
        string[] tags = [series.Key.Model, series.Key.Version];
        _evidence.Set(detector.LogEvidence, tags);
        _threshold.Set(detector.LogThreshold, tags);
        _ignoring.Set(detector.LogEvidenceIgnoringMissing, tags);
        _relative.Set(detector.LogEvidenceRelative, tags);
        _recovery.Set(detector.LogRecovery, tags);
        _recoveryThreshold.Set(detector.LogRecoveryThreshold, tags);
        _onset.Set(ServiceFamilies.Seconds(detector.Onset), tags);
        _overdispersion.Set(detector.Overdispersion, tags);
        _block.Set(detector.Block?.TotalSeconds, tags);
        _completeness.Set(detector.Completeness, tags);
        _tolerance.Set(detector.Tolerance, tags);
        _logOddsTolerance.Set(detector.LogOddsTolerance, tags);
        _shared.Set(detector.SharedBy, tags);
        foreach (var wait in Waits) _waiting.Set(detector.WaitsFor == wait ? 1 : 0, [.. tags, wait.Name()!]);
    }

    public void ExportSlice(SeriesSnapshot series)
    {
        _sliceEvidence.Set(series.Detector?.LogEvidence, series.Key.Model, series.Key.Version, series.Key.Slice!.ToString());
        _sliceDrifting.Set(CalibrationStates.Of(series) == CalibrationState.Drifting ? 1 : 0, series.Key.Model, series.Key.Version, series.Key.Slice!.ToString());
        _sliceThreshold.Set(series.Detector?.LogThreshold, series.Key.Model, series.Key.Version, series.Key.Slice!.ToString());
    }

    public void ExportView(SeriesSnapshot series)
    {
        _viewEvidence.Set(series.Detector?.LogEvidence, series.Key.Model, series.Key.Version, series.Key.ViewName);
        _viewDrifting.Set(CalibrationStates.Of(series) == CalibrationState.Drifting ? 1 : 0, series.Key.Model, series.Key.Version, series.Key.ViewName);
        _viewThreshold.Set(series.Detector?.LogThreshold, series.Key.Model, series.Key.Version, series.Key.ViewName);
    }
}

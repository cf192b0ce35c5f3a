using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Json;

namespace DriftWatch.Metrics;

/// <summary>Where models stand over all their versions: families of their own, so that no sum over versions counts anything twice.</summary>
/// <remarks>Not on the page for a model that has had one version only.</remarks>
internal sealed class AcrossVersionsFamilies(MetricsPage page)
{
    private readonly TaggedGauge _drifting = page.Gauge("driftwatch_model_drifting", "Whether the model over all its versions is in an episode of drift; absent with one version.", "model");
    private readonly TaggedGauge _evidence = page.Gauge("driftwatch_model_drift_log_evidence", "Natural logarithm of the evidence against the model over all its versions.", "model");
    private readonly TaggedGauge _threshold = page.Gauge("driftwatch_model_drift_log_evidence_threshold", "What the logarithm of the evidence against the model over all its versions must reach for an alarm.", "model");
    private readonly TaggedGauge _onset = page.Gauge("driftwatch_model_drift_onset_timestamp_seconds", "Event time since which that evidence has gathered, while pending or in an episode.", "model");

    private readonly TaggedGauge _states = page.Gauge("driftwatch_model_episode_states", "Episodes of drift of the model over all its versions that last, by how far they have come; as driftwatch_episode_states.", "model", "state");
    private readonly TaggedGauge _lastRequest = page.Gauge("driftwatch_model_recalibration_last_request_timestamp_seconds", "Event time of the last request for the model over all its versions; 0 if none.", "model");

    /// <remarks>Of a model with versions in both views, what stands worst.</remarks>
    public void Export(ModelSnapshot model)
    {
        if (model.AcrossVersions.MaxBy(CalibrationStates.Of) is not { } across) return;
        _drifting.Set(CalibrationStates.Of(across) == CalibrationState.Drifting ? 1 : 0, model.Model);
        _evidence.Set(across.Detector.LogEvidence, model.Model);
        _threshold.Set(across.Detector.LogThreshold, model.Model);
        _onset.Set(ServiceFamilies.Seconds(across.Detector.Onset), model.Model);
        foreach (var state in DriftNames.LastingStates) _states.Set(model.AcrossVersions.Count(each => each.State == state), model.Model, state.Name());
        _lastRequest.Set(ServiceFamilies.Seconds(model.AcrossVersions.Max(each => each.LastRequest)) ?? 0, model.Model);
    }
}

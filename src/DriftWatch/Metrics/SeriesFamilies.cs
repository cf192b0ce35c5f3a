using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Json;
using DriftWatch.Pipeline;

namespace DriftWatch.Metrics;

/// <summary>One model version: its counters, its bins, its state, its requests, and the newest mature window of each width.</summary>
internal sealed class SeriesFamilies(MetricsPage page)
{
    private static readonly string[] SuppressedReasons = ["cooldown", "covered", "disabled", "insufficient_labels", "mapped", "superseded"];

    private readonly TaggedCounter _predictions = page.Counter("driftwatch_predictions_total", "Valid predictions accepted.", "model", "version");
    private readonly TaggedCounter _joins = page.Counter("driftwatch_joins_total", "Predictions joined with their label.", "model", "version");
    private readonly TaggedCounter _expired = page.Counter("driftwatch_predictions_expired_total", "Predictions dropped: no label within the horizon.", "model", "version");
    private readonly TaggedCounter _squaredError = page.Counter("driftwatch_squared_error_total", "Sum of squared errors of mature predictions, the numerator of the Brier score.", "model", "version");
    private readonly TaggedCounter _logLoss = page.Counter("driftwatch_log_loss_nats_total", "Sum of the log loss of mature predictions, probabilities clipped.", "model", "version");
    private readonly TaggedGauge _state = page.Gauge("driftwatch_calibration_state", "What can be said about the calibration; exactly one state is 1.", "model", "version", "driftwatch_calibration_state");
    private readonly TaggedCounter _requests = page.Counter("driftwatch_recalibration_requests_total", "Request events acknowledged by Kafka.", "model", "version");
    private readonly TaggedCounter _suppressed = page.Counter("driftwatch_recalibration_requests_suppressed_total", "Requests that were due and not sent.", "model", "version", "reason");
    private readonly TaggedGauge _lastRequest = page.Gauge("driftwatch_recalibration_last_request_timestamp_seconds", "Event time of the last request; 0 if none.", "model", "version");
    private readonly TaggedGauge _episodes = page.Gauge("driftwatch_episodes", "Episodes of drift that last, by what part of the model version they are of: the whole, slices, further views.", "model", "version", "part");
    private readonly TaggedGauge _states = page.Gauge("driftwatch_episode_states", "Episodes of drift that last, slices and further views among them, by how far they have come: firing, cooling (requested), answered, dismissed, ineffective, worsened.", "model", "version", "state");
    private readonly TaggedGauge _gap = page.Gauge("driftwatch_gap_at_all_times_ratio", "Bounds of a 95 % interval for the mean gap of a version so far that holds at all times together: it may be looked at, and alerted from, at every scrape.", "model", "version", "bound");
    private readonly BinFamilies _bins = new(page);
    private readonly WindowFamilies _windows = WindowFamilies.OfWhole(page);

    /// <param name="series">The whole traffic of a model version.</param>
    /// <param name="snapshot">Where it is from.</param>
    /// <param name="all">It, its slices and its further views.</param>
    public void Export(SeriesSnapshot series, ServiceSnapshot snapshot, IReadOnlyList<SeriesSnapshot> all)
    {
        var (model, version) = (series.Key.Model, series.Key.Version);
        _predictions.IncTo(series.Predictions, model, version);
        _joins.IncTo(series.Matched, model, version);
        _expired.IncTo(series.Expired, model, version);
        _squaredError.IncTo(series.SquaredErrorSum, model, version);
        _logLoss.IncTo(series.LogLossSum, model, version);
        var state = CalibrationStates.Of(series);
        foreach (var each in CalibrationStates.All) _state.Set(each == state ? 1 : 0, model, version, each.Name());
        ExportRequests(series, snapshot, all);
        _gap.Set(series.GapAtAllTimes?.Lower, model, version, "lower");
        _gap.Set(series.GapAtAllTimes?.Upper, model, version, "upper");
        foreach (var bin in series.Bins) _bins.Export(model, version, bin, series.Bins.Count);
        _windows.Export(series, snapshot.Options.For(model).Threshold.MinLabeled);
    }

    /// <summary>Episodes and requests of a version's slices and views count for the version: the event names the slice.</summary>
    private void ExportRequests(SeriesSnapshot series, ServiceSnapshot snapshot, IReadOnlyList<SeriesSnapshot> all)
    {
        var (model, version) = (series.Key.Model, series.Key.Version);
        _requests.IncTo(snapshot.RequestsBySeries.GetValueOrDefault((model, version)), model, version);
        foreach (string reason in SuppressedReasons.Union(all.SelectMany(s => s.Suppressed.Keys)))
        {
            _suppressed.IncTo(all.Sum(s => s.Suppressed.GetValueOrDefault(reason)), model, version, reason);
        }

        // Counted here, so that an episode of a slice is seen though the slice found no room on the page.
        _episodes.Set(Episodes(s => s.Key.IsWhole), model, version, "whole");
        _episodes.Set(Episodes(s => s.Key.Slice is not null), model, version, "slices");
        _episodes.Set(Episodes(s => !s.Key.IsWhole && s.Key.Slice is null), model, version, "views");
        foreach (var state in DriftNames.LastingStates) _states.Set(all.Count(s => s.State == state), model, version, state.Name());
        int Episodes(Func<SeriesSnapshot, bool> part) => all.Count(s => part(s) && CalibrationStates.Of(s) == CalibrationState.Drifting);

        _lastRequest.Set(ServiceFamilies.Seconds(all.Max(s => s.LastRequest)) ?? 0, model, version);
    }
}

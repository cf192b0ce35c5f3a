using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Pipeline;

namespace DriftWatch.Metrics;

/// <summary>What is known of a model over all its versions: its policy as series, so that one alert rule serves all models.</summary>
internal sealed class ModelFamilies(MetricsPage page)
{
    /// <summary>Stands for labels whose prediction never came, so that nobody knows the model.</summary>
    public const string UnknownModel = "__unknown__";

    private readonly TaggedGauge _info = page.Gauge("driftwatch_model_info", "Static configuration of a monitored model; join to route alerts by team.", "model", "team", "task", "binning");
    private readonly TaggedGauge _threshold = page.Gauge("driftwatch_ece_threshold_ratio", "Configured ECE threshold of alerts; under the threshold rule critical starts an episode, below warning it ends.", "model", "severity");
    private readonly TaggedGauge _minimum = page.Gauge("driftwatch_min_window_labeled_predictions", "Labeled predictions a window needs before it is judged.", "model");
    private readonly TaggedGauge _horizon = page.Gauge("driftwatch_join_horizon_seconds", "Time that a prediction waits for its label.", "model");
    private readonly TaggedGauge _latencyLimit = page.Gauge("driftwatch_latency_limit_seconds", "Configured limit of the p95 of the serving latency; absent where there is none.", "model");
    private readonly TaggedGauge _mostDisagreeing = page.Gauge("driftwatch_comparison_disagreeing_limit_ratio", "Configured share of requests on which versions may disagree (compare.mostDisagreeing); absent where there is none.", "model");
    private readonly TaggedCounter _labels = page.Counter("driftwatch_labels_total", "Valid labels accepted.", "model");
    private readonly TaggedCounter _orphaned = page.Counter("driftwatch_labels_orphaned_total", "Labels dropped: no prediction within the horizon.", "model");
    private readonly TaggedCounter _causes = page.Counter("driftwatch_labels_orphaned_by_cause_total", "Labels dropped, by why: no_prediction of the id, other_model or version than the label names, too_early (lead), too_late (horizon).", "model", "cause");
    private readonly DelayHistogram _outside = page.Histogram("driftwatch_label_outside_seconds", "Event-time distance from their prediction of labels dropped as too_early or too_late.", LabelDelays.UpperBounds, "model", "cause");
    private readonly TaggedCounter _duplicates = page.Counter("driftwatch_model_duplicates_total", "Predictions ignored: their id, model and version had been processed.", "model");
    private readonly TaggedCounter _late = page.Counter("driftwatch_model_late_dropped_total", "Predictions behind the watermark by more than the retention.", "model");
    private readonly TaggedGauge _pending = page.Gauge("driftwatch_pending_predictions", "Predictions in the join buffer that wait for their label.", "model");
    private readonly DelayHistogram _delay = page.Histogram("driftwatch_join_delay_seconds", "Event-time delay between prediction and label.", LabelDelays.UpperBounds, "model");
    private readonly DriftPolicyFamilies _drift = new(page);
    private readonly AcrossVersionsFamilies _across = new(page);
    private readonly TaggedGauge _lastJoin = page.Gauge("driftwatch_last_join_timestamp_seconds", "Event time of the model's newest join.", "model");

    public void Export(ServiceSnapshot snapshot)
    {
        foreach (string model in snapshot.Options.Models.Keys.Union(snapshot.Monitor.Models.Select(m => m.Model))) ExportPolicy(model, snapshot);

        foreach (var model in snapshot.Monitor.Models)
        {
            _labels.IncTo(model.Labels, model.Model);
            ExportOrphans(model.Orphans, model.Model);
            _duplicates.IncTo(model.Duplicates, model.Model);
            _late.IncTo(model.Late, model.Model);
            _pending.Set(model.Pending, model.Model);
            _across.Export(model);
            _delay.Follow(model.DelayCounts, model.DelaySumSeconds, model.Model);
            _lastJoin.Set(ServiceFamilies.Seconds(snapshot.Monitor.Series.Where(s => s.Key.Model == model.Model).Max(s => s.LastMatch)), model.Model);
        }

        ExportOrphans(snapshot.Monitor.Orphans, UnknownModel);
    }

    private void ExportOrphans(OrphanSnapshot orphans, string model)
    {
        _orphaned.IncTo(orphans.Total, model);
        foreach (var (cause, count) in orphans.Causes) _causes.IncTo(count, model, cause);
        if (orphans.Early.Count > 0) _outside.Follow(orphans.Early.Counts, orphans.Early.SumSeconds, model, "too_early");
        if (orphans.Late.Count > 0) _outside.Follow(orphans.Late.Counts, orphans.Late.SumSeconds, model, "too_late");
    }

    private void ExportPolicy(string model, ServiceSnapshot snapshot)
    {
        var policy = snapshot.Options.For(model);
        string task = snapshot.Monitor.Series.FirstOrDefault(s => s.Key.Model == model && s.Key.IsWhole)?.Key.View.Name() ?? "";
        _info.Set(1, model, policy.Team, task, "equal_width");
        _drift.Export(model, policy);
        _minimum.Set(policy.Threshold.MinLabeled, model);
        _horizon.Set(policy.Join.Horizon.TotalSeconds, model);
        _latencyLimit.Set(policy.Latency.Limit?.TotalSeconds, model);
        _mostDisagreeing.Set(policy.Compare.Enabled ? policy.Compare.MostDisagreeing : null, model);
        _threshold.Set(policy.Threshold.Raise, model, "critical");
        _threshold.Set(policy.Threshold.Clear, model, "warning");
    }
}

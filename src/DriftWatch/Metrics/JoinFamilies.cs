using DriftWatch.Pipeline;

namespace DriftWatch.Metrics;

/// <summary>What the join did that belongs to no single model.</summary>
internal sealed class JoinFamilies(MetricsPage page)
{
    private readonly TaggedCounter _duplicates = page.Counter("driftwatch_duplicates_total", "Records ignored: their id had been processed.", "stream");
    private readonly TaggedCounter _late = page.Counter("driftwatch_late_dropped_total", "Records behind the watermark by more than the retention.", "stream");
    private readonly TaggedCounter _corrected = page.Counter("driftwatch_labels_corrected_total", "Labels that replaced an earlier one.");
    private readonly TaggedGauge _waiting = page.Gauge("driftwatch_pending_labels", "Labels in the join buffer that wait for their prediction.");
    private readonly TaggedGauge _limit = page.Gauge("driftwatch_pending_predictions_limit", "Capacity of the join buffer.");
    private readonly TaggedCounter _evictions = page.Counter("driftwatch_pending_evictions_total", "Predictions and labels evicted because the join buffer was full.");
    private readonly TaggedCounter _refused = page.Counter("driftwatch_panes_refused_total", "Predictions and labels in no window: their series had as many panes as it may.");

    public void Export(ServiceSnapshot snapshot)
    {
        var join = snapshot.Monitor.Join;
        _duplicates.IncTo(join.DuplicatePredictions, "predictions");
        _duplicates.IncTo(join.DuplicateLabels, "labels");
        _late.IncTo(join.LatePredictions, "predictions");
        _late.IncTo(join.LateLabels, "labels");
        _corrected.IncTo(join.Corrected);
        _waiting.Set(join.WaitingLabels);
        _limit.Set(snapshot.Options.MaxPending);
        _evictions.IncTo(join.Evicted);
        _refused.IncTo(snapshot.Monitor.Refused);
    }
}

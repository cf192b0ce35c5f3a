using DriftWatch.Pipeline;

namespace DriftWatch.Metrics;

/// <summary>Commits, stored state, restores and being fenced: about this process, so on the page whether or not it owns the task.</summary>
internal sealed class CheckpointFamilies(MetricsPage page)
{
    private readonly TaggedGauge _committed = page.Gauge("driftwatch_checkpoint_last_success_timestamp_seconds", "Time of this process' newest commit of an epoch.");
    private readonly TaggedCounter _failures = page.Counter("driftwatch_checkpoint_failures_total", "Attempts to commit an epoch that failed.");
    private readonly DelayHistogram _durations = page.Histogram("driftwatch_checkpoint_duration_seconds", "Time from the end of an epoch to its acknowledged commit.", CommitDurations.UpperBounds);
    private readonly TaggedGauge _stored = page.Gauge("driftwatch_state_stored_timestamp_seconds", "Time at which this process last stored the state; what came since is done again after a crash.");
    private readonly TaggedGauge _bytes = page.Gauge("driftwatch_state_bytes", "Size of the last checkpoint: bytes of state chunks written.");
    private readonly TaggedGauge _done = page.Gauge("driftwatch_restore_done_records", "Records that the restore under way has read again.");
    private readonly TaggedGauge _planned = page.Gauge("driftwatch_restore_planned_records", "Records that the restore under way has to read again.");
    private readonly TaggedGauge _since = page.Gauge("driftwatch_restore_start_timestamp_seconds", "Time at which the restore under way began.");
    private readonly TaggedCounter _mismatches = page.Counter("driftwatch_restore_mismatches_total", "Checkpoint verification failures: epochs and join tables that a restore brought back different from what was committed.");
    private readonly TaggedCounter _fenced = page.Counter("driftwatch_fenced_total", "Times that this process was fenced: another instance took over, or it missed its session timeout.");
    private readonly TaggedGauge _warnings = page.Gauge("driftwatch_warnings", "Active configuration or cluster warnings; page and API list them.");

    public void Export(ServiceSnapshot snapshot)
    {
        _committed.Set(ServiceFamilies.Seconds(snapshot.CommittedAt));
        _failures.IncTo(snapshot.CommitFailures);
        _durations.Follow(snapshot.CommitDurations.Counts, snapshot.CommitDurations.SumSeconds);
        _stored.Set(ServiceFamilies.Seconds(snapshot.StateStoredAt));
        if (snapshot.StateStoredAt is not null) _bytes.Set(snapshot.StateBytes);
        _mismatches.IncTo(snapshot.RestoreMismatches);
        _fenced.IncTo(snapshot.Fenced);
        _warnings.Set(snapshot.Warnings.Count);
        if (snapshot.Restore is not { } restore) return;
        _since.Set(ServiceFamilies.Seconds(restore.Since));
        if (restore.Total == 0) return; // how much there is to read is not known yet
        _done.Set(restore.Done);
        _planned.Set(restore.Total);
    }
}

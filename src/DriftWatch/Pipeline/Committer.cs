using DriftWatch.Options;
using DriftWatch.Pipeline.Recovery;

namespace DriftWatch.Pipeline;

/// <summary>Ends an epoch every interval and hands it to the store. Never blocks the loop: while one epoch is on its way, the next is filled.</summary>
/// <param name="store">Where epochs go.</param>
/// <param name="source">Says whether what was read came from the right topics.</param>
/// <param name="state">What they change.</param>
/// <param name="checkpoint">Makes pieces of the checkpoint of them.</param>
/// <param name="options">How often.</param>
/// <param name="capture">Takes a picture of the state as it is.</param>
/// <param name="snapshots">Where snapshots of the join table go; null: nowhere.</param>
internal sealed class Committer(IEpochStore store, IRecordSource source, TaskState state, Checkpoint checkpoint, PipelineOptions options, Func<ServiceSnapshot> capture, JoinSnapshotFiles? snapshots)
{
    private Task? _commit;
    private Task<bool>? _verified;
    private Sealed? _sealed;
    private DateTimeOffset _due;
    private DateTimeOffset _stateDue;
    private DateTimeOffset _snapshotDue;
    private bool _last;
    private bool _lastIsUnderWay;
    private bool _stateWanted;

    /// <summary>The epoch that records are written in now.</summary>
    public Epoch Open { get; private set; } = new();

    /// <summary>The state as the newest committed epoch left it.</summary>
    public ServiceSnapshot Committed { get; private set; } = capture();

    /// <summary>When the newest epoch was committed, or when there was last nothing to commit.</summary>
    public DateTimeOffset? CommittedAt { get; private set; }

    /// <summary>When the state was last stored.</summary>
    public DateTimeOffset? StateStoredAt { get; private set; }

    public CommitDurations Durations { get; private set; } = new();

    /// <summary>Records that wait for their commit.</summary>
    public int Waiting => Open.Records.Count + (_sealed?.Epoch.Records.Count ?? 0);

    /// <summary>Whether everything is committed and no more will come.</summary>
    public bool Finished { get; private set; }

    /// <summary>Asks for one more commit, with the state, at once, after which there is none.</summary>
    public void RequestLast() => _last = true;

    /// <summary>Asks for the state to be stored with the next epoch: partitions have come, which only it tells.</summary>
    public void RequestState() => _stateWanted = true;

    /// <exception cref="FencedException">Another owns the task.</exception>
    public void Step(DateTimeOffset now)
    {
        if (_commit is { IsCompleted: true }) End(now);
        if (_verified is { IsCompleted: true }) Send();
        if (_commit is null && _verified is null && !Finished && (now >= _due || _last)) Seal(now);
    }

    private void Seal(DateTimeOffset now)
    {
        _due = now + options.CommitInterval;
        bool whole = WritesState(now);
        if (!whole && !checkpoint.HasNews(Open, state.Inputs.Partitions))
        {
            // Nothing is written, but if another has taken over it must be noticed.
            _commit = store.Commit(checkpoint.Nothing(state.Inputs.Partitions));
            _lastIsUnderWay = _last;
            return;
        }

        var epoch = checkpoint.Seal(Open, state.Inputs.Partitions, whole);
        if (whole) AfterState(now);
        Open = new Epoch();
        _sealed = new(epoch, capture(), now, whole);
        _lastIsUnderWay = _last;
        // Asked after the last record of the epoch was read: whoever answers that the topics are the same speaks of all of them.
        _verified = source.Verify();
        if (_verified.IsCompleted) Send();
    }

    private void Send()
    {
        bool same = _verified!.GetAwaiter().GetResult();
        // A broken source ends the loop; one that could not tell is asked again.
        _verified = same ? null : source.Verify();
        if (same) _commit = store.Commit(_sealed!.Epoch);
    }

    private bool WritesState(DateTimeOffset now)
    {
        if (state.Inputs.Partitions.Count == 0) return false;
        if (checkpoint.StateOf == 0 || _stateWanted) return true;
        bool newer = checkpoint.Newest > checkpoint.StateOf || checkpoint.HasNews(Open, state.Inputs.Partitions);
        return newer && (now >= _stateDue || _last);
    }

    private void AfterState(DateTimeOffset now)
    {
        _stateDue = now + options.CheckpointInterval;
        _stateWanted = false;
        if (snapshots is null || state.Monitor.JoinEntries <= options.InlineEntries || (now < _snapshotDue && !_last)) return;
        _snapshotDue = now + options.SnapshotInterval;
        checkpoint.WriteSnapshot(snapshots);
    }

    private void End(DateTimeOffset now)
    {
        // What failed says why: the task is no longer ours, or a mistake of ours.
        _commit!.GetAwaiter().GetResult();
        var done = _sealed;
        (_commit, _sealed) = (null, null);
        Finished = _lastIsUnderWay;
        CommittedAt = now;
        if (done is null) return;
        Committed = done.Snapshot;
        if (done.WithState) StateStoredAt = now;
        Durations = Durations.With(now - done.At);
    }

    /// <summary>An epoch on its way, and what the state looked like at its end.</summary>
    private sealed record Sealed(SealedEpoch Epoch, ServiceSnapshot Snapshot, DateTimeOffset At, bool WithState);
}

using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Formats;
using DriftWatch.Options;
using DriftWatch.Pipeline.Diagnosis;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline;

/// <summary>The path of every record, for as long as this instance owns the task: read, decode, join, judge, commit, show. One thread owns all of it.</summary>
/// <remarks>
/// <para>Law: what is sent, shown and stored is that of committed epochs, and an epoch is committed whole or not at all: every record is counted exactly once.</para>
/// <para>Trouble outside is a state and passes; a mistake of ours leaves <see cref="Cycle"/> as an exception and ends the process: the next start
/// goes on at the last commit.</para>
/// </remarks>
internal sealed partial class PipelineLoop : IDisposable
{
    private readonly PipelineOptions _options;
    private readonly IEpochStore _store;
    private readonly IRecordSource _source;
    private readonly SnapshotBoard _board;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly JoinSnapshotFiles? _snapshots;
    private readonly Restorer _restorer;
    private readonly TaskState _state;
    private readonly Alignment _alignment;
    private readonly ProgressWatch _progress;
    private readonly Pulse? _pulse;
    private readonly InputDiagnosis _diagnosis;
    private readonly AnswerIntake _answers;
    private readonly DateTimeOffset _startedAt;
    private readonly (CommitDurations Commits, long Mismatches) _before; // the process goes on counting where it owned the task before
    private readonly DateTimeOffset _restoringSince;
    private Checkpoint? _checkpoint;
    private Committer? _committer;
    private DateTimeOffset _publishDue;
    private DateTimeOffset? _idleAt;
    private DateTimeOffset? _lastPoll;
    private ServicePhase _phase = ServicePhase.Starting;
    private string? _standsStill;
    private bool _stopping;

    /// <param name="options">How to read, commit and show.</param>
    /// <param name="monitorOptions">What to watch.</param>
    /// <param name="committed">Where the task stands.</param>
    /// <param name="store">Where epochs are committed.</param>
    /// <param name="openSource">Opens the topics from where they are to be read; this disposes it.</param>
    /// <param name="board">Where pictures go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="snapshots">Where snapshots of the join table are kept; null: nowhere.</param>
    /// <param name="pulse">Is told of every turn; null: nobody watches.</param>
    /// <param name="formats">Reads values that are no plain JSON; null: all are.</param>
    /// <param name="openAnswers">Opens the topic of answers from where it was read up to; this disposes it. Null: nobody reads answers.</param>
    /// <exception cref="StartRefusedException">Going on would lose or double something.</exception>
    public PipelineLoop(
        PipelineOptions options, MonitorOptions monitorOptions, CommittedCheckpoint committed, IEpochStore store, Func<IReadOnlyList<PlannedPartition>, IRecordSource> openSource,
        SnapshotBoard board, TimeProvider time, ILogger logger, JoinSnapshotFiles? snapshots = null, Pulse? pulse = null, ValueFormats? formats = null, Func<IReadOnlyList<AnswerOffset>, IAnswerSource>? openAnswers = null)
    {
        _pulse = pulse;
        (_options, _store, _board, _time, _logger, _snapshots) = (options, store, board, time, logger, snapshots);
        _startedAt = board.Current.StartedAt == default ? time.GetUtcNow() : board.Current.StartedAt;
        _before = (board.Current.CommitDurations, board.Current.RestoreMismatches);
        _restoringSince = time.GetUtcNow();
        _restorer = new Restorer(options, monitorOptions, committed, logger, time, snapshots, formats);
        _state = _restorer.State;
        _answers = new AnswerIntake(_state, options.AnswerTopic, openAnswers);
        _alignment = new Alignment(options.MaxAhead);
        _progress = new ProgressWatch(options.StallTimeout);
        _diagnosis = new InputDiagnosis(_state, options, logger);
        _source = openSource(_restorer.Plan);
    }

    /// <summary>What it knows.</summary>
    public TaskState State => _state;

    /// <summary>What the loop is doing.</summary>
    public ServicePhase Phase => _phase;

    /// <summary>Brings the state to where the newest committed epoch left it; waits for the brokers.</summary>
    /// <exception cref="StartRefusedException">The topics no longer hold what was read.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    /// <exception cref="StalledException">There was something to read again for too long, and nothing was read.</exception>
    /// <exception cref="TopicsChangedException">A topic was deleted and re-created meanwhile.</exception>
    public void Restore(CancellationToken stoppingToken = default)
    {
        _checkpoint = _restorer.Run(_source, StepOfRestore, stoppingToken);
        _committer = new Committer(_store, _source, _state, _checkpoint, _options, Capture, _snapshots);
        _publishDue = default;
    }

    /// <summary>One turn. Waits only when there was nothing to read.</summary>
    /// <returns>Whether something was read.</returns>
    /// <exception cref="FencedException">Another instance owns the task.</exception>
    /// <exception cref="StalledException">There was something to read for too long, and nothing was read.</exception>
    /// <exception cref="TopicsChangedException">A topic is not the one any more that the state was made of. What was not committed is worth nothing.</exception>
    public bool Cycle(CancellationToken stoppingToken = default)
    {
        var committer = _committer!;
        _pulse?.Beat();
        Refresh();
        if (_state.Inputs.Adopt(_source.Partitions, _state.Watermark))
        {
            _checkpoint!.Begin(_source.Partitions);
            committer.RequestState();
        }

        bool read = ReadAll(committer, stoppingToken);
        MoveTime(committer.Open);
        read |= _answers.Take(committer.Open, _options.MaxUnacknowledged - committer.Waiting);
        _state.TellState(committer.Open);
        var now = _time.GetUtcNow();
        _lastPoll = now;
        _standsStill = _progress.Look(_source.Partitions, now);
        committer.Step(now);
        Enter(PhaseNow());
        if (now >= _publishDue) Publish(now);
        if (!read && !stoppingToken.IsCancellationRequested) _source.Wait(_options.PollWait);
        return read;
    }

    /// <summary>Reads no more; commits with the whole state and shows the last picture, or gives up after <see cref="PipelineOptions.StopTimeout"/>.</summary>
    /// <returns>Whether everything read was committed. If not, it is read again by the next run: nothing is lost.</returns>
    public bool Stop()
    {
        _stopping = true;
        Enter(ServicePhase.Stopping);
        if (_committer is not { } committer) return true;
        var deadline = _time.GetUtcNow() + _options.StopTimeout;
        committer.RequestLast();
        while (!committer.Finished && _time.GetUtcNow() < deadline)
        {
            _pulse?.Beat();
            committer.Step(_time.GetUtcNow());
            if (!committer.Finished) Thread.Sleep(2); // real time: the commit is on a thread of its own, however fast the clock runs
        }

        _snapshots?.Finish(deadline - _time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero);
        _pulse?.Beat();
        Publish(_time.GetUtcNow());
        if (committer.Finished) Log.StoppedCleanly(_logger);
        else Log.StoppedWithoutCommit(_logger, (_store.Status.Trouble ?? _source.Health.Trouble ?? "time ran out").TrimEnd('.'));
        return committer.Finished;
    }

    public void Dispose()
    {
        using (_source) _answers.Dispose();
    }

    private void Refresh()
    {
        _source.Refresh();
        if (_source.Broken is { } why) throw new TopicsChangedException(why);
    }

    private bool ReadAll(Committer committer, CancellationToken stoppingToken)
    {
        bool read = false;
        _alignment.Update(_source.Partitions, _state.Watermark);
        var now = EventTime.From(_time.GetUtcNow());
        foreach (var partition in _state.Inputs.Partitions)
        {
            // Backpressure: dead letters and requests are bounded, so reading is.
            int room = _options.MaxUnacknowledged - committer.Waiting;
            if (room <= 0 || stoppingToken.IsCancellationRequested || partition.IsWaiting || _alignment.Holds(partition.Source, _state.Watermark))
            {
                _progress.Hold(partition.Source);
                continue;
            }

            if (_source.Read(partition.Source, Math.Min(_options.BatchRecords, room)) is not { } batch) continue;
            int ready = partition.Ready(batch, batch.Count, _time.GetUtcNow());
            if (ready < batch.Count) _source.Unread(partition.Source, ready);
            if (ready > 0) _state.Take(batch, ready, partition, now, committer.Open);
            else _progress.Hold(partition.Source);
            read |= ready > 0;
        }

        return read;
    }

    private void MoveTime(Epoch epoch)
    {
        var watermark = _state.Watermark;
        var partitions = _state.Inputs.Partitions;
        foreach (var partition in partitions) watermark.SetIdle(partition.Source.Index, partition.Source.Idle);
        if (partitions.Count > 0 && watermark.AllIdle)
        {
            // Not now, but the last moment at which every log was known to hold nothing new.
            var emptyAt = partitions.Min(p => p.Source.EmptyAt!.Value);
            if (_idleAt is { } before && emptyAt > before) watermark.AdvanceIdle(emptyAt - before, EventTime.From(emptyAt));
            if (_idleAt is null || emptyAt > _idleAt) _idleAt = emptyAt;
        }
        else _idleAt = null;

        _state.MoveTime(epoch);
    }

    private void StepOfRestore()
    {
        _pulse?.Beat();
        if (_source.Broken is { } why) throw new TopicsChangedException(why);
        var now = _time.GetUtcNow();
        _lastPoll = now;
        foreach (var partition in _source.Partitions.Where(p => p != _restorer.AtWork || _restorer.WaitsForSchema)) _progress.Hold(partition);
        _standsStill = _progress.Look(_source.Partitions, now);
        Enter(_standsStill is not null ? ServicePhase.Stalled : _source.Health is { Connected: false, Trouble: not null } ? ServicePhase.Disconnected : ServicePhase.Restoring);
        if (now < _publishDue) return;
        _publishDue = now + _options.PublishInterval;
        var progress = _restorer.Progress;
        if (progress.Total > 0) Log.Progress(_logger, progress.Done, progress.Total);
        _board.Publish(Live(new ServiceSnapshot { Options = _state.Monitor.Options }, now) with { Restore = new(progress.Done, progress.Total, _restoringSince) });
    }

    private ServicePhase PhaseNow()
    {
        var health = _source.Health;
        if (!health.Connected) return health.Trouble is null && _state.Inputs.Partitions.Count == 0 ? ServicePhase.Starting : ServicePhase.Disconnected;
        if (_standsStill is not null) return ServicePhase.Stalled;
        return _state.Inputs.Partitions.Count == 0 ? ServicePhase.Starting : ServicePhase.Running;
    }

    private void Enter(ServicePhase phase)
    {
        if (phase == _phase || (_stopping && phase != ServicePhase.Stopping)) return;
        Log.Entered(_logger, phase, _phase);
        _phase = phase;
        _publishDue = default;
    }

    private void Publish(DateTimeOffset now)
    {
        _publishDue = now + _options.PublishInterval;
        var committer = _committer!;
        var picture = Live(committer.Committed, now);
        var partitions = _source.Partitions;
        _board.Publish(picture with
        {
            CommittedAt = committer.CommittedAt,
            StateStoredAt = committer.StateStoredAt,
            StateBytes = _checkpoint!.StateBytes,
            InputProblems = _diagnosis.Look(now, picture),
            Warnings = [.. picture.Warnings, .. _answers.Warnings],
            // Where the logs end is no part of any epoch.
            Streams = [.. picture.Streams.Select(stream => stream with { Partitions = [.. stream.Partitions.Select(p => p with { LogEnd = partitions[p.Index].LogEnd, Idle = partitions[p.Index].Idle })] })],
        });
    }

    /// <summary>What is true now, whatever was committed.</summary>
    private ServiceSnapshot Live(ServiceSnapshot committed, DateTimeOffset now)
    {
        var status = _store.Status;
        return committed with
        {
            Phase = _phase,
            Trouble = _standsStill ?? _source.Health.Trouble ?? status.Trouble ?? (_phase == ServicePhase.Restoring ? _restorer.Trouble : null),
            Warnings = status.Warnings,
            StartedAt = _startedAt,
            TakenAt = now,
            LastPoll = _lastPoll,
            CommitFailures = status.Failures,
            Fenced = status.Fenced,
            DroppedLetters = status.DroppedLetters,
            CommitDurations = _committer is { } committer ? _before.Commits.Plus(committer.Durations) : _before.Commits,
            RestoreMismatches = _before.Mismatches + _restorer.Mismatches,
        };
    }

    private ServiceSnapshot Capture() => new()
    {
        HasState = true,
        Streams = _state.Inputs.Capture(_state.Watermark),
        Commits = _checkpoint!.Newest,
        Adoptions = _state.Inputs.Adoptions,
        RequestsPublished = _state.Requests.Published,
        RequestsBySeries = _state.Requests.BySeries,
        RecentEvents = _state.Requests.Recent,
        Answers = _answers.Capture(),
        Monitor = _state.Monitor.Capture(),
        Options = _state.Monitor.Options,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Phase changed from {Before} to {Phase}")]
        public static partial void Entered(ILogger logger, ServicePhase phase, ServicePhase before);

        [LoggerMessage(Level = LogLevel.Information, Message = "Restoring: {Done} of {Total} records read again")]
        public static partial void Progress(ILogger logger, long done, long total);

        [LoggerMessage(Level = LogLevel.Information, Message = "Stopped; everything was committed")]
        public static partial void StoppedCleanly(ILogger logger);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped without the last commit: {Reason}. The next start resumes from the commit before; nothing is lost")]
        public static partial void StoppedWithoutCommit(ILogger logger, string reason);
    }
}

using System.Security.Cryptography;
using DriftWatch.Core.Checkpoints;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using DriftWatch.Formats;
using DriftWatch.Options;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>Brings the task to where its newest committed epoch left it.</summary>
/// <remarks>
/// <para>The stored state is of some epoch S, the newest committed one is N ≥ S. The join table of S is copied where it was stored, or filled again from
/// the records whose deadline had not passed, with nothing counted. Then the epochs after S are done again, with nothing sent: the
/// journal gives the order, the wall clock and the moves of event time, the sources give the records, and the same code does the rest.</para>
/// <para>Law: what comes out is what the run before had, to the last bit. Each epoch done again is held against the counts that were committed with it.</para>
/// </remarks>
internal sealed partial class Restorer
{
    private readonly PipelineOptions _options;
    private readonly MonitorOptions _monitor;
    private readonly CommittedCheckpoint _committed;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ChunkWriter _chunks = new();
    private readonly RestorePlan _plan;
    private long _done;
    private long _total;

    /// <exception cref="StartRefusedException">The checkpoint is damaged, was made under other settings, or does not fit the group's offsets.</exception>
    public Restorer(PipelineOptions options, MonitorOptions monitor, CommittedCheckpoint committed, ILogger logger, TimeProvider time, JoinSnapshotFiles? snapshots = null, ValueFormats? formats = null)
    {
        (_options, _monitor, _committed, _logger, _time) = (options, monitor, committed, logger, time);
        try
        {
            _plan = new RestorePlan(options, monitor, committed, snapshots);
            State = new TaskState(options, monitor, _plan.Header?.HashKey ?? RandomNumberGenerator.GetBytes(16), logger, time, formats);
        }
        catch (StateFormatException damaged)
        {
            throw new StartRefusedException(
                $"The checkpoint cannot be read: {damaged.Message} Run the version that wrote it, or start once with --reset-state to drop the state and go on at the group's offsets.");
        }
        catch (Exception trip) when (IsOurs(trip))
        {
            throw new RestoreTrippedException(trip);
        }
    }

    /// <summary>The state; complete after <see cref="Run"/>.</summary>
    public TaskState State { get; }

    /// <summary>Where each partition is to be read from; what is not in it begins as on the first start.</summary>
    public IReadOnlyList<PlannedPartition> Plan => _plan.Partitions;

    /// <summary>How far it is.</summary>
    public RestoreProgress Progress => new(_done, _total);

    /// <summary>The partition that is read again just now; null before the first.</summary>
    public SourcePartition? AtWork { get; private set; }

    /// <summary>Whether the next record that is to be read again waits for its schema.</summary>
    public bool WaitsForSchema => AtWork is { } source && State.Inputs.Partitions[source.Index].WaitsSince is not null;

    /// <summary>What keeps it from going on, in one sentence; null: nothing that is known here.</summary>
    public string? Trouble => WaitsForSchema ? State.Inputs.Partitions[AtWork!.Index].Stream.Reader.Format?.Trouble : null;

    /// <summary>Epochs that came out different from what was committed with them.</summary>
    public long Mismatches { get; private set; }

    /// <summary>Reads what has to be read again. Waits for the source.</summary>
    /// <returns>Where the next epochs go.</returns>
    /// <exception cref="StartRefusedException">The topics no longer hold what was read, or the state is damaged.</exception>
    /// <exception cref="RestoreTrippedException">A mistake of ours.</exception>
    /// <remarks>What <paramref name="step"/> throws to give up (<see cref="StalledException"/>, <see cref="TopicsChangedException"/>) passes through.</remarks>
    public Checkpoint Run(IRecordSource source, Action step, CancellationToken cancel)
    {
        try
        {
            return Load(source, step, cancel);
        }
        catch (StateFormatException damaged)
        {
            throw new StartRefusedException(
                $"The state cannot be restored: {damaged.Message} A piece of it is missing or of another version. " +
                "Run the version that wrote it, or start once with --reset-state to drop the state and go on at the group's offsets.", damaged);
        }
        catch (Exception trip) when (IsOurs(trip))
        {
            throw new RestoreTrippedException(trip);
        }
    }

    // What arrives here has the checksum that it was written with, so damage shows as a format error or not at all. A client that reads nothing and a topic that was deleted and re-created are no mistakes.
    private static bool IsOurs(Exception trip) => trip is not (StateFormatException or StartRefusedException or OperationCanceledException or StalledException or TopicsChangedException);

    private Checkpoint Load(IRecordSource source, Action step, CancellationToken cancel)
    {
        if (_plan.Header is not { } header) return new Checkpoint(State, _options, _monitor);
        var started = _time.GetTimestamp();
        var reading = new Reading(source, step, cancel);
        while (source.Partitions.Count < Plan.Count) Wait(reading);
        State.Inputs.Adopt([.. source.Partitions.Take(Plan.Count)], State.Watermark);
        State.Speaks = false;
        LoadState(reading);
        _total = _plan.Length;
        if (_total > 0) Log.Reading(_logger, _total, _plan.Rejoined.Count, _plan.Repeated.Count);
        reading.Step(); // a sign of life: from here on the source is waited for
        Rejoin(header, reading);
        foreach (var record in _plan.Repeated) Repeat(record, reading);
        SetIdentity(null);
        foreach (var (partition, next) in source.Partitions.Zip(_plan.Journal.Positions)) source.SkipTo(partition, next);
        State.Speaks = true;
        double seconds = _time.GetElapsedTime(started).TotalSeconds;
        Log.Restored(_logger, _plan.Journal.Newest, _done, seconds, State.Monitor.JoinEntries);
        return new Checkpoint(State, _options, _monitor, _plan.Journal, _chunks, header);
    }

    private void LoadState(Reading reading)
    {
        var chunks = _committed.Chunks.Where(chunk => !chunk.Key.StartsWith(EpochJournal.KeyPrefix, StringComparison.Ordinal)).ToList();
        byte[] pipeline = _committed.Chunks.GetValueOrDefault(Checkpoint.PipelineKey) ?? throw new StateFormatException($"{Checkpoint.PipelineKey} is missing.");
        StateExchange.Read(State, pipeline);
        _chunks.Remember(Checkpoint.PipelineKey, pipeline);
        var restored = State.Monitor.ReadChunks(chunks.Select(chunk => (chunk.Key, (ReadOnlyMemory<byte>)chunk.Value)), _chunks, reading.Step);
        if (!restored.Anything) throw new StateFormatException("All counts are missing.");
        foreach (var anew in restored.Anew.GroupBy(one => (one.Series.Model, one.Part, one.Why))) Log.PartBeginsAnew(_logger, anew.Key.Model, NameOf(anew.Key.Part), anew.Count(), anew.Key.Why);
    }

    private static string NameOf(StatePart part) => part switch
    {
        StatePart.Rule => "the evidence of the rule",
        StatePart.EarlyWarning => "the early warning",
        StatePart.PredictionSets => "the watch over prediction sets",
        _ => throw new System.Diagnostics.UnreachableException($"{part} never starts over by itself."),
    };

    private void Rejoin(CheckpointHeader header, Reading reading)
    {
        var monitor = State.Monitor;
        monitor.StartRejoin();
        State.Routes.Hide(_plan.Rejoined.SelectMany(record => record.Entry.Growths));
        foreach (byte[] block in _plan.Table)
        {
            monitor.Rejoin(block);
            reading.Step();
        }

        foreach (var record in _plan.Rejoined)
        {
            SetIdentity(record);
            var notes = record.Entry.Exceptions.CountBy(one => one).ToDictionary();
            Walk(record.Entry, (batch, count, partition, now) => State.Rejoin(batch, count, partition, now, notes), _ => { }, _ => { }, reading);
        }

        State.Routes.RevealAll();
        monitor.EndRejoin(header.Tally);
        var counts = monitor.JoinCounts;
        if ((counts.Pending, counts.WaitingLabels) == (header.Pending, header.WaitingLabels)) return;
        Mismatches++;
        Log.TableDiffers(_logger, header.Pending, header.WaitingLabels, counts.Pending, counts.WaitingLabels);
    }

    // What was a duplicate when it was read is one when it is read again.
    private void SetIdentity(JournalRecord? record) =>
        State.Monitor.JoinsById = _monitor.Identity == PredictionIdentity.Id || record?.Entry.Number <= _plan.Header!.ByIdUntil;

    private void Repeat(JournalRecord record, Reading reading)
    {
        SetIdentity(record);
        var epoch = new Epoch();
        State.RefusedBefore = record.Entry.Exceptions.CountBy(one => one).Where(noted => noted.Value == ReplayTrace.Refused).Select(noted => (noted.Key.Partition, noted.Key.Offset)).ToHashSet();
        Walk(record.Entry, (batch, count, partition, now) => State.Take(batch, count, partition, now, epoch), watermark => State.MoveTimeAgain(watermark, epoch), answer => State.AnswerAgain(answer, epoch), reading);
        State.RefusedBefore = null;
        State.Routes.TakeGrowths();
        if (State.Fingerprint() == record.Entry.Fingerprint && epoch.Entry.Exceptions.SequenceEqual(record.Entry.Exceptions)) return;
        Mismatches++;
        Log.EpochDiffers(_logger, record.Entry.Number);
    }

    private void Walk(EpochEntry entry, Action<RecordBatch, int, InputPartition, EventTime> take, Action<EventTime> advance, Action<byte[]> answer, Reading reading)
    {
        EventTime now = default;
        foreach (var done in entry.Steps)
        {
            if (done.Kind == StepKind.Clock) now = new EventTime(done.Value);
            else if (done.Kind == StepKind.Advance) advance(new EventTime(done.Value));
            else if (done.Kind == StepKind.Answer) answer(done.Answer ?? throw new StateFormatException("The journal has an answer that says nothing."));
            else Read(State.Inputs.Partitions[done.Partition], done.Value, (batch, count, partition) => take(batch, count, partition, now), reading);
        }
    }

    private void Read(InputPartition partition, long until, Action<RecordBatch, int, InputPartition> take, Reading reading)
    {
        var source = reading.Source;
        AtWork = partition.Source;
        while (partition.Source.Position < until)
        {
            long from = partition.Source.Position;
            if (source.Read(partition.Source, (int)Math.Min(_options.BatchRecords, until - from)) is not { } batch)
            {
                // A marker may be all that is left; a log that is shorter than what was read is another log.
                if (partition.Source.Idle && partition.Source.LogEnd < until) throw Shorter(partition.Source, until);
                Wait(reading);
                continue;
            }

            int count = batch.Count;
            while (count > 0 && batch.OffsetOf(count - 1) >= until) count--;
            count = partition.Ready(batch, count, _time.GetUtcNow());
            // First, since it moves the position, which is noted with what is taken.
            if (count < batch.Count) source.Unread(partition.Source, count);
            if (count > 0) take(batch, count, partition);
            while (partition.IsWaiting) Wait(reading);
            _done += Math.Min(until, partition.Source.Position) - from;
            reading.Step();
        }
    }

    private static StartRefusedException Shorter(SourcePartition partition, long until) => new(
        $"{partition} ends at {partition.LogEnd}, but the state has read up to {until}: the topic was deleted and re-created or has lost records. " +
        "Start once with --reset-state to drop the state.");

    private void Wait(Reading reading)
    {
        reading.Source.Refresh();
        reading.Source.Wait(_options.PollWait);
        reading.Step();
    }

    /// <summary>Where records come from, who is told how far it is, and who may end it.</summary>
    private sealed class Reading(IRecordSource source, Action step, CancellationToken cancel)
    {
        public IRecordSource Source => source;

        /// <summary>After each piece of work: it may be long until the last.</summary>
        public void Step()
        {
            cancel.ThrowIfCancellationRequested();
            step();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Restoring: reading {Records} records again ({Rejoined} epochs for the join table, {Repeated} epochs after the stored state)")]
        public static partial void Reading(ILogger logger, long records, int rejoined, int repeated);

        [LoggerMessage(Level = LogLevel.Information, Message = "Restored to epoch {Epoch}: {Records} records in {Seconds:0.0} s; {Entries} entries in the join table")]
        public static partial void Restored(ILogger logger, long epoch, long records, double seconds, int entries);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Settings changed since the state was stored: {Part} of {Model} starts over in {Series} series ({Why}). Counts, windows and everything else are kept")]
        public static partial void PartBeginsAnew(ILogger logger, string model, string part, int series, string why);

        [LoggerMessage(Level = LogLevel.Error, Message = "Restored join table does not match the checkpoint: expected {Pending} pending predictions and {Labels} waiting labels, found {NowPending} and {NowLabels}. Likely cause: retention or compaction removed input records, or entries had been evicted")]
        public static partial void TableDiffers(ILogger logger, long pending, long labels, long nowPending, long nowLabels);

        [LoggerMessage(Level = LogLevel.Error, Message = "Replayed epoch {Epoch} does not match what was committed: retention or compaction removed input records, or this version counts differently")]
        public static partial void EpochDiffers(ILogger logger, long epoch);
    }
}

/// <summary>How far a restore is.</summary>
/// <param name="Done">Offsets read again.</param>
/// <param name="Total">Offsets to be read again.</param>
internal readonly record struct RestoreProgress(long Done, long Total);

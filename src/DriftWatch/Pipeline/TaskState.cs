using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Core.Hashing;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using DriftWatch.Formats;
using DriftWatch.Options;
using DriftWatch.Pipeline.Diagnosis;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline;

/// <summary>All that the task knows, and the two things that change it: a batch of records, and event time moving on.</summary>
/// <remarks>
/// Law: the same batches and moves in the same order give the same state and the same records to send, to the last bit. What was done is noted
/// in the <see cref="Epoch"/>, so that a restart can do it again.
/// </remarks>
internal sealed partial class TaskState : IKeepsState
{
    private readonly PipelineOptions _options;
    private readonly ILogger _logger;
    private readonly RecordPath _path;
    private readonly AnswerPath _answers;
    private readonly StandingState? _standing;
    private readonly TimeSpan _rangesKept;

    public TaskState(PipelineOptions options, MonitorOptions monitor, byte[] hashKey, ILogger logger, TimeProvider time, ValueFormats? formats = null)
    {
        (_options, _logger, HashKey) = (options, logger, hashKey);
        Routes = new RouteTable(monitor.Routing);
        Monitor = new CalibrationMonitor(monitor, Routes, keepsState: true);
        Watermark = new Watermark(monitor.OutOfOrderness, options.IdleAdvance);
        Inputs = new InputStreams(options, Routes, hashKey, formats);
        _rangesKept = JoinReach.Of(monitor) + InputStreams.EvidenceKept;
        Watch = new InputWatch(Routes);
        _path = new RecordPath(Monitor, Watermark, Watch, logger, time);
        _answers = new AnswerPath(Monitor, Answers, logger, time);
        if (options.TellsState) _standing = new StandingState(monitor.Source);
    }

    /// <summary>The key that ids are hashed with.</summary>
    public byte[] HashKey { get; }

    public RouteTable Routes { get; }

    public CalibrationMonitor Monitor { get; }

    public Watermark Watermark { get; }

    public InputStreams Inputs { get; }

    public RequestLog Requests { get; } = new();

    public AnswerLog Answers { get; } = new();

    /// <summary>What was noted of recent records; no part of the state.</summary>
    public InputWatch Watch { get; }

    /// <summary>Takes the first <paramref name="count"/> records of a batch.</summary>
    public void Take(RecordBatch batch, int count, InputPartition partition, EventTime now, Epoch epoch) => _path.Take(batch, count, partition, now, epoch);

    /// <summary>Takes a record of the topic of answers.</summary>
    public void Take(SingleRecord answer, Epoch epoch)
    {
        _answers.Take(answer, epoch);
        foreach (var request in Monitor.TakeRequests()) Request(request, epoch);
    }

    /// <summary>Takes an answer as it was taken before the restart.</summary>
    public void AnswerAgain(byte[] noted, Epoch epoch)
    {
        _answers.TakeAgain(noted);
        foreach (var request in Monitor.TakeRequests()) Request(request, epoch);
    }

    /// <summary>Moves event time on to where the watermark is, and writes the requests that follow.</summary>
    public void MoveTime(Epoch epoch)
    {
        if (Watermark.Current is not { } current) return;
        var before = Monitor.Watermark;
        Monitor.AdvanceTo(current);
        if (Monitor.Watermark == before) return;
        epoch.Advance(current);
        Inputs.Forget(current, _rangesKept);
        foreach (var request in Monitor.TakeRequests()) Request(request, epoch);
    }

    /// <summary>Writes what stands now, as far as it has changed, for the topic of late subscribers.</summary>
    public void TellState(Epoch epoch)
    {
        foreach (var change in _standing?.Changes(Monitor.Episodes) ?? []) epoch.Send(change);
    }

    /// <summary>Moves event time on as far as it was moved before the restart, whatever the sources and the wall clock say now.</summary>
    public void MoveTimeAgain(EventTime watermark, Epoch epoch)
    {
        Watermark.Raise(watermark);
        MoveTime(epoch);
    }

    /// <summary>Whether what is met is told in the log; not when it is met again.</summary>
    public bool Speaks
    {
        get => _path.Speaks;
        set => _path.Speaks = value;
    }

    /// <summary>Records that are read again and stay refused (<see cref="RecordPath.RefusedBefore"/>).</summary>
    public IReadOnlySet<(int Partition, long Offset)>? RefusedBefore
    {
        get => _path.RefusedBefore;
        set => _path.RefusedBefore = value;
    }

    /// <summary>What is kept besides the monitor; the partitions must have been adopted.</summary>
    public void Exchange(StateExchange state)
    {
        state.Begin(ChunkFormat.Pipeline);
        state.Mark("pipeline");
        Watermark.Exchange(state);
        Inputs.Exchange(state);
        Requests.Exchange(state);
        if (state.Version > 1) Answers.Exchange(state);
    }

    /// <summary>Reads a batch again that was counted before the checkpoint: nothing of it counts.</summary>
    public void Rejoin(RecordBatch batch, int count, InputPartition partition, EventTime now, IReadOnlyDictionary<(int Partition, long Offset, int Row), int> notes) =>
        _path.Rejoin(batch, count, partition, now, notes);

    /// <summary>A hash of all counts: after the same records it is the same.</summary>
    public ulong Fingerprint()
    {
        // Without answers it is what it was before there were any.
        byte[] answers = Answers.Total > 0 ? BitConverter.GetBytes(Answers.Total) : [];
        return (ulong)new SipHash(HashKey).Of([.. Monitor.JoinFates, .. BitConverter.GetBytes(Requests.Published), .. BitConverter.GetBytes(Monitor.Watermark?.Milliseconds ?? -1), .. answers]);
    }

    private void Request(RecalibrationRequest request, Epoch epoch)
    {
        var known = (Monitor.Watermark ?? request.Evidence.End) - _rangesKept;
        var model = Monitor.Options.For(request.Series.Model);
        var context = new EventContext
        {
            DataRangeCutAt = request.Evidence.Start < known ? known : null,
            DataRange = Inputs.RangesOf(request.Evidence.Start, request.Evidence.End),
            Reading = Inputs.Reading(),
            AnswerTopic = _options.AnswerTopic,
            Lifetime = _options.EventLifetime,
            PositiveClass = model.PositiveClass,
            ModelUri = _options.ModelUri,
            DashboardUrl = _options.DashboardUrl,
            RunbookUrl = _options.RunbookUrl,
            Team = model.Team,
        };
        var record = RequestEvent.Of(request, Monitor.Options.Source, context);
        Requests.Add(request, record);
        epoch.Send(record);
        if (_standing is not null && request.Kind == RequestKind.Requested) epoch.Send(StandingState.RequestOf(request, record));
        if (!Speaks) return;
        string series = UnseenText.Show(request.Series.ToString());
        Log.Requested(_logger, request.Kind, series, request.Id);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} recalibration of {Series}, event {Id}")]
        public static partial void Requested(ILogger logger, RequestKind kind, string series, string id);
    }
}

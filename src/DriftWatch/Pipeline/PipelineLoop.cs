using DriftWatch.Joining;
using DriftWatch.Messages;
using DriftWatch.Series;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline;

/// <summary>The path of every record: read, decode, join, judge, send, commit, show. One thread owns all of it.</summary>
/// <remarks>
/// <para>Law: a position is committed only when everything written for the records before it has been acknowledged, and never beyond
/// the lowest offset that a restart needs. Hence every record is counted at least once over restarts, exactly once within a run.</para>
/// <para>Trouble outside is a state and passes; a mistake of ours leaves <see cref="Cycle"/> as an exception and ends the process: reading again
/// from the last commit heals it.</para>
/// </remarks>
internal sealed partial class PipelineLoop : IDisposable
{
    private readonly PipelineOptions _options;
    private readonly IRecordSource _source;
    private readonly IOutput _output;
    private readonly SnapshotBoard _board;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CalibrationMonitor _monitor;
    private readonly Watermark _watermark;
    private readonly Alignment _alignment;
    private readonly Committer _committer;
    private readonly RecordPath _path;
    private readonly InputStreams _inputs;
    private readonly SentRequests _requests = new();
    private readonly DateTimeOffset _startedAt;
    private DateTimeOffset _publishDue;
    private DateTimeOffset? _idleAt;
    private DateTimeOffset? _lastPoll;
    private ServicePhase _phase = ServicePhase.Starting;
    private bool _stopping;

    public PipelineLoop(
        PipelineOptions options, MonitorOptions monitorOptions, IRecordSource source, IOutput output, SnapshotBoard board, TimeProvider time, ILogger logger)
    {
        (_options, _source, _output, _board, _time, _logger) = (options, source, output, board, time, logger);
        var routes = new RouteTable(monitorOptions);
        _monitor = new CalibrationMonitor(monitorOptions, routes);
        _watermark = new Watermark(monitorOptions.OutOfOrderness, options.IdleAdvance);
        _alignment = new Alignment(options.MaxAhead);
        _inputs = new InputStreams(options, routes);
        var reach = new Reach(monitorOptions, options.EpisodeReach);
        _committer = new Committer(source, _monitor, reach, _requests, options.CommitInterval, logger);
        _path = new RecordPath(_monitor, _watermark, output, reach.Lead, logger, time);
        _startedAt = time.GetUtcNow();
    }

    /// <summary>What the loop is doing.</summary>
    public ServicePhase Phase => _phase;

    /// <summary>One turn. Waits only when there was nothing to read.</summary>
    /// <returns>Whether something was read.</returns>
    public bool Cycle(CancellationToken stoppingToken = default)
    {
        _source.Refresh();
        _inputs.Adopt(_source.Partitions, _watermark, _requests);
        bool read = ReadAll(stoppingToken);
        MoveTime();
        SendRequests();
        _output.Retry();
        _requests.Settle();
        var now = _time.GetUtcNow();
        _lastPoll = now;
        _committer.Step(now, _inputs.Partitions, _source.Health.Connected);
        Enter(PhaseNow());
        if (now >= _publishDue) Publish(now);
        if (!read && !stoppingToken.IsCancellationRequested) _source.Wait(_options.PollWait);
        return read;
    }

    /// <summary>Reads no more; flushes, commits and shows the last picture, or gives up after <see cref="PipelineOptions.StopTimeout"/>.</summary>
    /// <returns>Whether everything read was committed. If not, it is read again by the next run: nothing is lost.</returns>
    public bool Stop()
    {
        _stopping = true;
        Enter(ServicePhase.Stopping);
        var deadline = _time.GetUtcNow() + _options.StopTimeout;
        _committer.RequestLast();
        while (!_committer.Finished && _time.GetUtcNow() < deadline)
        {
            _output.Retry();
            _requests.Settle();
            _committer.Step(_time.GetUtcNow(), _inputs.Partitions, connected: true);
            if (!_committer.Finished) Thread.Sleep(5);
        }

        Publish(_time.GetUtcNow());
        if (_committer.Finished) Log.StoppedCleanly(_logger);
        else Log.StoppedWithoutCommit(_logger, _source.Health.Trouble ?? _output.Trouble ?? "time ran out");
        return _committer.Finished;
    }

    public void Dispose()
    {
        _output.Dispose();
        _source.Dispose();
    }

    private bool ReadAll(CancellationToken stoppingToken)
    {
        bool read = false;
        _alignment.Update(_source.Partitions, _watermark);
        var now = EventTime.From(_time.GetUtcNow());
        foreach (var partition in _inputs.Partitions)
        {
            // Backpressure: dead letters and requests are bounded, so reading is.
            if (_output.Unacknowledged >= _options.MaxUnacknowledged || stoppingToken.IsCancellationRequested) break;
            if (_alignment.Holds(partition.Source, _watermark)) continue;
            int most = Math.Min(_options.BatchRecords, _options.MaxUnacknowledged - _output.Unacknowledged);
            if (_source.Read(partition.Source, most) is not { } batch) continue;
            _path.Take(batch, partition, now, _committer.Open);
            read = true;
        }

        return read;
    }

    private void MoveTime()
    {
        foreach (var partition in _inputs.Partitions) _watermark.SetIdle(partition.Source.Index, partition.Source.Idle);
        if (_inputs.Partitions.Count > 0 && _watermark.AllIdle)
        {
            // Not now, but the last moment at which every log was known to hold nothing new.
            var emptyAt = _inputs.Partitions.Min(p => p.Source.EmptyAt!.Value);
            if (_idleAt is { } before && emptyAt > before) _watermark.AdvanceIdle(emptyAt - before, EventTime.From(emptyAt));
            if (_idleAt is null || emptyAt > _idleAt) _idleAt = emptyAt;
        }
        else _idleAt = null;

        if (_watermark.Current is { } current) _monitor.AdvanceTo(current);
    }

    private void SendRequests()
    {
        foreach (var request in _monitor.TakeRequests())
        {
            if (_requests.WasSent(request))
            {
                Log.RepeatHeldBack(_logger, request.Id);
                continue;
            }

            var context = new EventContext
            {
                DataRange = _inputs.RangesOf(request.Evidence.Start, request.Evidence.End),
                DashboardUrl = _options.DashboardUrl,
                RunbookUrl = _options.RunbookUrl,
                Team = _monitor.Options.For(request.Series.Model).Team,
            };
            _committer.Open.Enlist();
            var record = RequestEvent.Of(request, _monitor.Options.Source, context, _committer.Open, _requests.Deliveries);
            _requests.Follow(request, record);
            _output.Send(record);
            Log.Requested(_logger, request.Kind, request.Series, request.Id);
        }
    }

    private ServicePhase PhaseNow()
    {
        var health = _source.Health;
        if (!health.Connected) return health.Trouble is null && _inputs.Partitions.Count == 0 ? ServicePhase.Starting : ServicePhase.Disconnected;
        if (_inputs.Partitions.Count == 0) return ServicePhase.Starting;
        return _inputs.Restoring ? ServicePhase.Restoring : ServicePhase.Running;
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
        _board.Publish(new ServiceSnapshot
        {
            Phase = _phase,
            Trouble = _source.Health.Trouble ?? _output.Trouble ?? _committer.Trouble,
            StartedAt = _startedAt,
            TakenAt = now,
            LastPoll = _lastPoll,
            Streams = _inputs.Capture(_watermark),
            Commits = _committer.Commits,
            CommitFailures = _committer.Failures,
            Assignments = new Dictionary<string, long> { ["assigned"] = _inputs.Adoptions, ["revoked"] = 0, ["lost"] = 0 },
            RequestsPublished = _requests.Deliveries.Acknowledged,
            RequestPublishFailures = _requests.Deliveries.Failures,
            RequestsBySeries = _requests.BySeries,
            RecentEvents = _requests.Recent,
            Monitor = _monitor.Capture(),
            Options = _monitor.Options,
        });
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Phase} (was {Before})")]
        public static partial void Entered(ILogger logger, ServicePhase phase, ServicePhase before);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} recalibration of {Series}, event {Id}")]
        public static partial void Requested(ILogger logger, RequestKind kind, SeriesKey series, string id);

        [LoggerMessage(Level = LogLevel.Information, Message = "Event {Id} had been sent before the restart; not sent again")]
        public static partial void RepeatHeldBack(ILogger logger, string id);

        [LoggerMessage(Level = LogLevel.Information, Message = "Stopped; all positions are committed")]
        public static partial void StoppedCleanly(ILogger logger);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped without the last commit: {Reason}. The next start reads again from the commit before; nothing is lost")]
        public static partial void StoppedWithoutCommit(ILogger logger, string reason);
    }
}

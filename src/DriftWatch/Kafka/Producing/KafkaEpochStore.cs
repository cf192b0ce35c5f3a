using Confluent.Kafka;
using DriftWatch.Core.Time;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Native;
using DriftWatch.Kafka.Owning;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Producing;

/// <summary>Epochs as Kafka transactions: events, dead letters, pieces of the state and the group's offsets, all or nothing, by one owner at a time.</summary>
/// <remarks>
/// Two things say who owns the task. The group (<see cref="Coordinator"/>) says who should work, and is late at times. The transactional producer sees to it
/// that only one can commit: each owner makes its own, and the brokers refuse all older ones from then on.
/// So a commit waits while the group does not know us, and is refused when it knows another.
/// </remarks>
internal sealed partial class KafkaEpochStore : IEpochStore
{
    /// <summary>Pauses are in real time, whatever the clock says: librdkafka and the brokers, for whom it waits, know no other.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(2);

    /// <summary>For the epoch under way, then for its end, then for the producer's.</summary>
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(1.5);

    /// <summary>Unchanged positions are committed that often all the same: Kafka forgets offsets and transactional ids that are silent for days.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(10);

    private readonly KafkaOptions _options;
    private readonly TimeSpan _reach;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ClientLog _clientLog;
    private readonly CancellationTokenSource _leave = new();
    private readonly Turn _turn;
    private readonly StatusKeeper _status;
    private TransactionalProducer? _producer;
    private Task _running = Task.CompletedTask;

    // What the owner knows of its own commits.
    private Dictionary<string, int> _partCounts = [];
    private Dictionary<(string, int), long> _committed = [];
    private DateTimeOffset _refreshed;
    private int _partBytes;
    private LetterLimit _letterLimit;
    private volatile bool _resets; // until the old state is gone

    /// <summary>Nothing is asked or joined before <see cref="Acquire"/>.</summary>
    /// <param name="options">Cluster, group, topics.</param>
    /// <param name="reach">How far back a restart may have to read the inputs: what their retention is compared with.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it tells what happens.</param>
    /// <param name="reset">
    /// Whether the stored state is ignored, and dropped in the very transaction that stores the first new one: until then nothing is lost, whatever keeps
    /// the start from going on. Refused while another instance works.
    /// </param>
    /// <param name="fit">Says whether stored state is one that this instance can take over; null: any is.</param>
    public KafkaEpochStore(KafkaOptions options, TimeSpan reach, TimeProvider time, ILogger logger, bool reset = false, StateFit? fit = null)
    {
        NativeLibrdkafka.EnsureLoaded();
        (_options, _reach, _time, _logger, _resets, _fit) = (options, reach, time, logger, reset, fit);
        _clientLog = new ClientLog(logger, time, options);
        _turn = new Turn(options, time, logger, _clientLog);
        _status = new StatusKeeper(options, logger);
    }

    public StoreStatus Status => _status.Status;

    public Task<CommittedCheckpoint> Acquire(CancellationToken cancel) => Begin(() =>
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _leave.Token);
        return Take(either.Token);
    });

    public Task Commit(SealedEpoch epoch) => Begin(() =>
    {
        if (Role != StoreRole.Owner) throw new InvalidOperationException("Nothing can be committed before the task is acquired.");
        CommitOrLose(epoch);
        return true;
    });

    public bool Lost => Role == StoreRole.Owner && _turn.Ownership == Ownership.Others;

    public bool HandOver()
    {
        bool ended = Ended(_running, LeavePatience);
        if (!_turn.Leave(LeavePatience)) Log.LeftSilently(_logger, _options.GroupId, _options.SessionTimeout);
        DropProducer();
        _status.Show(StoreRole.Connecting, null);
        return ended;
    }

    public void Leave()
    {
        if (_leave.IsCancellationRequested) return;
        // An epoch under way may yet come through.
        Ended(_running, LeavePatience);
        _leave.Cancel();
        var left = Task.Run(() => _turn.Leave(LeavePatience));
        Ended(_running, LeavePatience);
        DropProducer();
        DropHeaders();
        if (!left.Result) Log.LeftSilently(_logger, _options.GroupId, _options.SessionTimeout);
        _status.Show(StoreRole.Connecting, null);
    }

    public void Dispose() => Leave();

    private StoreRole Role => Status.Role;

    /// <summary>Everything that waits runs here, one after the other.</summary>
    private Task<T> Begin<T>(Func<T> work)
    {
        ObjectDisposedException.ThrowIf(_leave.IsCancellationRequested, this);
        if (!_running.IsCompleted) throw new InvalidOperationException("The last call has not ended yet.");
        var task = OnItsOwnThread(work);
        _running = task;
        return task;
    }

    // Async, so that being cancelled is not a failure.
    private static async Task<T> OnItsOwnThread<T>(Func<T> work) =>
        await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);

    private static bool Ended(Task task, TimeSpan most) => Task.WaitAny([task], most) == 0;

    private CommittedCheckpoint Take(CancellationToken cancel)
    {
        DropProducer();
        while (true)
        {
            try
            {
                var inputs = Prepare(cancel);
                _turn.Join();
                AwaitTurn(cancel);
                if (TakeOver(inputs, cancel) is var (shelf, offsets))
                {
                    var found = Found(shelf, offsets);
                    if (ObjectionTo(found) is { } objection)
                    {
                        DropProducer();
                        StandAside(objection, cancel);
                        continue;
                    }

                    _clientLog.Causes.Forget();
                    _status.Show(StoreRole.Owner, null);
                    return found;
                }
            }
            catch (KafkaException failure)
            {
                DropProducer();
                DropHeaders();
                // Nobody wants to know any more what did not work.
                cancel.ThrowIfCancellationRequested();
                if (failure.Error.Code == ErrorCode.InvalidTransactionTimeout) throw StartChecks.TooLong(_options, "less");
                _status.Show(Role, _clientLog.Causes.Describe(failure.Error), answered: !Trouble.IsOfConnection(failure.Error.Code));
                cancel.WaitHandle.WaitOne(MostPause);
            }

            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Topics and settings: all that can be known before it is our turn.</summary>
    private List<TopicPartition> Prepare(CancellationToken cancel)
    {
        using var admin = new AdminClientBuilder(ClientSettings.Admin(_options))
            .SetErrorHandler((_, error) => _clientLog.Error(error))
            .SetLogHandler((_, message) => _clientLog.Write(message))
            .Build();
        var topics = new OwnTopics(_options, _logger);
        for (string? said = null; ; )
        {
            var (partitions, missing) = topics.Look(admin);
            if (missing is null)
            {
                if (said is not null && Status.Trouble == said) _status.Show(StoreRole.Connecting, null);
                Check(admin);
                return [.. new TopicPlan(_options).Inputs.SelectMany(t => Enumerable.Range(0, partitions[t]).Select(p => new TopicPartition(t, p)))];
            }

            _status.Show(StoreRole.Connecting, said = missing);
            cancel.WaitHandle.WaitOne(_options.ProbeInterval);
            cancel.ThrowIfCancellationRequested();
        }
    }

    private void Check(IAdminClient admin)
    {
        var checks = StartChecks.Ask(admin, _options, _reach);
        _status.Warn(checks.Warnings);
        _partBytes = checks.BatchBytes / 2;
        _letterLimit = new(checks.LetterBytes);
    }

    private void AwaitTurn(CancellationToken cancel)
    {
        if (_turn.IsFencedByStranger(cancel))
        {
            throw new StartRefusedException(
                $"This instance was fenced {ConsecutiveFencing.Most} times in a row, although group {_options.GroupId} has no other owner of {_options.CheckpointTopic}. " +
                $"Another application commits with transactional.id {_options.TransactionalId}: most likely a DriftWatch with the same kafka.groupId and another kafka.topics.checkpoints; give each its own kafka.groupId. " +
                $"If there is none, epochs take longer than kafka.transactionTimeout ({Durations.Format(_options.TransactionTimeout)}); lengthen it.");
        }

        _turn.Await(() => Wait(cancel), cancel);
        DropHeaders();
        // What kept the last try from succeeding is shown until one does.
        _status.Show(StoreRole.TakingOver, Status.Trouble);
    }

    private void Wait(CancellationToken cancel)
    {
        if (_turn.Trouble is { } trouble) _status.Show(Role == StoreRole.Standby ? StoreRole.Standby : StoreRole.Connecting, _clientLog.Causes.Describe(trouble), answered: !Trouble.IsOfConnection(trouble.Code));
        else if (_turn.Ownership == Ownership.Others && _resets) throw new StartRefusedException($"Another instance of group {_options.GroupId} owns this state. Stop it first, then start with --reset-state again; nothing was dropped.");
        else if (_turn.Ownership == Ownership.Others) StandBy(cancel);
    }

    /// <returns>null: while it was read, the task went to somebody else.</returns>
    private (ChunkStore Shelf, IReadOnlyDictionary<(string, int), long> Offsets)? TakeOver(List<TopicPartition> inputs, CancellationToken cancel)
    {
        var producer = new TransactionalProducer(_options, _partBytes * 2, _clientLog, error => _status.Show(Role, Unanswered(error)), _leave.Token);
        _producer = producer;
        string? before = Status.Trouble;
        producer.TakeOver(cancel);
        _status.Show(StoreRole.TakingOver, before);
        FailPoint.Reach("during-takeover");
        using var reader = new CheckpointReader(_options, _time, _logger, _clientLog);
        var shelf = reader.ReadChunks(cancel);
        var offsets = reader.ReadOffsets(inputs);
        if (!_turn.IsTheSame) return null;
        _partCounts = shelf.PartCounts();
        _committed = new Dictionary<(string, int), long>(offsets);
        _refreshed = _time.GetUtcNow();
        _turn.TookOver();
        Log.TookOver(_logger, _options.GroupId, _partCounts.Count, shelf.Bytes >> 10);
        return (shelf, offsets);
    }

    private CommittedCheckpoint Found(ChunkStore shelf, IReadOnlyDictionary<(string, int), long> offsets)
    {
        try
        {
            return new CommittedCheckpoint { Chunks = _resets ? new() : shelf.Assemble(), Parts = Parts, Offsets = offsets };
        }
        catch (FormatException damaged)
        {
            throw new StartRefusedException(
                $"The checkpoint of group {_options.GroupId} in {_options.CheckpointTopic} is damaged: {damaged.Message}. Were records of it deleted? " +
                "To start over at the group's offsets, start once with --reset-state; metrics and running episodes then begin at nothing.");
        }
    }

    /// <summary>Other clients of ours may well be answered meanwhile, so this does not say that nobody answers.</summary>
    private string Unanswered(Error error) => _clientLog.Causes.Refusal ?? (Trouble.IsOfConnection(error.Code)
        ? $"Kafka has not answered a transaction yet ({error.Reason}); it is asked again until it does."
        : _clientLog.Causes.Describe(error));

    private void DropProducer()
    {
        if (_producer is not { } producer) return;
        _producer = null;
        // It may wait for a broker that does not answer; nobody needs it any more.
        Ended(Task.Run(producer.Dispose), LeavePatience);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Took over as owner of consumer group {Group}: {Chunks} chunks of state, {Kilobytes} KiB")]
        public static partial void TookOver(ILogger logger, string group, int chunks, long kilobytes);

        [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the old state of consumer group {Group} ({Chunks} chunks): the new state is stored")]
        public static partial void Reset(ILogger logger, string group, int chunks);

        [LoggerMessage(Level = LogLevel.Information, Message = "The stored state of consumer group {Group} matches this instance's settings again; back to standby")]
        public static partial void Fits(ILogger logger, string group);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Left consumer group {Group} without an answer from the broker; a standby takes over after the session timeout, {SessionTimeout}")]
        public static partial void LeftSilently(ILogger logger, string group, TimeSpan sessionTimeout);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}")]
        public static partial void Fenced(ILogger logger, string reason);
    }
}

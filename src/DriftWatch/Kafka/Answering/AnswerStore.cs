using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Native;
using DriftWatch.Kafka.Owning;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Answering;

/// <summary>The requests of a topic one after the other, and what was made of each, committed with its offset: all of it or nothing, by one instance at a time.</summary>
/// <remarks>
/// For one thread. As with the service's own state, the group says who should work (<see cref="Coordinator"/>: who is given partition 0 of the topic of requests), and the transactional producer sees to it that no
/// other can commit. A run that works off what is there and ends joins no group: it is refused beside one that has members, and fences whoever is as short-lived as itself.
/// </remarks>
internal sealed partial class AnswerStore : IDisposable
{
    private const int BatchBytes = 1_000_000;

    /// <summary>Records that are passed over before their offsets are committed on their own.</summary>
    private const int MostSkipped = 1000;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(5);

    /// <summary>How long a run that is to end tries to begin.</summary>
    private static readonly TimeSpan OncePatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(1.5);

    private readonly KafkaOptions _kafka;
    private readonly RecalibrationOptions _recalibration;
    private readonly KafkaOptions _options; // of our own clients
    private readonly bool _once;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ClientLog _clientLog;
    private readonly AnswerTopics _topics;
    private readonly Turn _turn;
    private readonly CancellationTokenSource _leave = new();
    private TransactionalProducer? _producer;
    private RequestReader? _reader;
    private IAdminClient? _admin;
    private string? _saidTrouble;
    private int _skipped;

    /// <param name="kafka">The service's cluster and topics.</param>
    /// <param name="recalibration">The group and the topics of answers.</param>
    /// <param name="once">Whether only what is there is worked off.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it tells what happens.</param>
    public AnswerStore(KafkaOptions kafka, RecalibrationOptions recalibration, bool once, TimeProvider time, ILogger logger)
    {
        NativeLibrdkafka.EnsureLoaded();
        _options = recalibration.Clients(kafka) with { CheckpointTopic = kafka.RequestTopic };
        (_kafka, _recalibration, _once, _time, _logger) = (kafka, recalibration, once, time, logger);
        _clientLog = new ClientLog(logger, time, _options);
        _turn = new Turn(_options, time, logger, _clientLog);
        _topics = new AnswerTopics(kafka, recalibration, logger);
    }

    /// <summary>Whether all that was there when the work was acquired has been read.</summary>
    public bool IsAtEnd => _reader is { IsAtEnd: true };

    /// <summary>Records of the topic of requests that are not done with.</summary>
    public long Pending => _reader?.Pending ?? 0;

    /// <summary>Is told what stands in the way; null: nothing does any more.</summary>
    public Action<string?>? Waits { get; init; }

    /// <summary>Waits until the work is ours, and stands at the first request that is not answered.</summary>
    /// <exception cref="StartRefusedException">Going on would be of no use; the message says why and what to do.</exception>
    public void Acquire(CancellationToken stop)
    {
        var until = _time.GetUtcNow() + OncePatience;
        for (var pause = LeastPause; ; pause = Longer(pause))
        {
            stop.ThrowIfCancellationRequested();
            Drop();
            try
            {
                _admin ??= new AdminClientBuilder(ClientSettings.Admin(_options)).SetErrorHandler((_, error) => _clientLog.Error(error)).SetLogHandler((_, message) => _clientLog.Write(message)).Build();
                if (_topics.Look(_admin) is { } missing)
                {
                    if (_once && missing.Length > 0) throw new StartRefusedException(missing);
                    if (missing.Length > 0) Say(missing);
                    stop.WaitHandle.WaitOne(_options.ProbeInterval);
                    continue;
                }

                foreach (string warning in _topics.Check(_admin)) Say(warning);
                if (_once) RefuseBesideMembers();
                else AwaitTurn(stop);
                TakeOver(stop);
                _saidTrouble = null;
                return;
            }
            catch (KafkaException failure)
            {
                string cause = Describe(failure is DescribeConsumerGroupsException { Results.ConsumerGroupDescriptions: [{ Error.IsError: true } group, ..] } ? group.Error : failure.Error);
                if (_once && _time.GetUtcNow() > until) throw new StartRefusedException(cause, failure);
                Say(cause);
                stop.WaitHandle.WaitOne(pause);
            }
        }
    }

    /// <summary>Every record of a topic that is committed by now, in order of its partitions.</summary>
    /// <exception cref="KafkaRangeException">The cluster does not answer, or there is no such topic.</exception>
    public IEnumerable<KeptRecord> ReadAll(string topic) => ReadAll(_options, topic);

    /// <summary>The same without an owner.</summary>
    public static IEnumerable<KeptRecord> ReadAll(KafkaOptions options, string topic)
    {
        using var range = new TopicRange(options, [topic], null, null);
        while (range.Read()) yield return range.Record;
    }

    /// <summary>The next request; null: none came.</summary>
    /// <exception cref="KafkaRangeException">The cluster does not answer any more, or says no.</exception>
    public KeptRecord? Next(TimeSpan wait)
    {
        try
        {
            return _reader!.Next(wait);
        }
        catch (KafkaException failure)
        {
            throw new KafkaRangeException(Describe(failure.Error), failure);
        }
    }

    /// <summary>The newest request needs no answer: its offset is committed with the next.</summary>
    public void Skip(CancellationToken stop)
    {
        _reader!.MoveOn();
        if (++_skipped >= MostSkipped) Flush(stop);
    }

    /// <summary>Commits the offsets of what was passed over.</summary>
    public void Flush(CancellationToken stop)
    {
        if (_skipped > 0) Commit([], stop);
    }

    /// <summary>Commits what was made of the newest request, and that it is answered.</summary>
    /// <exception cref="FencedException">The work is another instance's now; nothing was committed.</exception>
    /// <exception cref="RecordRefusedException">A topic does not take one of the records, however often it is sent; nothing was committed.</exception>
    public void Answer(IReadOnlyList<AnswerRecord> records, CancellationToken stop)
    {
        _reader!.MoveOn();
        Commit(records, stop);
    }

    /// <summary>Commits what was made of a request that is committed already.</summary>
    /// <inheritdoc cref="Answer" path="/exception"/>
    public void Add(IReadOnlyList<AnswerRecord> records, CancellationToken stop) => Commit(records, stop);

    /// <summary>Ends what is under way and leaves the group.</summary>
    public void Dispose()
    {
        if (_leave.IsCancellationRequested) return;
        _leave.Cancel();
        _turn.Leave(LeavePatience);
        Drop();
        _admin?.Dispose();
    }

    private string Describe(Error error) => AnswerRights.Describe(error, _kafka, _recalibration) ?? _clientLog.Causes.Describe(error);

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < MostPause ? pause * 2 : MostPause;

    private void Commit(IReadOnlyList<AnswerRecord> records, CancellationToken stop)
    {
        EpochRecord[] all = [.. records.Select((record, number) => new EpochRecord(new TopicPartition(record.Topic, Partition.Any), MessageOf(record), number, Alone: false))];
        var offsets = _reader!.Uncommitted;
        for (var pause = LeastPause; ; pause = Longer(pause))
        {
            AwaitMembership(stop);
            switch (_producer!.Try(all, offsets, _once ? _reader.Member : _turn.Member))
            {
                case TryResult.Committed:
                    (_skipped, _saidTrouble) = (0, null);
                    Waits?.Invoke(null);
                    _turn.Committed();
                    _reader.Committed();
                    return;
                case TryResult.Fenced:
                    _turn.Fenced();
                    throw new FencedException($"Fenced: another producer with transactional.id {_options.TransactionalId} has taken over ({_producer.Trouble?.Reason}). Nothing of this answer was committed; it is done again by whoever owns group {_options.GroupId}.");
            }

            if (_producer.Refused is { Count: > 0 } refused) throw RefusedRecord.Of(records, refused, _admin!, _options);
            Say($"The transaction was aborted and is tried again: {Describe(_producer.Trouble!)}");
            stop.WaitHandle.WaitOne(pause);
            stop.ThrowIfCancellationRequested();
        }
    }

    private static Message<byte[]?, byte[]?> MessageOf(AnswerRecord record)
    {
        var headers = new Headers();
        foreach (var header in record.Headers) headers.Add(header.Name, header.Value);
        return new() { Key = record.Key, Value = record.Value, Headers = headers };
    }

    /// <summary>While the group does not know us, it may be about to give the work to another.</summary>
    private void AwaitMembership(CancellationToken stop)
    {
        while (!_once && _turn.Ownership != Ownership.Ours)
        {
            if (_turn.Ownership == Ownership.Others || !_turn.IsTheSame) throw new FencedException($"Lost ownership of group {_options.GroupId} before the answer was committed; its owner does it again.");
            stop.WaitHandle.WaitOne(Poll);
            stop.ThrowIfCancellationRequested();
        }
    }

    private void AwaitTurn(CancellationToken stop)
    {
        _turn.Join();
        if (_turn.IsFencedByStranger(stop))
        {
            throw new StartRefusedException(
                $"This instance was fenced {ConsecutiveFencing.Most} times in a row, although group {_options.GroupId} has no other owner. Another application commits with transactional.id {_options.TransactionalId}: " +
                "most likely a DriftWatch with the same group on another topic of requests; give each its own recalibration.groupId.");
        }

        _turn.Await(() => Say(_turn.Trouble is { } trouble ? _clientLog.Causes.Describe(trouble) : null), stop);
    }

    private void RefuseBesideMembers()
    {
        int members = 0;
        try
        {
            members = _admin!.DescribeConsumerGroupsAsync([_options.GroupId], new DescribeConsumerGroupsOptions { RequestTimeout = _options.ProbeTimeout }).GetAwaiter().GetResult().ConsumerGroupDescriptions[0].Members.Count;
        }
        catch (DescribeConsumerGroupsException none) when (none.Results.ConsumerGroupDescriptions.All(group => group.Error.Code == ErrorCode.GroupIdNotFound))
        {
            // Nobody has ever committed under this name.
        }

        if (members > 0) throw new StartRefusedException($"Group {_options.GroupId} has {members} members: a running driftwatch recalibrate answers the requests. Stop it, or leave out --once.");
    }

    private void TakeOver(CancellationToken stop)
    {
        _producer = new TransactionalProducer(_options, BatchBytes, _clientLog, error => Say($"Kafka has not answered a transaction yet ({error.Reason}); it is asked again until it does."), _leave.Token);
        _producer.TakeOver(stop);
        FailPoint.Reach("during-takeover");
        _reader = new RequestReader(_options, _time, _logger, _clientLog, _admin!);
        _turn.TookOver();
        Log.TookOver(_logger, _options.GroupId, _options.RequestTopic, _reader.Waiting);
    }

    private void Drop()
    {
        var (producer, reader) = (_producer, _reader);
        (_producer, _reader, _skipped) = (null, null, 0);
        // Both may wait for a broker that does not answer; nobody needs them any more.
        if (producer is not null) Task.Run(producer.Dispose).Wait(LeavePatience);
        if (reader is not null) Task.Run(reader.Dispose).Wait(LeavePatience);
    }

    private void Say(string? trouble)
    {
        Waits?.Invoke(trouble);
        if (trouble is null || _saidTrouble == trouble) return;
        _saidTrouble = trouble;
        Log.Trouble(_logger, trouble);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Took over as owner of consumer group {Group}: {Waiting} records of {Topic} to read")]
        public static partial void TookOver(ILogger logger, string group, string topic, long waiting);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Trouble}")]
        public static partial void Trouble(ILogger logger, string trouble);
    }
}

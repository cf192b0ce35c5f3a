using Confluent.Kafka;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Native;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Consuming;

/// <summary>All partitions of the input topics, assigned by hand and read from where the plan says.</summary>
/// <remarks>
/// Nothing here throws for trouble outside: a lost broker is a state (<see cref="Health"/>), the client reconnects by itself, and what
/// has been read stays read. Only a log that no longer has what we need is worse than a state: it is counted and logged as an error.
/// No call is made here that waits for the client: those have threads of their own (<see cref="ClientCalls"/>, <see cref="ClusterWatch"/>).
/// </remarks>
internal sealed partial class KafkaSource : IRecordSource
{
    /// <summary>For the client to close; then it is left behind.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(3);

    private readonly KafkaOptions _options;
    private readonly IReadOnlyList<PlannedPartition> _plan;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ClusterWatch _watch;
    private readonly ClientCalls _calls = new();
    private readonly int _mostRecords;
    private readonly List<SourcePartition> _partitions = [];
    private readonly List<long> _lastPositions = []; // at the picture before
    private readonly Dictionary<SourcePartition, DateTimeOffset> _outOfRange = []; // since when; nothing is read of them
    private readonly ClientLog _readerLog;
    private readonly Dictionary<SourcePartition, string> _refused = [];

    /// <summary>Where nothing but markers of transactions lies between the newest record and the end of the log; they never show as records.</summary>
    private readonly Dictionary<SourcePartition, (long After, long End)> _markers = [];
    private long? _endSeen;
    private KafkaConsumer? _consumer;
    private IBatchReader? _reader;
    private ClusterSnapshot _seen = ClusterSnapshot.Unknown;

    /// <param name="options">Which cluster and topics.</param>
    /// <param name="plan">Where partitions that are known begin, and in which order they come first.</param>
    /// <param name="mostRecords">Most records of a batch.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="managedOnly">Whether the native handle is left alone, for tests.</param>
    public KafkaSource(KafkaOptions options, IReadOnlyList<PlannedPartition> plan, int mostRecords, TimeProvider time, ILogger logger, bool managedOnly = false)
    {
        NativeLibrdkafka.EnsureLoaded();
        (_options, _plan, _mostRecords, _time, _logger) = (options, plan, mostRecords, time, logger);
        _readerLog = new ClientLog(logger, time, options);
        _watch = new ClusterWatch(options, plan, time, logger, new ClientLog(logger, time, options), partitions => new KafkaConsumer(options, partitions, _readerLog, managedOnly));
    }

    public IReadOnlyList<SourcePartition> Partitions => _partitions;

    /// <summary>Whether the cluster answers is what the probes say. What keeps the reader alone from reading is trouble all the same.</summary>
    public SourceHealth Health => new(_seen.Connected, _seen.Trouble ?? _refused.Values.FirstOrDefault() ?? _readerLog.Causes.Refusal);

    public string? Broken { get; private set; }

    public void Refresh()
    {
        if (_calls.Failure is { } failure) throw failure;
        if (_watch.Refusal is { } refusal) throw refusal;
        if (_watch.Ids.Changed is { } changed)
        {
            if (_partitions.Count == 0) throw new StartRefusedException(changed);
            Broken = changed;
        }

        var picture = _watch.Snapshot;
        if (ReferenceEquals(picture, _seen)) return;
        // The client tells of a refusal once, and of its end not at all: the rights were looked at since, and found.
        if (picture.Looks > _seen.Looks && picture.Trouble is null) _refused.Clear();
        _seen = picture;
        if (picture.Consumer is null) return;
        if (_reader is null) Open(picture.Consumer);
        if (picture.Partitions.Count > _partitions.Count) Begin([.. picture.Partitions.Skip(_partitions.Count)]);
        for (int i = 0; i < picture.Partitions.Count; i++) Compare(_partitions[i], picture.Partitions[i], picture.Connected);
        Doubt(picture);
    }

    public Task<bool> Verify() => _watch.Verify();

    public RecordBatch? Read(SourcePartition partition, int most)
    {
        if (_outOfRange.Count > 0 && _outOfRange.ContainsKey(partition)) return null;
        _endSeen = null;
        if (_reader!.Read(partition, most) is not { } batch) return null;
        long next = batch.OffsetOf(batch.Count - 1) + 1;
        if (_endSeen > next) _markers[partition] = (next, _endSeen.Value);
        partition.Position = _markers.TryGetValue(partition, out var markers) && markers.After == next ? markers.End : next;
        partition.LastTimestamp = batch.TimestampOf(batch.Count - 1);
        if (_refused.Count > 0) _refused.Remove(partition);
        // It may not be empty until a broker says so again; an end of partition after these records says it too, see OnEvent.
        partition.EmptyAt = null;
        return batch;
    }

    public void Wait(TimeSpan most)
    {
        if (_reader is null) Thread.Sleep(most);
        else _reader.Wait(most);
    }

    public void Unread(SourcePartition partition, int from)
    {
        partition.Position = _reader!.Unread(partition, from);
        partition.EmptyAt = null;
    }

    public void Dispose()
    {
        bool closed = _calls.End(
            () =>
            {
                _watch.Dispose();
                _reader?.Dispose();
                (_consumer ?? _watch.Snapshot.Consumer)?.Dispose();
            },
            ClosePatience);
        if (!closed) Log.LeftBehind(_logger, ClosePatience);
    }

    private void Open(KafkaConsumer consumer)
    {
        _consumer = consumer;
        if (consumer.Native is { } native) _reader = new NativeReader(native, _mostRecords, OnEvent);
        else
        {
            Log.ReadingSlowly(_logger);
            _reader = new ManagedReader(consumer.Client, _calls, OnEvent);
        }
    }

    private void Begin(IReadOnlyList<PartitionPicture> added)
    {
        List<SourcePartition> partitions = [];
        foreach (var picture in added)
        {
            int index = _partitions.Count + partitions.Count;
            var (start, lost) = index < _plan.Count ? Start(picture, _plan[index]) : (FirstStart(picture), 0);
            partitions.Add(new SourcePartition(index, picture.Part, picture.Topic, picture.Partition, start) { LogEnd = picture.End, LostRecords = lost, TopicId = _watch.Ids.Of(picture.Topic) });
        }

        _partitions.AddRange(partitions);
        _lastPositions.AddRange(partitions.Select(p => p.Position));
        _reader!.Add(partitions);
        List<TopicPartitionOffset> starts = [.. partitions.Select(Place)];
        _calls.Post(() => _consumer!.Client.IncrementalAssign(starts));
        long behind = partitions.Sum(p => Math.Max(0, p.LogEnd - p.Position));
        Log.Assigned(_logger, partitions.Count, behind);
    }

    /// <summary>Where reading begins, and how many records are gone that nobody had counted.</summary>
    private (long Offset, long Lost) Start(PartitionPicture picture, PlannedPartition planned)
    {
        if (picture.End < planned.Next)
        {
            throw new StartRefusedException(Shorter(picture.Topic, picture.Partition, picture.End, planned.Next));
        }

        if (picture.End < planned.Offset)
        {
            Log.BeginsAnew(_logger, picture.Topic, picture.Partition, planned.Offset, picture.End, picture.Low);
            return (picture.Low, 0);
        }

        return picture.Low <= planned.Offset ? (planned.Offset, 0) : (picture.Low, Missed(picture.Topic, picture.Partition, planned.Offset, planned.Counted, picture.Low));
    }

    /// <summary>Says what was deleted before it was read.</summary>
    /// <returns>How many records no number will ever hold.</returns>
    private long Missed(string topic, int partition, long from, long counted, long low)
    {
        long lost = Math.Max(0, low - counted);
        long forgotten = Math.Min(low, counted) - from;
        if (lost > 0) Log.LogWasCut(_logger, topic, partition, counted, low, lost);
        if (forgotten > 0) Log.RetentionIsShort(_logger, topic, partition, forgotten, from, low);
        return lost;
    }

    // A partition that is added to a topic that is read already is new: all of it counts.
    private long FirstStart(PartitionPicture picture) =>
        _options.StartFrom == StartFrom.Latest && !_plan.Concat(Planned(_partitions)).Any(known => known.Topic == picture.Topic) ? picture.End : picture.Low;

    private static IEnumerable<PlannedPartition> Planned(IEnumerable<SourcePartition> partitions) =>
        partitions.Select(p => new PlannedPartition(p.Part, p.Topic, p.Partition, p.Position));

    private static TopicPartitionOffset Place(SourcePartition partition) => new(partition.Topic, partition.Partition, partition.Position);

    /// <summary>Of what nothing came since the picture before, although there is something, is asked about more closely.</summary>
    private void Doubt(ClusterSnapshot picture)
    {
        List<int> doubtful = [];
        for (int i = 0; i < picture.Partitions.Count; i++)
        {
            var partition = _partitions[i];
            if (partition.TopicId is null) partition.TopicId = _watch.Ids.Of(partition.Topic);
            bool still = partition.Position == _lastPositions[i] && partition.Position < picture.Partitions[i].End;
            _lastPositions[i] = partition.Position;
            var range = picture.Connected ? picture.Partitions[i].Readable : null;
            partition.Readable = (still || _outOfRange.ContainsKey(partition)) && !_refused.ContainsKey(partition) ? range?.Stable : null;
            if (range is { } known && _outOfRange.TryGetValue(partition, out var since) && known.AskedAt >= since) GoOn(partition, known, picture.Partitions[i].End);
            if (still || _outOfRange.ContainsKey(partition)) doubtful.Add(i);
        }

        _watch.Doubtful = doubtful;
    }

    /// <summary>Where a partition is read on whose log does not hold our position any more.</summary>
    private void GoOn(SourcePartition partition, ReadableRange range, long end)
    {
        if (end < partition.Position)
        {
            Broken = _watch.Ids.Changed ?? Shorter(partition.Topic, partition.Partition, end, partition.Position);
            return;
        }

        _outOfRange.Remove(partition);
        if (range.Low > partition.Position)
        {
            long counted = partition.Index < _plan.Count ? _plan[partition.Index].Counted : 0;
            partition.LostRecords += Missed(partition.Topic, partition.Partition, partition.Position, Math.Max(counted, partition.Position), range.Low);
            partition.Position = range.Low;
        }

        // Not Seek, which the client refuses once it has stopped to fetch.
        var place = Place(partition);
        _calls.Post(() =>
        {
            _consumer!.Client.IncrementalUnassign([place.TopicPartition]);
            _consumer.Client.IncrementalAssign([place]);
        });
    }

    private static string Shorter(string topic, int partition, long end, long position) =>
        $"{topic}[{partition}] ends at {end}, but the state has read up to {position}: the topic was deleted and re-created or has lost records. Start once with --reset-state to drop the state.";

    private static void Compare(SourcePartition partition, PartitionPicture picture, bool connected)
    {
        partition.LogEnd = Math.Max(picture.End, partition.Position);
        partition.EmptyAt = connected && picture.AskedAt is { } asked && partition.Position >= picture.End ? asked : null;
    }

    private void OnEvent(SourcePartition? partition, int code, long offset, string? text)
    {
        switch ((ErrorCode)code)
        {
            case ErrorCode.Local_PartitionEOF when partition is not null:
                _refused.Remove(partition);
                // The offset counts the markers of transactions too, which never show as records. It may come with the records before it, in one reading.
                _endSeen = offset;
                partition.Position = Math.Max(partition.Position, offset);
                if (_seen.Connected && partition.Position >= partition.LogEnd) partition.EmptyAt = AskedAt(partition);
                partition.LogEnd = Math.Max(partition.LogEnd, partition.Position);
                break;
            case ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange or ErrorCode.Local_LogTruncation when partition is not null:
                // The client fetches no more of it. Where to go on is asked on another thread; until then nothing is read of it.
                _outOfRange[partition] = _time.GetUtcNow();
                _markers.Remove(partition);
                partition.EmptyAt = null;
                _watch.Doubtful = [.. _watch.Doubtful.Union([partition.Index])];
                Log.OffsetOutOfRange(_logger, partition.Topic, partition.Partition, offset >= 0 ? offset : partition.Position, text);
                break;
            // A connection comes and goes by itself; whether brokers answer at all, the probes find out.
            case var error when partition is not null && !Trouble.IsOfConnection(error):
                _refused[partition] = $"{partition.Topic}[{partition.Partition}] cannot be read. {Trouble.Describe(new Error(error, text), _options)}";
                _watch.LookAgain();
                break;
        }
    }

    private DateTimeOffset? AskedAt(SourcePartition partition) => _seen.Partitions[partition.Index].AskedAt;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The consumer did not close within {Patience}; it was abandoned, and a new one is used")]
        public static partial void LeftBehind(ILogger logger, TimeSpan patience);

        [LoggerMessage(Level = LogLevel.Information, Message = "Consuming {Partitions} partitions; lag {Records} records")]
        public static partial void Assigned(ILogger logger, int partitions, long records);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}[{Partition}]: the group's offset is {Offset}, but the topic ends at {End}: it was deleted and re-created. Reading begins at its oldest record, offset {Low}")]
        public static partial void BeginsAnew(ILogger logger, string topic, int partition, long offset, long end, long low);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Confluent.Kafka's native handle is not accessible: falling back to record-by-record consumption, several times slower")]
        public static partial void ReadingSlowly(ILogger logger);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Topic}[{Partition}]: offset {Offset} is out of the log's range ({Reason}); asking where its log begins and ends")]
        public static partial void OffsetOutOfRange(ILogger logger, string topic, int partition, long offset, string? reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Topic}[{Partition}]: offset {Offset} was needed, but the log begins at {Low}: {Lost} records were deleted before they were read. Set the topic's retention to the join's retention plus the longest downtime")]
        public static partial void LogWasCut(ILogger logger, string topic, int partition, long offset, long low, long lost);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Topic}[{Partition}]: {Records} records from offset {Offset} on, which are needed to know what is still on its way, were deleted: the log begins at {Low}. What they counted stays; labels of these predictions will find none. Set the topic's retention to the join's retention plus the longest downtime")]
        public static partial void RetentionIsShort(ILogger logger, string topic, int partition, long records, long offset, long low);
    }
}

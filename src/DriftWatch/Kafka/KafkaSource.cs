using Confluent.Kafka;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka;

/// <summary>All partitions of the input topics, assigned by hand and read from where the plan says.</summary>
/// <remarks>
/// Nothing here throws for trouble outside: a lost broker is a state (<see cref="Health"/>), the client reconnects by itself, and what
/// has been read stays read. Only a log that no longer has what we need is worse than a state: it is counted and logged as an error.
/// </remarks>
internal sealed partial class KafkaSource : IRecordSource
{
    private readonly KafkaOptions _options;
    private readonly IReadOnlyList<PlannedPartition> _plan;
    private readonly ILogger _logger;
    private readonly ClusterWatch _watch;
    private readonly int _mostRecords;
    private readonly List<SourcePartition> _partitions = [];
    private readonly HashSet<SourcePartition> _gaps = [];
    private KafkaConsumer? _consumer;
    private IBatchReader? _reader;
    private ClusterPicture _seen = ClusterPicture.Unknown;

    /// <param name="options">Which cluster and topics.</param>
    /// <param name="plan">Where partitions that are known begin, and in which order they come first.</param>
    /// <param name="mostRecords">Most records of a batch.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="managedOnly">Whether the native handle is left alone, for tests.</param>
    public KafkaSource(KafkaOptions options, IReadOnlyList<PlannedPartition> plan, int mostRecords, TimeProvider time, ILogger logger, bool managedOnly = false)
    {
        NativeLibrdkafka.EnsureLoaded();
        (_options, _plan, _mostRecords, _logger) = (options, plan, mostRecords, logger);
        var clientLog = new ClientLog(logger, time);
        _watch = new ClusterWatch(options, plan, time, logger, clientLog, partitions => new KafkaConsumer(options, partitions, clientLog, managedOnly));
    }

    public IReadOnlyList<SourcePartition> Partitions => _partitions;

    public SourceHealth Health { get; private set; }

    public void Refresh()
    {
        var picture = _watch.Picture;
        if (ReferenceEquals(picture, _seen)) return;
        _seen = picture;
        Health = new SourceHealth(picture.Connected, picture.Trouble);
        if (picture.Consumer is null) return;
        if (_reader is null) Open(picture.Consumer);
        if (picture.Partitions.Count > _partitions.Count) Begin([.. picture.Partitions.Skip(_partitions.Count)]);
        for (int i = 0; i < picture.Partitions.Count; i++) Compare(_partitions[i], picture.Partitions[i], picture.Connected);
    }

    public RecordBatch? Read(SourcePartition partition, int most)
    {
        if (_reader!.Read(partition, most) is not { } batch) return null;
        if (_gaps.Count > 0 && _gaps.Remove(partition)) Lose(partition, batch.OffsetOf(0));
        partition.Position = batch.OffsetOf(batch.Count - 1) + 1;
        partition.LastTimestamp = batch.TimestampOf(batch.Count - 1);
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
        _watch.Dispose();
        _reader?.Dispose();
        (_consumer ?? _watch.Picture.Consumer)?.Dispose();
    }

    private void Open(KafkaConsumer consumer)
    {
        _consumer = consumer;
        if (consumer.Native is { } native) _reader = new NativeReader(consumer.Client, native, _mostRecords, OnEvent);
        else
        {
            Log.ReadingSlowly(_logger);
            _reader = new ManagedReader(consumer.Client, OnEvent);
        }
    }

    private void Begin(IReadOnlyList<PartitionPicture> added)
    {
        List<SourcePartition> partitions = [];
        foreach (var picture in added)
        {
            int index = _partitions.Count + partitions.Count;
            var (start, lost) = index < _plan.Count ? Start(picture, _plan[index]) : (FirstStart(picture), 0);
            partitions.Add(new SourcePartition(index, picture.Part, picture.Topic, picture.Partition, start) { LogEnd = picture.End, LostRecords = lost });
        }

        _partitions.AddRange(partitions);
        _reader!.Add(partitions);
        long behind = partitions.Sum(p => Math.Max(0, p.LogEnd - p.Position));
        Log.Assigned(_logger, partitions.Count, behind);
    }

    /// <summary>Where reading begins, and how many records are gone that nobody had counted.</summary>
    private (long Offset, long Lost) Start(PartitionPicture picture, PlannedPartition planned)
    {
        if (picture.End < planned.Next)
        {
            throw new StartRefusedException(
                $"{picture.Topic}[{picture.Partition}] ends at {picture.End}, but the state has read up to {planned.Next}: the topic was made anew or has lost records. " +
                "Start once with --reset-state to drop the state.");
        }

        if (picture.Low <= planned.Offset) return (planned.Offset, 0);
        long lost = Math.Max(0, picture.Low - planned.Counted);
        long forgotten = Math.Min(picture.Low, planned.Counted) - planned.Offset;
        if (lost > 0) Log.LogWasCut(_logger, picture.Topic, picture.Partition, planned.Counted, picture.Low, lost);
        if (forgotten > 0) Log.RetentionIsShort(_logger, picture.Topic, picture.Partition, forgotten, planned.Offset, picture.Low);
        return (picture.Low, lost);
    }

    // A partition that is added to a topic that is read already is new: all of it counts.
    private long FirstStart(PartitionPicture picture) =>
        _options.StartFrom == StartFrom.Latest && !_plan.Concat(Planned(_partitions)).Any(known => known.Topic == picture.Topic) ? picture.End : picture.Low;

    private static IEnumerable<PlannedPartition> Planned(IEnumerable<SourcePartition> partitions) =>
        partitions.Select(p => new PlannedPartition(p.Part, p.Topic, p.Partition, p.Position));

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
                // The offset counts the markers of transactions too, which never show as records.
                partition.Position = Math.Max(partition.Position, offset);
                if (_seen.Connected && partition.Position >= partition.LogEnd) partition.EmptyAt = AskedAt(partition);
                partition.LogEnd = Math.Max(partition.LogEnd, partition.Position);
                break;
            case ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange when partition is not null:
                _gaps.Add(partition);
                Log.OffsetOutOfRange(_logger, partition.Topic, partition.Partition, partition.Position, text);
                _consumer!.Client.Seek(new TopicPartitionOffset(partition.Topic, partition.Partition, Offset.Beginning));
                break;
            default:
                Health = Health with { Trouble = Trouble.Describe(new Error((ErrorCode)code, text), _options) };
                break;
        }
    }

    private DateTimeOffset? AskedAt(SourcePartition partition) => _seen.Partitions[partition.Index].AskedAt;

    private void Lose(SourcePartition partition, long next)
    {
        long lost = Math.Max(0, next - partition.Position);
        partition.LostRecords += lost;
        Log.LogWasCut(_logger, partition.Topic, partition.Partition, partition.Position, next, lost);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Reading {Partitions} partitions, {Records} records behind their ends")]
        public static partial void Assigned(ILogger logger, int partitions, long records);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Confluent.Kafka's native handle cannot be had: reading record by record, several times slower")]
        public static partial void ReadingSlowly(ILogger logger);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Topic}[{Partition}]: offset {Offset} is out of the log's range ({Reason}); going on at its oldest record")]
        public static partial void OffsetOutOfRange(ILogger logger, string topic, int partition, long offset, string? reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Topic}[{Partition}]: offset {Offset} was needed, but the log begins at {Low}: {Lost} records were deleted before they were read. Set the topic's retention to the join's retention plus the longest downtime")]
        public static partial void LogWasCut(ILogger logger, string topic, int partition, long offset, long low, long lost);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Topic}[{Partition}]: {Records} records from offset {Offset} on, which are needed to know what is still on its way, were deleted: the log begins at {Low}. What they counted stays; labels of these predictions will find none. Set the topic's retention to the join's retention plus the longest downtime")]
        public static partial void RetentionIsShort(ILogger logger, string topic, int partition, long records, long offset, long low);
    }
}

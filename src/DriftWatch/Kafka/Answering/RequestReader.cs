using Confluent.Kafka;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Answering;

/// <summary>The topic of requests, read from the first record that is not committed, and how far it is read.</summary>
/// <remarks>For one thread and one turn: the next owner's begins at what is committed then.</remarks>
internal sealed partial class RequestReader : IDisposable
{
    private readonly KafkaOptions _options;
    private readonly TimeProvider _time;
    private readonly IAdminClient _admin;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly Dictionary<TopicPartition, long> _positions = []; // of the next record, where it is not committed yet
    private readonly HashSet<TopicPartition> _unread = []; // that were not read to the end they had at first
    private readonly Dictionary<TopicPartition, long> _ends = [];
    private readonly Dictionary<TopicPartition, long> _next = []; // of each partition the record that is read next, or worked on
    private ConsumeResult<byte[], byte[]>? _current;
    private DateTimeOffset _lookDue;
    private int _partitions;

    /// <param name="options">Cluster, group and topic.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it tells of records that are gone.</param>
    /// <param name="clientLog">Takes what the client says.</param>
    /// <param name="admin">Asked for new partitions; stays its owner's.</param>
    /// <exception cref="KafkaException">The cluster does not answer, or the topic has no partitions yet.</exception>
    public RequestReader(KafkaOptions options, TimeProvider time, ILogger logger, ClientLog clientLog, IAdminClient admin)
    {
        (_options, _time, _admin) = (options, time, admin);
        _consumer = new ConsumerBuilder<byte[], byte[]>(ClientSettings.Consumer(options, 1)).SetErrorHandler((_, error) => clientLog.Error(error)).SetLogHandler((_, message) => clientLog.Write(message)).Build();
        try
        {
            Waiting = Begin(logger);
        }
        catch
        {
            _consumer.Dispose();
            throw;
        }
    }

    /// <summary>Records that were to be read at first.</summary>
    public long Waiting { get; }

    /// <summary>Whether all that was there at first has been read.</summary>
    public bool IsAtEnd => _unread.Count == 0;

    /// <summary>Records that are not done with, as far as the brokers have told.</summary>
    public long Pending => _next.Sum(one => Math.Max(0, EndOf(one.Key) - one.Value));

    /// <summary>What is read and not committed: of each partition the next record's place.</summary>
    public IReadOnlyList<TopicPartitionOffset> Uncommitted => [.. _positions.Select(position => new TopicPartitionOffset(position.Key, position.Value))];

    /// <summary>Who reads, for a transaction of a run without a group.</summary>
    public IConsumerGroupMetadata Member() => _consumer.ConsumerGroupMetadata;

    /// <summary>The next record; null: none came.</summary>
    /// <exception cref="KafkaException">The cluster does not answer, or says no.</exception>
    public KeptRecord? Next(TimeSpan wait)
    {
        Look();
        if (_consumer.Consume(wait) is not { } read) return null;
        if (read.IsPartitionEOF)
        {
            _unread.Remove(read.TopicPartition);
            // Behind the newest record there may be markers of transactions.
            _next[read.TopicPartition] = read.Offset.Value;
            return null;
        }

        _current = read;
        return KeptRecord.Of(read);
    }

    /// <summary>The newest record is done with.</summary>
    public void MoveOn()
    {
        _positions[_current!.TopicPartition] = _next[_current.TopicPartition] = _current.Offset.Value + 1;
        if (_current.Offset.Value + 1 >= _ends.GetValueOrDefault(_current.TopicPartition, long.MaxValue)) _unread.Remove(_current.TopicPartition);
    }

    /// <summary>All that was done with is committed.</summary>
    public void Committed() => _positions.Clear();

    public void Dispose() => _consumer.Dispose();

    private long Begin(ILogger logger)
    {
        var partitions = Partitions();
        if (partitions.Count == 0) throw new KafkaException(new Error(ErrorCode.LeaderNotAvailable, $"{_options.RequestTopic} has no partitions yet"));
        var committed = _consumer.Committed(partitions, _options.ProbeTimeout).ToDictionary(one => one.TopicPartition, one => one.Offset);
        List<TopicPartitionOffset> starts = [];
        foreach (var partition in partitions)
        {
            var kept = _consumer.QueryWatermarkOffsets(partition, _options.ProbeTimeout);
            long start = committed[partition].IsSpecial ? (_options.StartFrom == StartFrom.Earliest ? kept.Low : kept.High).Value : committed[partition].Value;
            if (start < kept.Low.Value) Log.Lost(logger, partition.Topic, partition.Partition.Value, kept.Low.Value - start);
            starts.Add(new(partition, start = Math.Max(start, kept.Low.Value)));
            _ends[partition] = kept.High.Value;
            _next[partition] = start;
            if (start < kept.High.Value) _unread.Add(partition);
        }

        _partitions = partitions.Count;
        _lookDue = _time.GetUtcNow() + _options.MetadataInterval;
        _consumer.Assign(starts);
        return starts.Sum(start => _ends[start.TopicPartition] - start.Offset.Value);
    }

    /// <summary>Told with what was fetched last; before that, what it was at first.</summary>
    private long EndOf(TopicPartition partition) => _consumer.GetWatermarkOffsets(partition).High is { IsSpecial: false } high ? high.Value : _ends.GetValueOrDefault(partition);

    /// <summary>A new partition is read from its start.</summary>
    private void Look()
    {
        if (_time.GetUtcNow() is var now && now < _lookDue) return;
        _lookDue = now + _options.MetadataInterval;
        var partitions = Partitions();
        if (partitions.Count <= _partitions) return;
        _consumer.IncrementalAssign(partitions.Skip(_partitions).Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        _partitions = partitions.Count;
    }

    private List<TopicPartition> Partitions() => [.. _admin.GetMetadata(_options.ProbeTimeout).Topics.Where(topic => topic.Topic == _options.RequestTopic)
        .SelectMany(topic => topic.Partitions).Select(partition => new TopicPartition(_options.RequestTopic, partition.PartitionId)).OrderBy(partition => partition.Partition.Value)];

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Retention has taken {Lost} records of {Topic}[{Partition}] that were not read: their requests are not answered. Raise retention.ms of the topic above the longest time without this service")]
        public static partial void Lost(ILogger logger, string topic, int partition, long lost);
    }
}

using Confluent.Kafka;
using DriftWatch.Core.Events;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Native;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Consuming;

/// <summary>Reads a stretch of topics once: what was committed from one time to another. Joins no group, commits and writes nothing.</summary>
/// <remarks>
/// Kafka's own timestamps say where a stretch begins and ends: in each partition with the first record that is not older. Where it ends is asked once, so that a topic that grows meanwhile is
/// the same stretch.
/// </remarks>
internal sealed class TopicRange : IHeaderSource, IDisposable
{
    /// <summary>How long brokers may say nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Behind the newest record of a partition there may be markers of transactions.</summary>
    private const int BehindTheNewest = 10;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);

    private readonly CauseMemory _causes;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly Dictionary<TopicPartition, long> _ends = [];
    private IReadOnlyList<string> _headers = [];
    private List<TopicPartitionOffset>? _assigned; // until the first is read: what is fetched ahead would wait in memory
    private long _read;
    private ConsumeResult<byte[], byte[]>? _record;

    /// <param name="options">The cluster.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="from">Where it begins; null: with the oldest record that is kept.</param>
    /// <param name="to">Where it ends, without that moment; null: with the newest record.</param>
    /// <exception cref="KafkaRangeException">The cluster does not answer, or a topic is missing.</exception>
    public TopicRange(KafkaOptions options, IReadOnlyList<string> topics, EventTime? from, EventTime? to)
        : this(options, topics, from, to, null, null)
    {
    }

    /// <summary>The records that an event names, as far as they are kept.</summary>
    /// <param name="options">The cluster.</param>
    /// <param name="ranges">Which; of one partition one at most.</param>
    /// <exception cref="KafkaRangeException">The cluster does not answer, or a topic is missing.</exception>
    public TopicRange(KafkaOptions options, IReadOnlyList<DataRange> ranges)
        : this(options, [.. ranges.Select(range => range.Topic).Distinct()], null, null, null, ranges)
    {
    }

    private TopicRange(KafkaOptions options, IReadOnlyList<string> topics, EventTime? from, EventTime? to, long? newest, IReadOnlyList<DataRange>? ranges)
    {
        NativeLibrdkafka.EnsureLoaded();
        _causes = new CauseMemory(options, TimeProvider.System);
        _consumer = new ConsumerBuilder<byte[], byte[]>(ClientSettings.Consumer(options, topics.Count))
            .SetErrorHandler((_, error) => _causes.Record(error))
            .SetLogHandler((_, message) => _causes.Record(message))
            .Build();
        try
        {
            List<TopicPartition> partitions = [.. PartitionsOf(topics)];
            var starts = Offsets(partitions, from, offsets => offsets.Low.Value);
            var ends = Offsets(partitions, to, offsets => offsets.High.Value);
            if (newest is { } count) KeepNewest(partitions, starts, ends, count);
            if (ranges is not null)
            {
                var named = ranges.ToDictionary(range => new TopicPartition(range.Topic, range.Partition));
                partitions.RemoveAll(partition => !named.ContainsKey(partition));
                foreach (var partition in partitions)
                {
                    Gone += Math.Max(0, Math.Min(starts[partition], named[partition].EndOffset) - named[partition].StartOffset);
                    (starts[partition], ends[partition]) = (Math.Max(starts[partition], named[partition].StartOffset), Math.Min(ends[partition], named[partition].EndOffset));
                }
            }

            List<TopicPartitionOffset> assigned = [.. partitions.Where(partition => starts[partition] < ends[partition]).Select(partition => new TopicPartitionOffset(partition, starts[partition]))];
            foreach (var start in assigned) _ends.Add(start.TopicPartition, ends[start.TopicPartition]);
            Ranges = [.. partitions.Select(partition => new DataRange(partition.Topic, partition.Partition.Value, starts[partition], ends[partition]))];
            Span = assigned.Sum(start => ends[start.TopicPartition] - start.Offset.Value);
            _assigned = assigned;
        }
        catch (KafkaException failure)
        {
            _consumer.Dispose();
            throw new KafkaRangeException(_causes.Describe(failure.Error), failure);
        }
        catch (KafkaRangeException)
        {
            _consumer.Dispose();
            throw;
        }
    }

    /// <summary>The newest records, of all partitions alike.</summary>
    /// <param name="options">The cluster.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="most">About how many in all; a few of each partition at least.</param>
    public static TopicRange Newest(KafkaOptions options, string topic, int most = 1) => new(options, [topic], null, null, most, null);

    /// <summary>Of the offsets that were named, those that retention has taken.</summary>
    public long Gone { get; }

    /// <summary>What it spans of each partition.</summary>
    public IReadOnlyList<DataRange> Ranges { get; }

    /// <summary>How many offsets it spans: records and markers of transactions.</summary>
    public long Span { get; }

    /// <summary>How many of them were read; another thread may look.</summary>
    public long SpanRead => Volatile.Read(ref _read);

    public string Topic => _record!.Topic;

    /// <summary>The current record's place, as <c>topic[partition]@offset</c>.</summary>
    public string Place => $"{_record!.Topic}[{_record.Partition.Value}]@{_record.Offset.Value}";

    /// <summary>Goes on to the next record; those of one partition come in order.</summary>
    /// <exception cref="KafkaRangeException">The cluster does not answer any more, or says no.</exception>
    public bool Read()
    {
        long silent = 0;
        if (_assigned is { Count: > 0 } assigned)
        {
            _assigned = null;
            _consumer.Assign(assigned);
        }

        while (_ends.Count > 0)
        {
            ConsumeResult<byte[], byte[]>? result;
            try
            {
                result = _consumer.Consume(Wait);
            }
            catch (ConsumeException failure)
            {
                throw new KafkaRangeException(_causes.Describe(failure.Error), failure);
            }

            if (result is null)
            {
                if (++silent * Wait > Patience) throw new KafkaRangeException(_causes.Newest ?? $"the brokers have sent nothing for {Patience.TotalSeconds:0} s");
                continue;
            }

            silent = 0;
            if (!_ends.TryGetValue(result.TopicPartition, out long end)) continue;
            bool isPast = result.IsPartitionEOF || result.Offset.Value >= end;
            if (isPast || result.Offset.Value == end - 1) Finish(result.TopicPartition);
            if (isPast) continue;
            Volatile.Write(ref _read, _read + 1);
            _record = result;
            return true;
        }

        return false;
    }

    /// <summary>The current record, as it came.</summary>
    public Message<byte[], byte[]> Message => _record!.Message;

    /// <summary>The current record, to be kept.</summary>
    public KeptRecord Record => KeptRecord.Of(_record!);

    /// <summary>The current record.</summary>
    /// <param name="headers">The headers that are read of it.</param>
    public RecordView View(IReadOnlyList<string> headers)
    {
        var message = _record!.Message;
        _headers = headers;
        return new RecordView
        {
            Value = message.Value,
            IsTombstone = message.Value is null,
            HasKey = message.Key is not null,
            Key = message.Key,
            KafkaTimestamp = message.Timestamp is { Type: not TimestampType.NotAvailable } time ? time.UnixTimestampMs : -1,
            Headers = this,
        };
    }

    ReadOnlySpan<byte> IHeaderSource.HeaderOf(int record, int header) =>
        _record!.Message.Headers?.TryGetLastBytes(_headers[header], out byte[] value) == true ? value : default(ReadOnlySpan<byte>);

    public void Dispose() => _consumer.Dispose();

    /// <summary>Moves the starts up, so that about so many are left: of each partition alike, and what short ones have not of the longer ones.</summary>
    private static void KeepNewest(List<TopicPartition> partitions, Dictionary<TopicPartition, long> starts, Dictionary<TopicPartition, long> ends, long count)
    {
        long left = count;
        foreach (var (taken, partition) in partitions.OrderBy(partition => ends[partition] - starts[partition]).Index())
        {
            long share = Math.Min(ends[partition] - starts[partition], Math.Max(BehindTheNewest, left / (partitions.Count - taken)));
            starts[partition] = ends[partition] - share;
            left -= share;
        }
    }

    private void Finish(TopicPartition partition)
    {
        _ends.Remove(partition);
        _consumer.IncrementalUnassign([partition]);
    }

    private IEnumerable<TopicPartition> PartitionsOf(IReadOnlyList<string> topics)
    {
        using var admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        // All topics: a question for one by name would make it on brokers that create topics when asked.
        var there = admin.GetMetadata(Patience).Topics.Where(topic => topic.Partitions.Count > 0).ToDictionary(topic => topic.Topic);
        if (topics.FirstOrDefault(topic => !there.ContainsKey(topic)) is { } missing)
            throw new KafkaRangeException($"There is no topic {missing}, or it may not be read.{(NearestName.Of(missing, there.Keys) is { } near ? $" Did you mean {near}?" : "")}") { IsMissing = true };

        return topics.SelectMany(topic => there[topic].Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId)));
    }

    private Dictionary<TopicPartition, long> Offsets(List<TopicPartition> partitions, EventTime? at, Func<WatermarkOffsets, long> otherwise)
    {
        Dictionary<TopicPartition, long> offsets = [];
        if (at is { } time)
        {
            var timestamp = new Timestamp(time.Milliseconds, TimestampType.CreateTime);
            foreach (var found in _consumer.OffsetsForTimes(partitions.Select(partition => new TopicPartitionTimestamp(partition, timestamp)), Patience))
            {
                if (!found.Offset.IsSpecial) offsets.Add(found.TopicPartition, found.Offset.Value);
            }
        }

        // No record that young: the stretch begins, or ends, with the log.
        foreach (var partition in partitions.Where(partition => !offsets.ContainsKey(partition)))
        {
            var known = _consumer.QueryWatermarkOffsets(partition, Patience);
            offsets.Add(partition, at is null ? otherwise(known) : known.High.Value);
        }

        return offsets;
    }
}

/// <summary>A stretch of topics that cannot be read, in words.</summary>
internal sealed class KafkaRangeException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether there is no such topic.</summary>
    public bool IsMissing { get; init; }
}

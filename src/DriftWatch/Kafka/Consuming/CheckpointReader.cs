using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Consuming;

/// <summary>Reads what predecessors have committed: the checkpoint topic from its beginning to where it ends now, and the group's offsets.</summary>
/// <remarks>To be made after <see cref="TransactionalProducer.TakeOver"/>: from then on the end cannot move, and no transaction of a predecessor is open.</remarks>
internal sealed partial class CheckpointReader : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Saying = TimeSpan.FromSeconds(5);

    private readonly KafkaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly IAdminClient _admin;

    public CheckpointReader(KafkaOptions options, TimeProvider time, ILogger logger, ClientLog clientLog)
    {
        (_options, _time, _logger) = (options, time, logger);
        _consumer = new ConsumerBuilder<byte[], byte[]>(ClientSettings.Checkpoint(options))
            .SetErrorHandler((_, error) => clientLog.Error(error))
            .SetLogHandler((_, message) => clientLog.Write(message))
            .Build();
        _admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
    }

    /// <exception cref="KafkaException">A broker did not answer; what was read is forgotten.</exception>
    public ChunkStore ReadChunks(CancellationToken cancel)
    {
        var partition = new TopicPartition(_options.CheckpointTopic, 0);
        long begin = Ask(partition, OffsetSpec.Earliest());
        long end = Ask(partition, OffsetSpec.Latest());
        var shelf = new ChunkStore(_options.GroupId);
        var saying = _time.GetUtcNow() + Saying;
        bool half = false;
        _consumer.Assign(new TopicPartitionOffset(partition, begin));
        for (long position = begin; position < end;)
        {
            cancel.ThrowIfCancellationRequested();
            if (_consumer.Consume(Poll) is { } read)
            {
                // The end of the partition counts the markers of transactions too, which never show as records.
                position = read.IsPartitionEOF ? read.Offset.Value : read.Offset.Value + 1;
                if (!read.IsPartitionEOF && position <= end) shelf.Add(read.Message.Key, read.Message.Value);
            }

            if (!half && position - begin >= (end - begin) / 2)
            {
                half = true;
                FailPoint.Reach("during-restore");
            }

            if (_time.GetUtcNow() < saying) continue;
            saying = _time.GetUtcNow() + Saying;
            Log.Reading(_logger, position - begin, end - begin, shelf.Bytes >> 20);
        }

        _consumer.Unassign();
        return shelf;
    }

    /// <summary>The next records that the group will read, of those partitions of the inputs for which it says so.</summary>
    /// <exception cref="KafkaException">The group's coordinator did not answer.</exception>
    public IReadOnlyDictionary<(string Topic, int Partition), long> ReadOffsets(IReadOnlyCollection<TopicPartition> inputs) =>
        _consumer.Committed(inputs, _options.ProbeTimeout)
            .Where(p => p.Offset.Value >= 0)
            .ToDictionary(p => (p.Topic, p.Partition.Value), p => p.Offset.Value);

    public void Dispose()
    {
        _admin.Dispose();
        _consumer.Dispose();
    }

    // Of all records, committed or not: the consumer's own question would be answered with the oldest open transaction of another group.
    private long Ask(TopicPartition partition, OffsetSpec which) =>
        _admin.ListOffsetsAsync(
            [new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = which }],
            new ListOffsetsOptions { RequestTimeout = _options.ProbeTimeout, IsolationLevel = IsolationLevel.ReadUncommitted })
            .GetAwaiter().GetResult().ResultInfos[0].TopicPartitionOffsetError.Offset.Value;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Reading the checkpoint: {Read} of {Records} records, {Megabytes} MiB")]
        public static partial void Reading(ILogger logger, long read, long records, long megabytes);
    }
}

using System.Runtime.CompilerServices;
using Confluent.Kafka;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Native;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Consuming;

/// <summary>Reads topics of events as a subscriber would: what is committed, every partition, until it is told to stop. Joins no group.</summary>
internal static class EventTail
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(500);

    /// <param name="options">The cluster.</param>
    /// <param name="topics">The topics; one that is not there is passed over.</param>
    /// <param name="fromStart">Whether it begins with the oldest records, not behind the newest.</param>
    /// <param name="follow">Whether it waits for more at the end.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="KafkaRangeException">The cluster does not answer, or none of the topics is there.</exception>
    public static async IAsyncEnumerable<KeptRecord> ReadAsync(KafkaOptions options, IReadOnlyList<string> topics, bool fromStart, bool follow, [EnumeratorCancellation] CancellationToken stop)
    {
        NativeLibrdkafka.EnsureLoaded();
        var causes = new CauseMemory(options, TimeProvider.System);
        using var consumer = new ConsumerBuilder<byte[], byte[]>(ClientSettings.Checkpoint(options))
            .SetLogHandler((_, message) => causes.Record(message))
            .SetErrorHandler((_, error) => causes.Record(error))
            .Build();
        var unread = await Asked(() => Assign(consumer, options, topics, fromStart), causes, stop);
        while (!stop.IsCancellationRequested && (follow || unread.Count > 0))
        {
            var record = await Asked(() => consumer.Consume(Wait), causes, CancellationToken.None);
            if (record is { IsPartitionEOF: true }) unread.Remove(record.TopicPartition);
            else if (record?.Message is not null) yield return KeptRecord.Of(record);
        }

        consumer.Close();
    }

    private static HashSet<TopicPartition> Assign(IConsumer<byte[], byte[]> consumer, KafkaOptions options, IReadOnlyList<string> topics, bool fromStart)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        // All topics: a question for one by name would make it on brokers that create topics when asked.
        var there = admin.GetMetadata(options.ProbeTimeout).Topics.Where(topic => topics.Contains(topic.Topic)).ToList();
        TopicPartition[] partitions = [.. there.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId)))];
        if (partitions.Length == 0) throw new KafkaRangeException($"None of the topics {string.Join(", ", topics)} is at {options.BootstrapServers}; are these the ones of the service (kafka.topics, recalibration.answersTopic)?");
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, fromStart ? Offset.Beginning : Offset.End)));
        return [.. partitions];
    }

    private static async Task<T> Asked<T>(Func<T> question, CauseMemory causes, CancellationToken stop)
    {
        try
        {
            return await Task.Run(question, stop);
        }
        catch (KafkaException failure)
        {
            throw new KafkaRangeException(causes.Describe(failure.Error), failure);
        }
    }
}

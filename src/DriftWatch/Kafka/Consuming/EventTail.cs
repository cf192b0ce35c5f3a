using System.Runtime.CompilerServices;
using Confluent.Kafka;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Native;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Consuming;

/// <summary>Reads topics of events as a subscriber would: what is committed, every partition, what is there in the order of time, then what comes, until it is told to stop. Joins no group.</summary>
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
        var order = new TimeOrder(fromStart ? unread : []);
        HashSet<TopicPartition> paused = [];
        while (!stop.IsCancellationRequested && !order.IsEmpty)
        {
            var read = await Asked(() => consumer.Consume(Wait), causes, CancellationToken.None);
            if (read is { IsPartitionEOF: true }) order.End(read.TopicPartition);
            else if (read?.Message is not null) order.Add(read.TopicPartition, KeptRecord.Of(read));
            while (order.TryTake(out var next)) yield return next;
            Hold(consumer, unread, order, paused);
        }

        while (!stop.IsCancellationRequested && follow)
        {
            if (await Asked(() => consumer.Consume(Wait), causes, CancellationToken.None) is { Message: not null } record) yield return KeptRecord.Of(record);
        }

        consumer.Close();
    }

    /// <summary>Partitions that are far ahead of the others wait for them.</summary>
    private static void Hold(IConsumer<byte[], byte[]> consumer, HashSet<TopicPartition> all, TimeOrder order, HashSet<TopicPartition> paused)
    {
        foreach (var partition in all)
        {
            if (order.IsFull(partition) ? !paused.Add(partition) : !paused.Remove(partition)) continue;
            if (order.IsFull(partition)) consumer.Pause([partition]);
            else consumer.Resume([partition]);
        }
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

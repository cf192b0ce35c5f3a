using Confluent.Kafka;
using DriftWatch.Inspection;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Consuming;

/// <summary>The newest records of a topic, read without a group: nothing is committed and nobody is disturbed.</summary>
internal static class TopicSample
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <param name="kafka">The brokers.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="most">How many records at most, over all partitions alike.</param>
    /// <exception cref="SampleException">No broker answers, there is no such topic, or it is empty: what to do.</exception>
    public static IReadOnlyList<SampledRecord> Newest(KafkaOptions kafka, string topic, int most)
    {
        string? last = null;
        var settings = ClientSettings.Consumer(kafka, 1);
        settings["group.id"] = $"{kafka.GroupId}-inspect";
        settings["auto.offset.reset"] = "earliest";
        using var consumer = new ConsumerBuilder<byte[], byte[]>(settings).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => last = error.Reason).Build();
        var partitions = Partitions(consumer, kafka, topic, ref last);
        List<TopicPartitionOffset> from = [];
        HashSet<TopicPartition> open = [];
        foreach (var partition in partitions)
        {
            var ends = consumer.QueryWatermarkOffsets(partition, Patience);
            long first = Math.Max(ends.Low, ends.High - ((most + partitions.Count - 1) / partitions.Count));
            if (first >= ends.High) continue;
            from.Add(new TopicPartitionOffset(partition, first));
            open.Add(partition);
        }

        if (from.Count == 0) throw new SampleException($"topic {topic} is empty: there is nothing to look at yet.");
        consumer.Assign(from);
        List<SampledRecord> records = [];
        while (open.Count > 0 && records.Count < most)
        {
            if (consumer.Consume(Patience) is not { } result) break;
            if (result.IsPartitionEOF) open.Remove(result.TopicPartition);
            else records.Add(new SampledRecord(result.Message.Key, result.Message.Value, [.. (result.Message.Headers ?? []).Select(h => (h.Key, h.GetValueBytes() ?? []))], result.Message.Timestamp.UnixTimestampMs));
        }

        if (records.Count == 0) throw new SampleException($"topic {topic} has records and none could be read within {Patience.TotalSeconds:0} s{(last is null ? "" : $": {last}")}.");
        return records;
    }

    private static List<TopicPartition> Partitions(IConsumer<byte[], byte[]> consumer, KafkaOptions kafka, string topic, ref string? last)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        try
        {
            var metadata = admin.GetMetadata(topic, Patience);
            if (metadata.Topics.Find(t => t.Topic == topic) is { Error.IsError: false, Partitions.Count: > 0 } found) return [.. found.Partitions.Select(p => new TopicPartition(topic, p.PartitionId))];
            string[] others = [.. admin.GetMetadata(Patience).Topics.Select(t => t.Topic).Where(name => !name.StartsWith("__", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
            string near = NearestName.Of(topic, others) is { } name ? $"did you mean {name}?" : others.Length == 0 ? "the cluster has no topics" : $"there are {string.Join(", ", others.Take(20))}";
            throw new SampleException($"there is no topic or file {topic}; {near}");
        }
        catch (KafkaException failure)
        {
            throw new SampleException($"no answer from {kafka.BootstrapServers} within {Patience.TotalSeconds:0} s: {last ?? failure.Error.Reason}. Name the brokers with --bootstrap-servers, and what they ask for under kafka.properties.");
        }
    }
}

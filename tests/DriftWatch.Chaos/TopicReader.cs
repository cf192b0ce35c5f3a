using System.Text;
using Confluent.Kafka;

namespace DriftWatch.Chaos;

/// <summary>One record as it stands in a topic.</summary>
internal sealed record StoredRecord(string Topic, int Partition, long Offset, byte[]? Key, byte[]? Value, IReadOnlyDictionary<string, string> Headers);

/// <summary>Reads a topic from its beginning to its end, as any consumer would.</summary>
internal static class TopicReader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>All records, in the order of partitions and offsets.</summary>
    /// <param name="bootstrap">The brokers.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="committedOnly">Whether transactions count; without, what was aborted is there too.</param>
    public static List<StoredRecord> Read(string bootstrap, string topic, bool committedOnly)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = "chaos-reader",
            EnablePartitionEof = true,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Error,
            IsolationLevel = committedOnly ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        int partitions = admin.GetMetadata(topic, Patience).Topics[0].Partitions.Count;
        consumer.Assign(Enumerable.Range(0, partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
        List<StoredRecord> records = [];
        HashSet<int> ended = [];
        while (ended.Count < partitions)
        {
            var result = consumer.Consume(Patience) ?? throw new TimeoutException($"{topic} could not be read to its end.");
            if (result.IsPartitionEOF) ended.Add(result.Partition.Value);
            else records.Add(Stored(result));
        }

        consumer.Close();
        return [.. records.OrderBy(r => r.Partition).ThenBy(r => r.Offset)];
    }

    private static StoredRecord Stored(ConsumeResult<byte[], byte[]> result)
    {
        Dictionary<string, string> headers = [];
        foreach (var header in result.Message.Headers) headers[header.Key] = Encoding.UTF8.GetString(header.GetValueBytes() ?? []);
        return new(result.Topic, result.Partition.Value, result.Offset.Value, result.Message.Key, result.Message.Value, headers);
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using Confluent.Kafka;
using DriftWatch.Kafka.Native;

namespace DriftWatch.Kafka.Consuming;

/// <summary>Reads a topic of events as a subscriber would: from its start, every partition, until it is told to stop.</summary>
internal static class EventTail
{
    public static async IAsyncEnumerable<string> ReadAsync(string bootstrapServers, string topic, [EnumeratorCancellation] CancellationToken stop)
    {
        NativeLibrdkafka.EnsureLoaded();
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new Dictionary<string, string>
        {
            ["bootstrap.servers"] = bootstrapServers,
            ["group.id"] = "driftwatch-event-tail",
            ["enable.auto.commit"] = "false",
            ["auto.offset.reset"] = "earliest",
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = await Task.Run(() => admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics.Single().Partitions, stop);
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(topic, p.PartitionId, Offset.Beginning)));
        while (!stop.IsCancellationRequested)
        {
            var record = await Task.Run(() => consumer.Consume(TimeSpan.FromMilliseconds(500)), CancellationToken.None);
            if (record?.Message?.Value is { } value) yield return Encoding.UTF8.GetString(value);
        }

        consumer.Close();
    }
}

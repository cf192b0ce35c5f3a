using System.Text;
using Confluent.Kafka;
using DriftWatch.Kafka.Native;

namespace DriftWatch.Kafka.Producing;

/// <summary>Produces text records: what a serving system does, for the demo.</summary>
internal sealed class RecordProducer : IDisposable
{
    private readonly IProducer<byte[], byte[]> _producer;

    public RecordProducer(string bootstrapServers)
    {
        NativeLibrdkafka.EnsureLoaded();
        _producer = new ProducerBuilder<byte[], byte[]>(new Dictionary<string, string>
        {
            ["bootstrap.servers"] = bootstrapServers,
            ["partitioner"] = "murmur2_random",
            ["linger.ms"] = "20",
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    /// <summary>Hands a record to the client, which sends it in the background and retries by itself.</summary>
    /// <exception cref="ProduceException{TKey, TValue}">The client's queue is full.</exception>
    public void Produce(string topic, string key, string value) => Produce(topic, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));

    /// <inheritdoc cref="Produce(string, string, string)"/>
    public void Produce(string topic, byte[]? key, byte[]? value) => _producer.Produce(topic, new Message<byte[], byte[]> { Key = key!, Value = value! });

    public void Dispose()
    {
        _producer.Flush(TimeSpan.FromSeconds(2));
        _producer.Dispose();
    }
}

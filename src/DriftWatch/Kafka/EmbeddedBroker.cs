using Confluent.Kafka;
using DriftWatch.Kafka.Native;

namespace DriftWatch.Kafka;

/// <summary>librdkafka's mock cluster in this process: Kafka without Java or Docker, for the demo and for tests.</summary>
/// <remarks>
/// It listens on 127.0.0.1, so other programs can read and write too. It keeps 5 MB a partition in memory, makes topics with 4 partitions when they
/// are first asked for, and knows neither read_committed nor fencing: exactly-once is not tested on it.
/// </remarks>
internal sealed class EmbeddedBroker : IDisposable
{
    private readonly IProducer<byte[], byte[]> _host;
    private readonly IAdminClient _admin;

    public EmbeddedBroker()
    {
        NativeLibrdkafka.EnsureLoaded();
        _host = new ProducerBuilder<byte[], byte[]>(new Dictionary<string, string>
        {
            ["test.mock.num.brokers"] = "1",
            ["bootstrap.servers"] = "replaced-by-the-mock:9092",
        }).SetLogHandler((_, _) => { }).Build();
        _admin = new DependentAdminClientBuilder(_host.Handle).Build();
        var broker = _admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers.Single();
        BootstrapServers = $"{broker.Host}:{broker.Port}";
    }

    public string BootstrapServers { get; }

    /// <summary>Makes topics by asking for them: the mock cluster has no other way.</summary>
    public void CreateTopics(params IEnumerable<string> topics)
    {
        foreach (string topic in topics) _admin.GetMetadata(topic, TimeSpan.FromSeconds(10));
    }

    public void Dispose()
    {
        _admin.Dispose();
        _host.Dispose();
    }
}

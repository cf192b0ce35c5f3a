using Confluent.Kafka;
using DriftWatch.Kafka.Consuming;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Kafka.Owning;

public sealed class HeaderWatchTests
{
    /// <summary>The client tells of a partition's end only when a fetch brought nothing: an instance that was shut out by a busy owner never said that it stands by.</summary>
    [Fact]
    public void A_standby_catches_up_though_the_owner_never_stops_writing()
    {
        using var broker = new EmbeddedBroker();
        var options = new KafkaOptions { BootstrapServers = broker.BootstrapServers, GroupId = "busy", CheckpointTopic = "checkpoints" };
        broker.CreateTopics(options.CheckpointTopic);
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = broker.BootstrapServers, LingerMs = 0 }).Build();
        using var stop = new CancellationTokenSource();
        var owner = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                producer.Produce(new TopicPartition(options.CheckpointTopic, 0), new() { Key = [1], Value = [2] });
                producer.Flush(stop.Token.IsCancellationRequested ? TimeSpan.Zero : TimeSpan.FromMilliseconds(1));
            }
        });
        owner.Start();
        try
        {
            using var headers = new HeaderWatch(options, new ClientLog(NullLogger.Instance, TimeProvider.System, options));
            var deadline = DateTime.UtcNow.AddSeconds(20);
            while (!headers.CaughtUp && DateTime.UtcNow < deadline)
            {
                headers.Look();
                Thread.Sleep(20);
            }

            Assert.True(headers.CaughtUp, "Not caught up within 20 s.");
        }
        finally
        {
            stop.Cancel();
            owner.Join();
        }
    }
}

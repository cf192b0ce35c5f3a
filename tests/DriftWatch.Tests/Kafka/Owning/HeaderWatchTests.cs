using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Kafka.Owning;

public sealed class HeaderWatchTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    /// <summary>The client tells of a partition's end only when a fetch brought nothing: an instance that was fenced by a busy owner never said that it stands by.</summary>
    [Fact]
    public async Task A_standby_catches_up_though_the_owner_never_stops_committing()
    {
        var options = kafka.Options("busy-owner");
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).Build())
        {
            await admin.CreateTopicsAsync([new TopicSpecification { Name = options.CheckpointTopic, NumPartitions = 1 }]);
        }

        using var stop = new CancellationTokenSource();
        var owner = Task.Run(() => Commit(options, stop.Token), TestContext.Current.CancellationToken);
        try
        {
            await Task.Delay(3000, TestContext.Current.CancellationToken);
            using var headers = new HeaderWatch(options, new ClientLog(NullLogger.Instance, TimeProvider.System, options));
            var deadline = DateTime.UtcNow.AddSeconds(20);
            while (!headers.CaughtUp && DateTime.UtcNow < deadline)
            {
                headers.Look();
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            Assert.True(headers.CaughtUp, "Not caught up within 20 s.");
        }
        finally
        {
            await stop.CancelAsync();
            await owner;
        }
    }

    private static void Commit(KafkaOptions options, CancellationToken stop)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers, TransactionalId = options.GroupId, LingerMs = 0 }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(60));
        while (!stop.IsCancellationRequested)
        {
            producer.BeginTransaction();
            for (int i = 0; i < 20; i++) producer.Produce(new TopicPartition(options.CheckpointTopic, 0), new() { Key = [1], Value = new byte[500] });
            producer.CommitTransaction();
        }
    }
}

using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Kafka.Producing;

public sealed class TransactionalProducerTests
{
    /// <summary>A client that is destroyed under a call aborts the process (exit 134): a stop while no broker answers would end so.</summary>
    [Fact]
    public async Task A_producer_that_is_dropped_while_a_call_waits_ends_the_call_and_not_the_process()
    {
        var cancel = TestContext.Current.CancellationToken;
        var options = new KafkaOptions { BootstrapServers = "127.0.0.1:1", GroupId = "dropped" };
        var producer = new TransactionalProducer(options, 1_000_000, new ClientLog(NullLogger.Instance, TimeProvider.System, options), _ => { }, CancellationToken.None);
        using var started = new ManualResetEventSlim();
        var call = Task.Run(() =>
        {
            started.Set();
            producer.TakeOver(CancellationToken.None);
        }, cancel);
        started.Wait(cancel);
        await Task.Delay(500, cancel);

        await Task.Run(producer.Dispose, cancel).WaitAsync(TimeSpan.FromSeconds(60), cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(60), cancel));
    }
}

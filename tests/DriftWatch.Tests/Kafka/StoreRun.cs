using System.Text;
using Confluent.Kafka;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>Stores on topics of one test, and the other programs that look at what they wrote.</summary>
internal sealed class StoreRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<KafkaEpochStore> _stores = [];

    public StoreRun(string bootstrapServers, string prefix) =>
        Options = ApacheKafka.Options(bootstrapServers, prefix) with { SessionTimeout = TimeSpan.FromSeconds(6), TransactionTimeout = TimeSpan.FromSeconds(10) };

    public KafkaOptions Options { get; set; }

    public KafkaEpochStore Store(Func<KafkaOptions, KafkaOptions>? change = null, ILogger? logger = null, bool reset = false)
    {
        var store = new KafkaEpochStore(change is null ? Options : change(Options), TimeSpan.FromHours(1), TimeProvider.System, logger ?? NullLogger.Instance, reset);
        _stores.Add(store);
        return store;
    }

    public static CommittedCheckpoint Acquire(KafkaEpochStore store)
    {
        var acquired = store.Acquire(TestContext.Current.CancellationToken);
        Assert.True(Task.WaitAny([acquired], Patience) == 0, $"Not acquired: {store.Status}");
        return acquired.GetAwaiter().GetResult();
    }

    public static void Commit(KafkaEpochStore store, SealedEpoch epoch)
    {
        var committed = store.Commit(epoch);
        Assert.True(Task.WaitAny([committed], Patience) == 0, $"Not committed: {store.Status}");
        committed.GetAwaiter().GetResult();
    }

    /// <summary>An epoch with one event, one dead letter, one chunk, and positions that have come to its number in all inputs.</summary>
    public SealedEpoch Epoch(long number, byte[]? chunk = null, string name = "state") => new(
        number,
        [Event($"event-{number}"), Letter(Encoding.UTF8.GetBytes($"letter-{number}"))],
        [new(name, chunk ?? Encoding.UTF8.GetBytes($"state-{number}"))],
        Positions(number));

    public NextOffset[] Positions(long offset) =>
        [.. new[] { Options.PredictionTopics[0], Options.LabelTopics[0] }.SelectMany(t => Enumerable.Range(0, 2).Select(p => new NextOffset(t, p, offset, t == Options.LabelTopics[0] ? StreamPart.Labels : StreamPart.Predictions)))];

    public static OutgoingRecord Event(string text) => Record(OutputTopic.Requests, Encoding.UTF8.GetBytes(text));

    public static OutgoingRecord Letter(byte[] value) => Record(OutputTopic.DeadLetters, value);

    /// <summary>All values of a topic, as text and in the order of its partitions.</summary>
    public List<string> Read(string topic, bool committedOnly = true) => [.. Records(topic, committedOnly).Select(r => Encoding.UTF8.GetString(r.Value ?? []))];

    public List<Message<byte[], byte[]>> Records(string topic, bool committedOnly = true)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = Options.BootstrapServers,
            GroupId = "reader",
            EnablePartitionEof = true,
            EnableAutoCommit = false,
            IsolationLevel = committedOnly ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted,
        }).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        int partitions = admin.GetMetadata(topic, Patience).Topics[0].Partitions.Count;
        consumer.Assign(Enumerable.Range(0, partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
        List<Message<byte[], byte[]>> read = [];
        for (int ended = 0; ended < partitions;)
        {
            var result = consumer.Consume(Patience);
            Assert.NotNull(result);
            if (result.IsPartitionEOF) ended++;
            else read.Add(result.Message);
        }

        return read;
    }

    /// <summary>Offset past the newest record of a topic's first partition, markers of transactions included.</summary>
    public long EndOf(string topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = Options.BootstrapServers, GroupId = "reader" }).SetLogHandler((_, _) => { }).Build();
        return consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), Patience).High;
    }

    public static void WaitUntil(Func<bool> done, string what)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!done())
        {
            Assert.True(DateTime.UtcNow < deadline, $"Not within {Patience.TotalSeconds} s: {what}");
            Thread.Sleep(20);
        }
    }

    public void End()
    {
        foreach (var store in _stores) store.Dispose();
    }

    private static OutgoingRecord Record(OutputTopic topic, byte[] value) => new(topic, "key"u8.ToArray(), value, []);
}

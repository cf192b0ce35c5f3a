using System.Text;
using Confluent.Kafka;
using DriftWatch.Core.Monitoring;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>The real client against librdkafka's cluster in this process.</summary>
public sealed class EmbeddedBrokerTests
{
    [Fact]
    public void Every_pair_that_another_client_writes_is_matched()
    {
        using var broker = new EmbeddedBroker();
        var options = broker.Options();
        broker.CreateTopics(options.PredictionTopics[0], options.LabelTopics[0], options.RequestTopic, options.DeadLetterTopic, options.CheckpointTopic);
        TestTraffic.Write(options, pairs: 5000);

        using var service = new ServiceRun(options);

        service.RunUntil(s => s.Monitor.Join.Matched == 5000, "5000 pairs matched");
        Assert.Equal(0, service.Snapshot.Monitor.Join.DuplicatePredictions);
        Assert.Equal(ServicePhase.Running, service.Snapshot.Phase);
        Assert.All(service.Snapshot.Streams, s => Assert.Equal(4, s.TopicPartitions));
        Assert.True(service.Stop());
    }

    [Fact]
    public void Reading_record_by_record_gives_the_same_counts()
    {
        using var broker = new EmbeddedBroker();
        var options = broker.Options();
        broker.CreateTopics(options.PredictionTopics[0], options.LabelTopics[0], options.RequestTopic, options.DeadLetterTopic, options.CheckpointTopic);
        TestTraffic.Write(options, pairs: 3000);

        using var service = new ServiceRun(options, managedOnly: true);

        service.RunUntil(s => s.Monitor.Join.Matched == 3000, "3000 pairs matched");
        Assert.Equal(0, service.Snapshot.Monitor.Join.DuplicatePredictions);
    }

    [Fact]
    public void A_missing_topic_is_named_with_the_command_that_makes_it()
    {
        using var broker = new EmbeddedBroker();
        var options = broker.Options();
        broker.CreateTopics(options.PredictionTopics[0], options.RequestTopic, options.DeadLetterTopic, options.CheckpointTopic);

        using var service = new ServiceRun(options);

        service.RunUntil(s => s.Trouble is not null, "trouble");
        Assert.Equal(ServicePhase.Starting, service.Snapshot.Phase);
        Assert.StartsWith("Missing topic 'labels'. Create it: kafka-topics.sh ", service.Snapshot.Trouble);
        Assert.Contains("--create --topic labels --partitions 4", service.Snapshot.Trouble);

        broker.CreateTopics("labels");
        service.RunUntil(s => s.Phase == ServicePhase.Running && s.Trouble is null, "running once the topic is there");
    }

    [Fact]
    public void A_cluster_that_never_answers_is_a_state_and_not_an_exception()
    {
        using var service = new ServiceRun(new KafkaOptions { BootstrapServers = "127.0.0.1:1", ProbeTimeout = TimeSpan.FromSeconds(1) });

        service.RunUntil(s => s.Phase == ServicePhase.Disconnected, "disconnected");

        Assert.Contains("No broker answers at 127.0.0.1:1", service.Snapshot.Trouble);
        Assert.True(service.Stop());
    }
}

internal static class TestTraffic
{
    public static KafkaOptions Options(this EmbeddedBroker broker) =>
        new() { BootstrapServers = broker.BootstrapServers, ProbeInterval = TimeSpan.FromMilliseconds(200), Embedded = true };

    /// <summary>Writes predictions and the label of each, twenty a second of event time from ten minutes ago, over all partitions.</summary>
    public static void Write(KafkaOptions options, int pairs, int from = 0, int seconds = 20)
    {
        var (predictions, labels) = (options.PredictionTopics[0], options.LabelTopics[0]);
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers, LingerMs = 5, EnableIdempotence = true })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var start = DateTimeOffset.UtcNow - TimeSpan.FromMinutes(10);
        for (int i = from; i < from + pairs; i++)
        {
            long time = (start + TimeSpan.FromSeconds(i / 20.0)).ToUnixTimeMilliseconds();
            byte[] key = Encoding.UTF8.GetBytes($"p{i}");
            Produce(predictions, key, $$"""{"id":"p{{i}}","model":"m","version":"1","timestamp":{{time}},"probability":0.{{(i % 9) + 1}}}""");
            Produce(labels, key, $$"""{"id":"p{{i}}","timestamp":{{time + 20}},"label":{{i % 2}}}""");
        }

        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(seconds)));

        void Produce(string topic, byte[] key, string json)
        {
            while (true)
            {
                try
                {
                    producer.Produce(topic, new Message<byte[], byte[]> { Key = key, Value = Encoding.UTF8.GetBytes(json) });
                    return;
                }
                catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(50));
                }
            }
        }
    }
}

/// <summary>One run of the service on a thread of its own.</summary>
internal sealed class ServiceRun : IDisposable
{
    private readonly SnapshotBoard _board = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public ServiceRun(KafkaOptions kafka, PipelineOptions? pipeline = null, MonitorOptions? monitor = null, bool managedOnly = false)
    {
        var options = pipeline ?? new PipelineOptions { PublishInterval = TimeSpan.FromMilliseconds(100), CommitInterval = TimeSpan.FromMilliseconds(200) };
        monitor ??= new MonitorOptions();
        _running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        void Run()
        {
            if (!managedOnly)
            {
                KafkaPipeline.Run(kafka, options, monitor, _board, TimeProvider.System, NullLoggerFactory.Instance, _stop.Token);
                return;
            }

            var store = new KafkaEpochStore(kafka, JoinReach.Of(monitor), TimeProvider.System, NullLogger.Instance);
            new PipelineTask(options, monitor, store, OpenSource, _board, TimeProvider.System, NullLogger.Instance).Run(_stop.Token);
        }

        IRecordSource OpenSource(IReadOnlyList<PlannedPartition> plan) => new KafkaSource(kafka, plan, options.BatchRecords, TimeProvider.System, NullLogger.Instance, managedOnly: true);
    }

    public SnapshotBoard Board => _board;

    public ServiceSnapshot Snapshot => _board.Current;

    public void RunUntil(Predicate<ServiceSnapshot> done, string what, int seconds = 60)
    {
        var deadline = DateTime.UtcNow.AddSeconds(seconds);
        while (!done(_board.Current))
        {
            if (_running.IsFaulted) _running.GetAwaiter().GetResult();
            if (DateTime.UtcNow > deadline) Assert.Fail($"Not within {seconds} s: {what}. Phase {Snapshot.Phase}, trouble: {Snapshot.Trouble}, {Snapshot.Monitor.Join}");
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Thread.Sleep(5);
        }
    }

    /// <summary>Waits until the start is refused, and gives the sentence.</summary>
    public string Refusal(int seconds = 60)
    {
        int ended = Task.WaitAny([_running], seconds * 1000, TestContext.Current.CancellationToken);
        Assert.True(ended == 0, $"Not refused within {seconds} s. Phase {Snapshot.Phase}, trouble: {Snapshot.Trouble}, {Snapshot.Monitor.Join}");
        return Assert.IsType<StartRefusedException>(_running.Exception?.InnerException).Message;
    }

    /// <summary>Stops gracefully.</summary>
    /// <returns>Whether it ended in time.</returns>
    public bool Stop()
    {
        _stop.Cancel();
        return Task.WaitAny([_running], TimeSpan.FromSeconds(20)) == 0 && _running.IsCompletedSuccessfully;
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }
}

using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Monitoring;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>On a real broker: a log that does not stay as it was read. Retention that overtakes, topics that are re-created, transactions that stay open.</summary>
public sealed class MovingLogTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Records_deleted_before_they_were_read_are_counted_and_reading_goes_on_at_the_oldest(bool managedOnly)
    {
        var options = Options($"retention-{managedOnly}");
        Make(options);
        TestTraffic.Write(options, pairs: 900);
        var said = new LogLines();
        using var source = new KafkaSource(options, [new(StreamPart.Predictions, options.PredictionTopics[0], 0, 0)], 100, TimeProvider.System, said, managedOnly);
        // What the watch has learned by now the source takes over below: a log that begins at 0.
        Thread.Sleep(TimeSpan.FromSeconds(3));
        using (var admin = Admin(options))
        {
            await admin.DeleteRecordsAsync([new TopicPartitionOffset(options.PredictionTopics[0], 0, 850)]);
        }

        var partition = Await(source, 0);
        var read = ReadTo(source, partition, 900);

        Assert.Equal(Enumerable.Range(850, 50).Select(i => (long)i), read);
        Assert.Equal(850, partition.LostRecords);
        Assert.Contains(said.Lines, line => line.Contains("offset 0 is out of the log's range", StringComparison.Ordinal));
        Assert.Contains(said.Lines, line => line.StartsWith($"Error: {partition}: offset 0 was needed, but the log begins at 850: 850 records were deleted", StringComparison.Ordinal));
        TestTraffic.Write(options, pairs: 10, from: 900);
        Assert.Equal(10, ReadTo(source, partition, 910).Count);
    }

    [Fact]
    public async Task A_reader_that_was_frozen_while_retention_overtook_it_reads_on_and_stops_when_told_to()
    {
        var options = Options("frozen");
        Make(options);
        TestTraffic.Write(options, pairs: 700);
        using var service = ServiceProcess.Start(options);
        await service.Until("/metrics", page => Number(page, "driftwatch_join_delay_seconds_count") >= 700, "700 pairs matched");

        service.Signal("STOP");
        // The first are the answer to what it asked before it was frozen; of the others it will know nothing.
        TestTraffic.Write(options, pairs: 10, from: 700);
        TestTraffic.Write(options, pairs: 190, from: 710);
        using (var admin = Admin(options))
        {
            await admin.DeleteRecordsAsync([new TopicPartitionOffset(options.PredictionTopics[0], 0, 850), new TopicPartitionOffset(options.LabelTopics[0], 0, 850)]);
        }

        service.Signal("CONT");
        string page = await service.Until("/metrics", page => Number(page, "driftwatch_consumer_messages_total") + Number(page, "driftwatch_consumer_lost_records_total") == 1800, "every record read or named lost");
        Assert.InRange(Number(page, "driftwatch_consumer_lost_records_total"), 2 * 100, 2 * 150);
        await service.Until("/metrics", page => Number(page, "driftwatch_join_delay_seconds_count") >= 750, "50 more pairs matched");
        await service.Until("/healthz/ready", page => page.StartsWith("ok", StringComparison.Ordinal), "ready");

        service.Signal("TERM");
        Assert.Equal(0, await service.ExitAsync());
        Assert.Contains("records were deleted before they were read", service.Output);
    }

    [Theory]
    [InlineData("predictions", 900)]
    [InlineData("predictions", 0)]
    [InlineData("labels", 100)]
    public void A_topic_made_anew_while_it_is_read_halts_the_service_and_nothing_of_it_is_counted(string part, int pairs)
    {
        var options = Options($"anew-{part}-{pairs}");
        Make(options);
        TestTraffic.Write(options, pairs: 300);
        string topic = part == "predictions" ? options.PredictionTopics[0] : options.LabelTopics[0];
        using (var service = new ServiceRun(options))
        {
            service.RunUntil(s => s.Monitor.Join.Matched == 300, "300 pairs matched");
            var before = service.Snapshot.Monitor.Join;

            MakeAnew(options, topic);
            if (pairs > 0) TestTraffic.Write(options, pairs, from: 300);

            service.RunUntil(s => s.Phase == ServicePhase.Halted, "halted", seconds: 120);
            Assert.StartsWith($"Topic {topic} was deleted and re-created: the state was made of the one with id ", service.Snapshot.Trouble);
            Assert.Contains("start once with --reset-state", service.Snapshot.Trouble);
            Assert.Equal(300, service.Snapshot.Monitor.Join.Matched);
            Assert.Equal(before.DuplicatePredictions, service.Snapshot.Monitor.Join.DuplicatePredictions);
            Assert.True(service.Stop());
        }

        AssertRefused(options, $"Topic {topic} was deleted and re-created");
    }

    [Fact]
    public void A_topic_made_anew_while_nobody_works_is_refused_at_the_next_start_however_long_it_is()
    {
        var options = Options("refused");
        Make(options);
        TestTraffic.Write(options, pairs: 300);
        using (var first = new ServiceRun(options))
        {
            first.RunUntil(s => s.Monitor.Join.Matched == 300, "300 pairs matched");
            Assert.True(first.Stop());
        }

        MakeAnew(options, options.PredictionTopics[0]);
        TestTraffic.Write(options, pairs: 900, from: 300);

        AssertRefused(options, $"Topic {options.PredictionTopics[0]} was deleted and re-created");
    }

    [Fact]
    public void An_open_transaction_is_no_lack_of_progress_and_what_it_held_back_is_read_when_it_ends()
    {
        var options = Options("open");
        Make(options);
        TestTraffic.Write(options, pairs: 20);
        using var source = new KafkaSource(options, [], 100, TimeProvider.System, NullLogger.Instance);
        var partition = Await(source, 0);
        ReadTo(source, partition, 20);
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers, TransactionalId = options.GroupId + "-test" }).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(Patience);
        producer.BeginTransaction();
        for (int i = 0; i < 5; i++) producer.Produce(options.PredictionTopics[0], new() { Value = "{}"u8.ToArray() });
        producer.Flush(Patience);

        Turn(source, () => partition is { LogEnd: 25, Readable: not null }, "asked about more closely");
        Assert.Equal((20, 20), (partition.Position, partition.Readable));
        Assert.Null(source.Read(partition, 100));

        producer.CommitTransaction(Patience);
        Assert.Equal(5, ReadTo(source, partition, 25).Count);
        Turn(source, () => source.Read(partition, 100) is null && partition is { Idle: true, Position: 26 }, "past the marker of the transaction");
    }

    [Fact]
    public async Task A_standby_takes_over_from_an_owner_whose_loop_hangs()
    {
        var options = Options("hangs");
        Make(options);
        TestTraffic.Write(options, pairs: 300);
        var pipeline = new PipelineOptions { StallTimeout = TimeSpan.FromSeconds(6), StopTimeout = TimeSpan.FromSeconds(2), PublishInterval = TimeSpan.FromMilliseconds(100), CommitInterval = TimeSpan.FromMilliseconds(200) };
        using var free = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var board = new SnapshotBoard();
        bool hangs = false;
        using var store = new KafkaEpochStore(options, TimeSpan.FromHours(1), TimeProvider.System, NullLogger.Instance);
        var owner = new PipelineTask(pipeline, new MonitorOptions(), store, plan => new HangingSource(new KafkaSource(options, plan, 100, TimeProvider.System, NullLogger.Instance), () => Volatile.Read(ref hangs), free), board, TimeProvider.System, NullLogger.Instance);
        var running = Task.Factory.StartNew(() => owner.Run(stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            StoreRun.WaitUntil(() => running.IsFaulted || board.Current.Monitor.Join.Matched == 300, "the owner has matched 300 pairs");
            if (running.IsFaulted) await running;
            using var standby = new ServiceRun(options);
            standby.RunUntil(s => s.Phase == ServicePhase.Standby, "standing by");

            Volatile.Write(ref hangs, true);
            TestTraffic.Write(options, pairs: 200, from: 300);

            standby.RunUntil(s => s is { Phase: ServicePhase.Running, Monitor.Join.Matched: 500 }, "taken over, 500 pairs matched");
            await Assert.ThrowsAsync<LoopHungException>(() => running.WaitAsync(Patience, TestContext.Current.CancellationToken));
        }
        finally
        {
            free.Set();
            await stop.CancelAsync();
            // The store is disposed next, and librdkafka ends the process if somebody still commits.
            await Task.WhenAny(running, Task.Delay(Patience, CancellationToken.None));
        }
    }

    private KafkaOptions Options(string name) => kafka.Options(name) with { CreateInputTopics = false, CreatedPartitions = 1, TransactionTimeout = TimeSpan.FromMinutes(1) };

    private static IAdminClient Admin(KafkaOptions options) => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).SetLogHandler((_, _) => { }).Build();

    private static void Make(KafkaOptions options)
    {
        using var admin = Admin(options);
        admin.CreateTopicsAsync(new[] { options.PredictionTopics[0], options.LabelTopics[0] }.Select(topic => new TopicSpecification { Name = topic, NumPartitions = 1 })).GetAwaiter().GetResult();
    }

    private static void MakeAnew(KafkaOptions options, string topic)
    {
        using var admin = Admin(options);
        admin.DeleteTopicsAsync([topic]).GetAwaiter().GetResult();
        for (var until = DateTime.UtcNow + Patience; ; Thread.Sleep(50))
        {
            try
            {
                admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1 }]).GetAwaiter().GetResult();
                return;
            }
            catch (CreateTopicsException early) when (DateTime.UtcNow < until && early.Results[0].Error.Code == ErrorCode.TopicAlreadyExists)
            {
                // The old one is still on its way out.
            }
        }
    }

    private static void AssertRefused(KafkaOptions options, string sentence)
    {
        using var second = new ServiceRun(options);
        var refused = Assert.Throws<StartRefusedException>(() => second.RunUntil(_ => false, "a refusal"));
        Assert.Contains(sentence, refused.Message);
        Assert.Contains("--reset-state", refused.Message);
    }

    private static SourcePartition Await(KafkaSource source, int index)
    {
        Turn(source, () => source.Partitions.Count > index, "partitions");
        return source.Partitions[index];
    }

    private static List<long> ReadTo(KafkaSource source, SourcePartition partition, long end)
    {
        List<long> offsets = [];
        Turn(
            source,
            () =>
            {
                if (source.Read(partition, 100) is { } batch) offsets.AddRange(Enumerable.Range(0, batch.Count).Select(batch.OffsetOf));
                return partition.Position >= end;
            },
            $"read up to {end}");
        return offsets;
    }

    /// <summary>What the loop does with a source, until something is so.</summary>
    private static void Turn(KafkaSource source, Func<bool> done, string what)
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            source.Refresh();
            if (done()) return;
            Assert.True(DateTime.UtcNow < until, $"Not within {Patience.TotalSeconds} s: {what}. {source.Health}");
            foreach (var partition in source.Partitions.Skip(1)) source.Read(partition, 100);
            source.Wait(TimeSpan.FromMilliseconds(10));
        }
    }

    /// <summary>The sum of a metric's series.</summary>
    private static double Number(string page, string metric) =>
        page.Split('\n').Where(line => line.StartsWith(metric, StringComparison.Ordinal)).Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    private sealed class HangingSource(IRecordSource inner, Func<bool> hangs, ManualResetEventSlim free) : IRecordSource
    {
        public IReadOnlyList<SourcePartition> Partitions => inner.Partitions;

        public SourceHealth Health => inner.Health;

        public string? Broken => inner.Broken;

        public void Refresh() => inner.Refresh();

        public RecordBatch? Read(SourcePartition partition, int most)
        {
            if (hangs()) free.Wait();
            return inner.Read(partition, most);
        }

        public void Unread(SourcePartition partition, int from) => inner.Unread(partition, from);

        public Task<bool> Verify() => inner.Verify();

        public void Wait(TimeSpan most) => inner.Wait(most);

        public void Dispose() => inner.Dispose();
    }
}

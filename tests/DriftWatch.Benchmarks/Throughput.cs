using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Kafka;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging.Abstractions;

namespace DriftWatch.Benchmarks;

/// <summary>
/// <c>throughput [PAIRS] [BROKER]</c>: records per second of the whole service beside a bare librdkafka consumer of the same topics, in one run, and
/// where the time goes. Look at the ratio, not at the numbers.
/// </summary>
internal static class Throughput
{
    private const int Partitions = 4;

    // Of the newest stage, bytes a record.
    private static double s_allocated;

    public static int Run(string[] args)
    {
        int pairs = args.Length > 0 ? int.Parse(args[0]) : 1_000_000;
        string? broker = args.Length > 1 ? args[1] : Environment.GetEnvironmentVariable("DRIFTWATCH_KAFKA");
        if (broker is null)
        {
            Console.Error.WriteLine("throughput: name a broker: throughput [PAIRS] HOST:PORT, or set DRIFTWATCH_KAFKA.");
            return 2;
        }

        string run = Guid.NewGuid().ToString("N")[..8];
        var options = new KafkaOptions
        {
            BootstrapServers = broker,
            GroupId = $"throughput-{run}",
            PredictionTopics = [$"throughput-{run}-predictions"],
            LabelTopics = [$"throughput-{run}-labels"],
            RequestTopic = $"throughput-{run}-requests",
            DeadLetterTopic = $"throughput-{run}-dlq",
            CheckpointTopic = $"throughput-{run}-checkpoints",
            CreateTopics = true,
        };
        double bytes = Fill(options, pairs);
        Console.WriteLine($"{pairs:N0} predictions and as many labels, {bytes / pairs / 2:0} B a record, {Partitions} partitions each, lz4");

        Bare(options, pairs); // the first reader warms the page cache
        double bare = Median(() => Bare(options, pairs));
        // By turns, so that what else the machine does falls on both.
        List<double> with = [], without = [];
        for (int turn = 0; turn < 5; turn++)
        {
            without.Add(Service(options, pairs, epochs: false));
            with.Add(Service(options, pairs));
        }

        double service = Middle(with);
        Say("bare consumer (rd_kafka_consume_batch_queue)", bare, bare);
        Say("whole service", service, bare);
        Console.WriteLine($"exactly once at epochs of 1 s costs {1 - Middle([.. with.Zip(without, (w, wo) => w / wo)]):P1} of the throughput without any commit (median of {with.Count} pairs of runs)");
        Decompose(options, pairs);
        Delete(options);
        return 0;
    }

    private static void Say(string what, double rate, double bare) => Console.WriteLine($"{what,-46} {rate,12:N0} records/s   ratio {rate / bare:0.00}");

    private static double Median(Func<double> measure) => Middle([measure(), measure(), measure()]);

    private static double Middle(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    /// <summary>Reads everything and looks at nothing.</summary>
    private static double Bare(KafkaOptions options, int pairs)
    {
        using var source = new KafkaSource(options with { GroupId = $"bare-{Guid.NewGuid():N}" }, [], 1000, TimeProvider.System, NullLogger.Instance);
        return Time(source, pairs, static (_, _) => { });
    }

    /// <summary>The loop as it runs in production, from assignment to the last pair matched; with epochs of a second in transactions, or without any.</summary>
    private static double Service(KafkaOptions options, int pairs, bool epochs = true)
    {
        string group = $"service-{Guid.NewGuid():N}";
        options = options with { GroupId = group };
        var pipeline = epochs ? new PipelineOptions() : new PipelineOptions { CommitInterval = TimeSpan.FromDays(1) };
        var monitor = Watch(pairs);
        using IEpochStore store = epochs ? new KafkaEpochStore(options, JoinReach.Of(monitor), TimeProvider.System, NullLogger.Instance) : new InMemoryEpochStore();
        var committed = store.Acquire(CancellationToken.None).GetAwaiter().GetResult();
        using var loop = new PipelineLoop(pipeline, monitor, committed, store, plan => new KafkaSource(options, plan, pipeline.BatchRecords, TimeProvider.System, NullLogger.Instance), new SnapshotBoard(), TimeProvider.System, NullLogger.Instance);
        loop.Restore();
        while (loop.Phase == ServicePhase.Starting) loop.Cycle();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        var last = TimeSpan.Zero;
        while (loop.State.Monitor.JoinCounts.Matched < pairs)
        {
            if (loop.Cycle()) last = clock.Elapsed;
        }

        Console.WriteLine($"  {(epochs ? "with epochs" : "without    ")}: {2.0 * pairs / last.TotalSeconds,12:N0} records/s, {(GC.GetAllocatedBytesForCurrentThread() - allocated) / (2.0 * pairs):0.00} B allocated a record, growth of tables included");
        return 2.0 * pairs / last.TotalSeconds;
    }

    /// <summary>The same stream with one stage more each time.</summary>
    private static void Decompose(KafkaOptions options, int pairs)
    {
        Console.WriteLine("where the time goes, ns a record (each line adds a stage):");
        var monitorOptions = Watch(pairs);
        byte[] key = new byte[16];
        double fetch = 1e9 / Stage(options, pairs, static (_, _) => { });
        Console.WriteLine($"  fetch           {fetch,8:0}            {s_allocated,6:0.00} B a record");
        var routes = new RouteTable(monitorOptions.Routing);
        var reader = new MessageReader(new FieldMapping(), new ReadLimits(), routes, key);
        double decode = 1e9 / Stage(options, pairs, (batch, partition) => Decode(reader, batch, partition));
        Console.WriteLine($"  + decode        {decode,8:0}   (+{decode - fetch:0}) {s_allocated,6:0.00} B a record");
        routes = new RouteTable(monitorOptions.Routing);
        var second = new MessageReader(new FieldMapping(), new ReadLimits(), routes, key);
        var monitor = new CalibrationMonitor(monitorOptions, routes);
        double joined = 1e9 / Stage(options, pairs, (batch, partition) => Join(second, monitor, batch, partition));
        Console.WriteLine($"  + join and add  {joined,8:0}   (+{joined - decode:0}) {s_allocated,6:0.00} B a record");
    }

    private static double Stage(KafkaOptions options, int pairs, Action<RecordBatch, SourcePartition> stage)
    {
        using var source = new KafkaSource(options with { GroupId = $"stage-{Guid.NewGuid():N}" }, [], 1000, TimeProvider.System, NullLogger.Instance);
        return Time(source, pairs, stage);
    }

    private static void Decode(MessageReader reader, RecordBatch batch, SourcePartition partition)
    {
        var now = EventTime.From(DateTimeOffset.UtcNow);
        for (int i = 0; i < batch.Count; i++)
        {
            var reason = partition.Part == StreamPart.Predictions ? reader.ReadPrediction(batch[i], now, out _) : reader.ReadLabel(batch[i], now, out _);
            if (reason != RejectReason.None) throw new InvalidOperationException($"{reason}: {reader.LastFault}");
        }
    }

    private static void Join(MessageReader reader, CalibrationMonitor monitor, RecordBatch batch, SourcePartition partition)
    {
        var now = EventTime.From(DateTimeOffset.UtcNow);
        for (int i = 0; i < batch.Count; i++)
        {
            if (partition.Part == StreamPart.Predictions)
            {
                reader.ReadPrediction(batch[i], now, out var prediction);
                monitor.Add(prediction);
            }
            else
            {
                reader.ReadLabel(batch[i], now, out var label);
                monitor.Add(label);
            }
        }
    }

    private static double Time(KafkaSource source, int pairs, Action<RecordBatch, SourcePartition> stage)
    {
        while (source.Partitions.Count == 0)
        {
            source.Refresh();
            Thread.Sleep(1);
        }

        long records = 0, allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        while (records < 2L * pairs)
        {
            bool any = false;
            foreach (var partition in source.Partitions)
            {
                if (source.Read(partition, 1000) is not { } batch) continue;
                stage(batch, partition);
                records += batch.Count;
                any = true;
            }

            if (!any) source.Wait(TimeSpan.FromMilliseconds(1));
        }

        s_allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)records;
        return records / clock.Elapsed.TotalSeconds;
    }

    private static MonitorOptions Watch(int pairs) => new() { MaxPending = Math.Max(5_000_000, pairs), Default = new ModelOptions { Join = new JoinRule { Horizon = TimeSpan.FromHours(1) } } };

    /// <summary>Two thousand predictions a second of event time, each label half a minute later; ends ten minutes ago.</summary>
    private static double Fill(KafkaOptions options, int pairs)
    {
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).Build())
        {
            admin.CreateTopicsAsync(new[] { options.PredictionTopics[0], options.LabelTopics[0] }
                .Select(t => new TopicSpecification { Name = t, NumPartitions = Partitions })).GetAwaiter().GetResult();
        }

        double bytes = 0;
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = options.BootstrapServers,
            LingerMs = 50,
            BatchSize = 500_000,
            CompressionType = CompressionType.Lz4,
            QueueBufferingMaxMessages = 1_000_000,
            EnableDeliveryReports = false,
        }).Build();
        var random = new Random(7);
        long end = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 600_000;
        for (int i = 0; i < pairs; i++)
        {
            long time = end - ((pairs - i) / 2);
            double probability = Math.Round(random.NextDouble(), 4);
            Send(options.PredictionTopics[0], i % Partitions, $$"""{"id":"{{i:x8}}-0000-4000-8000-000000000000","model":"fraud","version":"7","timestamp":{{time}},"probability":{{probability:R}}}""");
            Send(options.LabelTopics[0], (i + 1) % Partitions, $$"""{"id":"{{i:x8}}-0000-4000-8000-000000000000","timestamp":{{time + 30_000}},"label":{{(random.NextDouble() < probability ? 1 : 0)}}}""");
        }

        producer.Flush(TimeSpan.FromMinutes(2));
        return bytes;

        void Send(string topic, int partition, string json)
        {
            byte[] value = Encoding.UTF8.GetBytes(json);
            bytes += value.Length;
            while (true)
            {
                try
                {
                    producer.Produce(new TopicPartition(topic, partition), new Message<byte[], byte[]> { Value = value });
                    return;
                }
                catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    Thread.Sleep(5);
                }
            }
        }
    }

    private static void Delete(KafkaOptions options)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).Build();
        admin.DeleteTopicsAsync([options.PredictionTopics[0], options.LabelTopics[0], options.RequestTopic, options.DeadLetterTopic, options.CheckpointTopic]).GetAwaiter().GetResult();
    }
}

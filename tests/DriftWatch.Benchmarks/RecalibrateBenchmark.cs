using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace DriftWatch.Benchmarks;

/// <summary>
/// <c>recalibrate BOOTSTRAP [PAIRS]</c>: writes so many predictions and labels to a broker, and one request for all of them, and tells how long <c>driftwatch recalibrate --once</c> takes from its start to its end, and
/// how much memory.
/// </summary>
internal static class RecalibrateBenchmark
{
    private const int Partitions = 4;

    public static int Run(string[] args)
    {
        string bootstrap = args[0], prefix = $"driftwatch-recalibrate-{Guid.NewGuid():n}"[..30];
        int pairs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
        var folder = Directory.CreateTempSubdirectory("driftwatch-recalibrate");
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = bootstrap, LingerMs = 20, QueueBufferingMaxMessages = 200_000, CompressionType = CompressionType.Lz4, EnableIdempotence = true }).Build();
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        string[] topics = [.. new[] { "predictions", "labels", "requests", "dlq", "maps", "audit", "answers" }.Select(name => $"{prefix}-{name}")];
        admin.CreateTopicsAsync(topics.Select(topic => new TopicSpecification { Name = topic, NumPartitions = Partitions, Configs = topic.EndsWith("maps", StringComparison.Ordinal) ? new() { ["cleanup.policy"] = "compact" } : new() { ["retention.ms"] = "-1" } })).GetAwaiter().GetResult();
        try
        {
            Write(producer, topics, pairs);
            Measure(bootstrap, prefix, topics, folder.FullName, pairs);
            return 0;
        }
        finally
        {
            admin.DeleteTopicsAsync(topics).GetAwaiter().GetResult();
            folder.Delete(recursive: true);
        }
    }

    private static void Write(IProducer<byte[], byte[]> producer, string[] topics, int pairs)
    {
        var clock = Stopwatch.StartNew();
        var random = new Random(1);
        // Twelve days, young enough for any broker to keep what is written now.
        long span = 12 * 86_400_000L, start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - span - 86_400_000L;
        long[] ends = new long[Partitions];
        int positives = 0;
        for (int i = 0; i < pairs; i++)
        {
            long time = start + (span * i / pairs);
            double claim = Math.Round(random.NextDouble(), 6);
            bool outcome = random.NextDouble() < claim * claim;
            positives += outcome ? 1 : 0;
            int partition = i % Partitions;
            ends[partition]++;
            string id = $"{i:x8}-request";
            Send(topics[0], partition, $$"""{"id":"{{id}}","model":"fraud","version":"7","timestamp":{{time}},"probability":{{claim.ToString(CultureInfo.InvariantCulture)}}}""");
            Send(topics[1], partition, $$"""{"id":"{{id}}","timestamp":{{time + 3_600_000}},"label":{{(outcome ? 1 : 0)}}}""");
        }

        var ranges = Enumerable.Range(0, Partitions).Select(partition => new { topic = topics[0], partition, startOffset = 0L, endOffset = ends[partition] });
        Send(topics[2], 0, JsonSerializer.Serialize(new
        {
            specversion = "1.0", id = "event", source = "/driftwatch", type = "io.driftwatch.recalibration.requested.v1",
            data = new { model = "fraud", version = "7", task = "binary", slice = (string?)null, episode = "episode", window = new { start = Time(start), end = Time(start + span) }, n = pairs, positives, dataRange = ranges },
        }));
        if (producer.Flush(TimeSpan.FromMinutes(5)) > 0) throw new TimeoutException("The broker did not take the records.");
        Console.WriteLine($"{pairs:N0} predictions and labels written in {clock.Elapsed.TotalSeconds:0.0} s");

        static string Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

        void Send(string topic, int partition, string json)
        {
            while (true)
            {
                try
                {
                    producer.Produce(new TopicPartition(topic, partition), new() { Value = Encoding.UTF8.GetBytes(json) });
                    return;
                }
                catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(50));
                }
            }
        }
    }

    private static void Measure(string bootstrap, string prefix, string[] topics, string folder, int pairs)
    {
        string[] settings =
        [
            $"kafka.groupId={prefix}", $"kafka.topics.predictions={topics[0]}", $"kafka.topics.labels={topics[1]}", $"kafka.topics.requests={topics[2]}", $"kafka.topics.deadLetters={topics[3]}",
            $"recalibration.mapsTopic={topics[4]}", $"recalibration.auditTopic={topics[5]}", $"recalibration.answersTopic={topics[6]}", "log.format=text",
        ];
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(BuildInfo).Assembly.Location, "recalibrate", "--once", "--bootstrap-servers", bootstrap, "--folder", folder, .. settings.SelectMany(setting => new[] { "--set", setting })]);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        long peak = 0;
        while (!process.WaitForExit(100))
        {
            // The kernel keeps the peak; after the end nobody can ask.
            if (PeakOf(process.Id) is { } seen) peak = Math.Max(peak, seen);
        }

        Console.WriteLine($"recalibrate --once: exit {process.ExitCode}, {clock.Elapsed.TotalSeconds:0.0} s from its start to its end, at most {peak >> 10:N0} MiB, for {pairs:N0} pairs");
    }

    private static long? PeakOf(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(each => each.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? null : long.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}

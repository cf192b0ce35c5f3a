using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace DriftWatch.Benchmarks;

/// <summary>
/// <c>recalibrate BOOTSTRAP [PAIRS] [--format arrow|parquet] [--vectors CLASSES] [--store] [--max-pairs N]</c>: writes so many predictions and labels to a broker, and one request for all of them, and tells how long <c>driftwatch recalibrate --once</c>
/// takes from its start to its end, and how much memory. With <c>--vectors</c> predictions have probabilities of so many classes, and temperature and vector scaling are fitted to them; with <c>--store</c> sets and maps go to s3rver too
/// (Node; from the root of the repository).
/// </summary>
internal static class RecalibrateBenchmark
{
    private const int Partitions = 4, StorePort = 19_300;
    private const string Bucket = "driftwatch", StoreUser = "S3RVER";

    public static int Run(string[] args)
    {
        string bootstrap = args[0], prefix = $"driftwatch-recalibrate-{Guid.NewGuid():n}"[..30];
        int pairs = args.Length > 1 && !args[1].StartsWith('-') ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
        int classes = Option(args, "--vectors") is { } count ? int.Parse(count, CultureInfo.InvariantCulture) : 0;
        var folder = Directory.CreateTempSubdirectory("driftwatch-recalibrate");
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = bootstrap, LingerMs = 20, QueueBufferingMaxMessages = 200_000, CompressionType = CompressionType.Lz4, EnableIdempotence = true }).Build();
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        string[] topics = [.. new[] { "predictions", "labels", "requests", "dlq", "maps", "audit", "answers" }.Select(name => $"{prefix}-{name}")];
        admin.CreateTopicsAsync(topics.Select(topic => new TopicSpecification { Name = topic, NumPartitions = Partitions, Configs = topic.EndsWith("maps", StringComparison.Ordinal) ? new() { ["cleanup.policy"] = "compact" } : new() { ["retention.ms"] = "-1" } })).GetAwaiter().GetResult();
        try
        {
            Write(producer, topics, pairs, classes);
            using var store = args.Contains("--store") ? Store(Path.Combine(folder.FullName, "store")) : null;
            List<string> settings = [$"recalibration.setsFormat={Option(args, "--format") ?? "arrow"}"];
            if (classes > 0) settings.Add("recalibration.methods=temperature,vector");
            if (Option(args, "--max-pairs") is { } most) settings.Add($"recalibration.maxPairs={most}");
            if (store is not null) settings.AddRange([$"recalibration.store=s3://{Bucket}/benchmark", $"recalibration.storeEndpoint=http://127.0.0.1:{StorePort}", "recalibration.storePathStyle=true"]);
            Measure(bootstrap, prefix, topics, Path.Combine(folder.FullName, "maps"), settings, $"{pairs:N0} pairs{(classes > 0 ? $" with vectors of {classes} classes" : "")}, {string.Join(' ', args.Skip(1).Where(arg => arg.StartsWith("--", StringComparison.Ordinal)))}");
            store?.Kill();
            store?.WaitForExit();
            return 0;
        }
        finally
        {
            admin.DeleteTopicsAsync(topics).GetAwaiter().GetResult();
            folder.Delete(recursive: true);
        }
    }

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at ? args[at + 1] : null;

    /// <summary>A server of somebody else that speaks S3, in a process of its own.</summary>
    private static Process Store(string folder)
    {
        Directory.CreateDirectory(folder);
        var process = Process.Start(new ProcessStartInfo("node", [".ci/tools/s3-server.mjs", folder, Bucket, $"{StorePort}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        if (process.StandardOutput.ReadLine() is null) throw new InvalidOperationException("s3rver does not start.");
        return process;
    }

    private static void Write(IProducer<byte[], byte[]> producer, string[] topics, int pairs, int classes)
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
            var (claimed, label, outcome) = classes > 0 ? Vector(random, classes) : Claim(random);
            positives += outcome ? 1 : 0;
            int partition = i % Partitions;
            ends[partition]++;
            string id = $"{i:x8}-request";
            Send(topics[0], partition, $$"""{"id":"{{id}}","model":"fraud","version":"7","timestamp":{{time}},{{claimed}}}""");
            Send(topics[1], partition, $$"""{"id":"{{id}}","timestamp":{{time + 3_600_000}},"label":{{label}}}""");
        }

        var ranges = Enumerable.Range(0, Partitions).Select(partition => new { topic = topics[0], partition, startOffset = 0L, endOffset = ends[partition] });
        Send(topics[2], 0, JsonSerializer.Serialize(new
        {
            specversion = "1.0", id = "event", source = "/driftwatch", type = "io.driftwatch.recalibration.requested.v1",
            data = new { model = "fraud", version = "7", task = classes > 0 ? "top-label" : "binary", slice = (string?)null, episode = "episode", window = new { start = Time(start), end = Time(start + span) }, n = pairs, positives, dataRange = ranges },
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

    /// <summary>Comes true with the square of what is claimed.</summary>
    private static (string Claimed, string Label, bool Outcome) Claim(Random random)
    {
        double claim = Math.Round(random.NextDouble(), 6);
        bool outcome = random.NextDouble() < claim * claim;
        return ($"\"probability\":{claim.ToString(CultureInfo.InvariantCulture)}", outcome ? "1" : "0", outcome);
    }

    /// <summary>Claims twice the log-odds that there are.</summary>
    private static (string Claimed, string Label, bool Outcome) Vector(Random random, int classes)
    {
        double[] odds = [.. Enumerable.Range(0, classes).Select(_ => random.NextDouble() + .05)];
        double sum = odds.Sum(), squares = odds.Sum(each => each * each), u = random.NextDouble() * sum;
        int came = 0;
        while (came < classes - 1 && (u -= odds[came]) > 0) came++;
        string claimed = string.Join(',', odds.Select(each => Math.Round(each * each / squares, 7).ToString(CultureInfo.InvariantCulture)));
        return ($"\"probabilities\":[{claimed}]", $"\"{came}\"", Array.IndexOf(odds, odds.Max()) == came);
    }

    private static void Measure(string bootstrap, string prefix, string[] topics, string folder, List<string> more, string what)
    {
        string[] settings =
        [
            $"kafka.groupId={prefix}", $"kafka.topics.predictions={topics[0]}", $"kafka.topics.labels={topics[1]}", $"kafka.topics.requests={topics[2]}", $"kafka.topics.deadLetters={topics[3]}",
            $"recalibration.mapsTopic={topics[4]}", $"recalibration.auditTopic={topics[5]}", $"recalibration.answersTopic={topics[6]}", "log.format=text", .. more,
        ];
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(BuildInfo).Assembly.Location, "recalibrate", "--once", "--bootstrap-servers", bootstrap, "--folder", folder, .. settings.SelectMany(setting => new[] { "--set", setting })]);
        (start.Environment["AWS_ACCESS_KEY_ID"], start.Environment["AWS_SECRET_ACCESS_KEY"]) = (StoreUser, StoreUser);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        long peak = 0;
        while (!process.WaitForExit(100))
        {
            // The kernel keeps the peak; after the end nobody can ask.
            if (PeakOf(process.Id) is { } seen) peak = Math.Max(peak, seen);
        }

        Console.WriteLine($"recalibrate --once: exit {process.ExitCode}, {clock.Elapsed.TotalSeconds:0.0} s from its start to its end, at most {peak >> 10:N0} MiB, for {what}");
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

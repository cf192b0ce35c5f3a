using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace DriftWatch.Chaos;

/// <summary>Apache Kafka of our own, which may be killed and paused.</summary>
internal sealed class Cluster : IDisposable
{
    private readonly string _script;
    private readonly string _folder;
    private readonly int _brokers;

    public Cluster(string script, string folder, int brokers, int port)
    {
        (_script, _folder, _brokers) = (script, folder, brokers);
        Bootstrap = string.Join(',', Enumerable.Range(0, brokers).Select(i => $"127.0.0.1:{port + i}"));
        Run("up", "--brokers", $"{brokers}", "--port", $"{port}");
    }

    public string Bootstrap { get; }

    /// <summary>Kafka's script, or null with the reason where there is none.</summary>
    public static (string? Script, string Why) Find(string root)
    {
        string shared = Environment.GetEnvironmentVariable("DRIFTWATCH_SHARED") ?? Path.Combine(root, "..", "shared");
        string script = Path.GetFullPath(Path.Combine(shared, "kafka", "kafka"));
        return File.Exists(script) ? (script, "") : (null, $"no Kafka at {script}; DRIFTWATCH_SHARED says where");
    }

    public async Task CreateTopics(params (string Name, int Partitions)[] topics)
    {
        using var admin = Admin();
        await admin.CreateTopicsAsync(topics.Select(t => new TopicSpecification { Name = t.Name, NumPartitions = t.Partitions, ReplicationFactor = (short)_brokers }));
    }

    /// <summary>Deletes what lies before the offset, as retention does.</summary>
    public async Task DeleteRecords(string topic, int partition, long before)
    {
        using var admin = Admin();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, partition, before)]);
    }

    /// <summary>Returns when no broker knows the topic any more.</summary>
    public async Task DeleteTopic(string topic)
    {
        using var admin = Admin();
        await admin.DeleteTopicsAsync([topic]);
        while (admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Any(t => t.Topic == topic && t.Partitions.Count > 0)) await Task.Delay(200);
        await Task.Delay(1000);
    }

    public async Task AddPartitions(params (string Topic, int Count)[] topics)
    {
        using var admin = Admin();
        await admin.CreatePartitionsAsync(topics.Select(t => new PartitionsSpecification { Topic = t.Topic, IncreaseTo = t.Count }));
    }

    /// <summary>The group's offset of a partition.</summary>
    public async Task<long> OffsetOf(string group, string topic, int partition)
    {
        using var admin = Admin();
        var offsets = await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group, [new TopicPartition(topic, partition)])]);
        return offsets[0].Partitions[0].Offset.Value;
    }

    public async Task MoveOffset(string group, string topic, int partition, long offset)
    {
        using var admin = Admin();
        await admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets(group, [new TopicPartitionOffset(topic, partition, offset)])]);
    }

    public void Kill(int broker) => Run("kill", $"{broker}");

    public void Start(int broker) => Run("start", $"{broker}");

    public void Pause(int broker) => Run("pause", $"{broker}");

    public void Resume(int broker) => Run("resume", $"{broker}");

    /// <summary>The broker that leads what the name hashes to: the coordinator of a transaction or of a group.</summary>
    public int CoordinatorOf(string internalTopic, string name)
    {
        try
        {
            using var admin = Admin();
            var partitions = admin.GetMetadata(internalTopic, TimeSpan.FromSeconds(5)).Topics[0].Partitions;
            if (partitions.Count > 0 && partitions[(int)((uint)(JavaHash(name) & int.MaxValue) % partitions.Count)].Leader is > 0 and var leader) return leader;
        }
        catch (KafkaException)
        {
            // Nobody answers just now: any broker will do.
        }

        return 1;
    }

    public void Dispose() => Wipe(_script, _folder);

    /// <summary>Stops all brokers, those that hang too, and removes what they held.</summary>
    public static void Wipe(string script, string folder) => TryRun(script, folder, "wipe");

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Bootstrap }).SetLogHandler((_, _) => { }).Build();

    private static int JavaHash(string text)
    {
        int hash = 0;
        foreach (char letter in text) hash = unchecked((31 * hash) + letter);
        return hash;
    }

    private void Run(params string[] arguments)
    {
        if (TryRun(_script, _folder, arguments) is { } said) throw new InvalidOperationException($"kafka {string.Join(' ', arguments)}: {said}");
    }

    /// <returns>null: it went well.</returns>
    private static string? TryRun(string script, string folder, params string[] arguments)
    {
        // Through files: brokers inherit what their script was given, and a pipe would never end.
        string log = Path.Combine(Path.GetDirectoryName(folder)!, $"kafka-{string.Join('-', arguments)}.log");
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec \"$0\" \"$@\" >\"$LOG\" 2>&1 </dev/null");
        start.ArgumentList.Add(script);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["LOG"] = log;
        start.Environment["KAFKA_DIR"] = folder;
        start.Environment["KAFKA_HEAP"] = "384m";
        using var process = Process.Start(start)!;
        if (!process.WaitForExit(TimeSpan.FromMinutes(6))) return "it did not end";
        return process.ExitCode == 0 ? null : File.ReadAllText(log);
    }
}

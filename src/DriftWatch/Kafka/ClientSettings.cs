using Confluent.Kafka;

namespace DriftWatch.Kafka;

/// <summary>How each client is set: the user's properties, then what we own, then figures that the user may override.</summary>
internal static class ClientSettings
{
    /// <summary>Room for fetched records over all partitions, in KiB.</summary>
    private const int QueueKilobytes = 65_536;

    /// <summary>Records fetched ahead over all partitions.</summary>
    private const int QueueRecords = 200_000;

    public static Dictionary<string, string> Consumer(KafkaOptions options, int partitions)
    {
        // librdkafka's bounds are per partition queue, and we read each partition through its own: share them out.
        int share = Math.Max(1, partitions);
        var settings = Common(options);
        settings["group.id"] = options.GroupId;
        settings["enable.auto.commit"] = "false";
        settings["enable.auto.offset.store"] = "false";
        settings["isolation.level"] = "read_committed";
        settings["enable.partition.eof"] = "true";
        settings["auto.offset.reset"] = "error";
        settings["check.crcs"] = "true";
        settings["allow.auto.create.topics"] = "false";
        // The default of 1000 ms starves catch-up by 3 to 5 times.
        settings.TryAdd("fetch.queue.backoff.ms", "10");
        settings.TryAdd("queued.max.messages.kbytes", Math.Max(1024, QueueKilobytes / share).ToString());
        settings.TryAdd("queued.min.messages", Math.Max(1000, QueueRecords / share).ToString());
        return settings;
    }

    public static Dictionary<string, string> Producer(KafkaOptions options)
    {
        var settings = Common(options);
        settings["enable.idempotence"] = "true";
        settings["acks"] = "all";
        settings["partitioner"] = "murmur2_random";
        settings.TryAdd("compression.type", "lz4");
        settings.TryAdd("linger.ms", "5");
        // A dead letter is as large as the record it was; what the broker then refuses is cut, not lost.
        settings.TryAdd("message.max.bytes", "16777216");
        return settings;
    }

    public static Dictionary<string, string> Admin(KafkaOptions options) => Common(options);

    private static Dictionary<string, string> Common(KafkaOptions options)
    {
        var settings = new Dictionary<string, string>(options.Properties) { ["bootstrap.servers"] = options.BootstrapServers };
        settings.TryAdd("client.id", "driftwatch");
        // Back within two seconds of the broker, not ten.
        settings.TryAdd("reconnect.backoff.max.ms", "2000");
        return settings;
    }

    /// <summary>A consumer's properties are given to the producer too and the other way round; librdkafka mentions it each time.</summary>
    public static bool IsNoise(LogMessage message) => message.Facility == "CONFWARN";
}

using Confluent.Kafka;
using DriftWatch.Options;

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
        // Only the mock cluster writes control records without a checksum.
        settings["check.crcs"] = options.Embedded ? "false" : "true";
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

    /// <summary>The producer of one owner: whoever makes a newer one with the same id shuts it out.</summary>
    /// <param name="options">The user's settings.</param>
    /// <param name="batchBytes">The largest record batch that every topic of ours takes.</param>
    public static Dictionary<string, string> Transactions(KafkaOptions options, int batchBytes)
    {
        var settings = Producer(options);
        int timeout = (int)options.TransactionTimeout.TotalMilliseconds;
        settings["transactional.id"] = options.TransactionalId;
        settings["transaction.timeout.ms"] = timeout.ToString();
        // A record that comes later than that comes into no transaction.
        settings.Remove("delivery.timeout.ms");
        settings["message.timeout.ms"] = timeout.ToString();
        // The client refuses a longer one.
        if (settings.TryGetValue("socket.timeout.ms", out string? socket) && int.TryParse(socket, out int given)) settings["socket.timeout.ms"] = Math.Min(given, timeout).ToString();
        settings.TryAdd("batch.size", batchBytes.ToString());
        return settings;
    }

    /// <summary>The member of the group that says who owns the task. It reads nothing.</summary>
    public static Dictionary<string, string> Coordination(KafkaOptions options)
    {
        int session = (int)options.SessionTimeout.TotalMilliseconds;
        var settings = Common(options);
        settings["group.id"] = options.GroupId;
        settings["group.protocol"] = "classic";
        settings["partition.assignment.strategy"] = "cooperative-sticky";
        settings["session.timeout.ms"] = session.ToString();
        settings["heartbeat.interval.ms"] = ((int)options.HeartbeatInterval.TotalMilliseconds).ToString();
        settings["max.poll.interval.ms"] = Math.Max(60_000, session).ToString();
        settings["enable.auto.commit"] = "false";
        settings["enable.auto.offset.store"] = "false";
        settings["auto.offset.reset"] = "latest";
        settings["allow.auto.create.topics"] = "false";
        return settings;
    }

    /// <summary>Reads a checkpoint from its beginning, once; and other topics of ours that hold few records.</summary>
    public static Dictionary<string, string> Checkpoint(KafkaOptions options) => Consumer(options, 1);

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

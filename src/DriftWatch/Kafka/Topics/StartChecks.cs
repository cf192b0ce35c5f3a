using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Time;
using DriftWatch.Options;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Topics;

/// <summary>What the brokers' settings say about the promises: some are refused, some are warned of, and what may not be asked is said once.</summary>
/// <param name="Warnings">Sentences with the fix.</param>
/// <param name="BatchBytes">The largest record batch that every topic of ours takes, as far as is known.</param>
internal sealed record StartChecks(IReadOnlyList<string> Warnings, int BatchBytes)
{
    /// <summary>The client's own default, below the brokers' default limit for a batch.</summary>
    private const int OrdinaryBatch = 1_000_000;

    /// <summary>The largest dead letter that its topic takes, as far as is known.</summary>
    public int LetterBytes { get; init; } = int.MaxValue;

    /// <summary>Asks the brokers. What is refused would lose state or records, sooner or later.</summary>
    /// <param name="admin">A connected client.</param>
    /// <param name="options">Which topics and times.</param>
    /// <param name="reach">How far back a restart may have to read the inputs.</param>
    /// <exception cref="StartRefusedException">With the command that mends it.</exception>
    /// <exception cref="KafkaException">No broker answered.</exception>
    public static StartChecks Ask(IAdminClient admin, KafkaOptions options, TimeSpan reach)
    {
        List<string> warnings = [];
        int broker = admin.GetMetadata(options.ProbeTimeout).Brokers.Select(b => b.BrokerId).DefaultIfEmpty(0).First();
        var resource = new ConfigResource { Type = ResourceType.Broker, Name = broker.ToString() };
        // Not even refused: the embedded broker has no settings.
        if (Describe(admin, [resource], options) is not { } brokers) return new StartChecks([], OrdinaryBatch);
        if (brokers[resource.Name] is { } config) CheckTransactions(config, options);
        else warnings.Add("The brokers' settings cannot be described (right: DescribeConfigs on the cluster), so transaction.max.timeout.ms was not checked.");
        var topics = DescribeTopics(admin, options);
        string[] silent = [.. topics.Where(t => t.Value is null).Select(t => t.Key)];
        if (silent.Length > 0)
        {
            warnings.Add($"The settings of {string.Join(", ", silent)} cannot be described (right: DescribeConfigs), so retention and compaction were not checked.");
        }

        CheckCheckpoints(topics[options.CheckpointTopic], options);
        foreach (string topic in options.PredictionTopics.Concat(options.LabelTopics).Distinct()) CheckInput(topic, topics[topic], reach, warnings);
        var limits = new[] { options.CheckpointTopic, options.RequestTopic, options.UpdateTopic ?? options.RequestTopic, options.DeadLetterTopic, options.StateTopic ?? options.RequestTopic }.Select(t => (int)(Number(topics[t], "max.message.bytes") ?? OrdinaryBatch));
        CheckLetters(topics[options.DeadLetterTopic], options, warnings);
        if (options.StateTopic is { } standing && topics[standing]?.GetValueOrDefault("cleanup.policy") is { } kept && kept != "compact")
            warnings.Add($"The topic of what stands {standing} has cleanup.policy={kept}: whoever comes late finds only what is young. Set cleanup.policy=compact.");
        return new StartChecks(warnings, Math.Max(1024, Math.Min(OrdinaryBatch, limits.Min())))
        {
            LetterBytes = (int)Math.Min(int.MaxValue, Number(topics[options.DeadLetterTopic], "max.message.bytes") ?? int.MaxValue),
        };
    }

    private static void CheckCheckpoints(IReadOnlyDictionary<string, string>? config, KafkaOptions options)
    {
        if (config?.GetValueOrDefault("cleanup.policy") is not { } policy || policy == "compact") return;
        throw new StartRefusedException(
            $"The checkpoint topic {options.CheckpointTopic} has cleanup.policy={policy}, so Kafka would delete state that is still needed. Make it compacted: " +
            $"kafka-configs.sh --bootstrap-server {options.BootstrapServers} --alter --entity-type topics --entity-name {options.CheckpointTopic} --add-config cleanup.policy=compact");
    }

    private static void CheckLetters(IReadOnlyDictionary<string, string>? config, KafkaOptions options, List<string> warnings)
    {
        if (config?.GetValueOrDefault("cleanup.policy") is not { } policy || !policy.Contains("compact", StringComparison.Ordinal)) return;
        warnings.Add(
            $"The dead-letter topic {options.DeadLetterTopic} has cleanup.policy={policy}: it takes no dead letter without a key, and keeps only the newest of each key. Set cleanup.policy=delete.");
    }

    private static void CheckInput(string topic, IReadOnlyDictionary<string, string>? config, TimeSpan reach, List<string> warnings)
    {
        if (config is null) return;
        string policy = config.GetValueOrDefault("cleanup.policy") ?? "delete";
        if (policy.Contains("compact", StringComparison.Ordinal))
        {
            throw new StartRefusedException(
                $"The input topic {topic} has cleanup.policy={policy}: compaction drops records that a restart must read again, and the same state could not be made from it twice. " +
                "Set cleanup.policy=delete, or have DriftWatch read another topic.");
        }

        if (Number(config, "retention.ms") is not (>= 0 and var milliseconds)) return;
        var retention = TimeSpan.FromMilliseconds(milliseconds);
        if (retention >= reach + Margin(reach)) return;
        warnings.Add(
            $"The input topic {topic} keeps records for {Say(retention)}, but a restart may have to read back {Say(reach)}, and further by as long as DriftWatch was down. Records that are gone by then are counted as lost, their pairs are in no number, and the restart cannot be verified. " +
            $"Set retention.ms to {(long)(reach + Margin(reach)).TotalMilliseconds} or more.");
    }

    /// <summary>A day of being down, or half the reach if that is less, but an hour at least.</summary>
    private static TimeSpan Margin(TimeSpan reach) => TimeSpan.FromTicks(Math.Clamp(reach.Ticks / 2, TimeSpan.TicksPerHour, TimeSpan.TicksPerDay));

    private static void CheckTransactions(IReadOnlyDictionary<string, string> config, KafkaOptions options)
    {
        if (Number(config, "transaction.max.timeout.ms") is { } most && options.TransactionTimeout.TotalMilliseconds > most) throw TooLong(options, $"{most} ms");
    }

    /// <summary>The brokers do not allow a transaction to be open for that long.</summary>
    public static StartRefusedException TooLong(KafkaOptions options, string most) => new(
        $"kafka.transactionTimeout is {Say(options.TransactionTimeout)}, but the brokers' transaction.max.timeout.ms is {most}. Shorten the one or lengthen the other.");

    private static Dictionary<string, IReadOnlyDictionary<string, string>?> DescribeTopics(IAdminClient admin, KafkaOptions options)
    {
        string[] topics = [.. new TopicPlan(options).All];
        var seen = Describe(admin, [.. topics.Select(t => new ConfigResource { Type = ResourceType.Topic, Name = t })], options) ?? [];
        return topics.ToDictionary(t => t, seen.GetValueOrDefault);
    }

    /// <summary>The settings of those that we may see, and null for the others; null if brokers cannot be asked at all.</summary>
    public static Dictionary<string, IReadOnlyDictionary<string, string>?>? Describe(IAdminClient admin, List<ConfigResource> resources, KafkaOptions options)
    {
        if (options.Embedded) return null;
        IEnumerable<(ConfigResource Resource, Dictionary<string, ConfigEntryResult> Entries, Error Error)> results;
        try
        {
            results = admin.DescribeConfigsAsync(resources, new DescribeConfigsOptions { RequestTimeout = options.ProbeTimeout }).GetAwaiter().GetResult()
                .Select(r => (r.ConfigResource, r.Entries, new Error(ErrorCode.NoError)));
        }
        catch (DescribeConfigsException partly)
        {
            // A topic that was just made, or a broker on its way: to be asked again, not to be passed over.
            var passing = partly.Results.Select(r => r.Error).FirstOrDefault(e => e.IsError && e.Code is not (ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed));
            if (passing is not null) throw new KafkaException(passing);
            results = partly.Results.Select(r => (r.ConfigResource, r.Entries, r.Error));
        }
        catch (KafkaException unable) when (unable.Error.Code is ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion)
        {
            return null;
        }

        return results.ToDictionary(r => r.Resource.Name, r => r.Error.IsError
            ? null
            : (IReadOnlyDictionary<string, string>)r.Entries.Where(e => e.Value.Value is not null).ToDictionary(e => e.Key, e => e.Value.Value));
    }

    private static long? Number(IReadOnlyDictionary<string, string>? config, string name) =>
        config is not null && long.TryParse(config.GetValueOrDefault(name), out long value) ? value : null;

    private static string Say(TimeSpan time) => Durations.Format(time);
}

using Confluent.Kafka;

namespace DriftWatch.Kafka;

/// <summary>Tries the connection and looks for the topics, for <c>check-config --connect</c>. Changes nothing.</summary>
internal static class ConnectionCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>What was seen, each in one sentence, and whether it is as it should be.</summary>
    public static IReadOnlyList<(bool Good, string Finding)> Run(KafkaOptions options)
    {
        NativeLibrdkafka.EnsureLoaded();
        Error? last = null;
        using var admin = new AdminClientBuilder(ClientSettings.Admin(options))
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => last = error.Code == ErrorCode.Local_AllBrokersDown && last is not null ? last : error)
            .Build();
        try
        {
            var metadata = admin.GetMetadata(Patience);
            return [(true, $"{metadata.Brokers.Count} {(metadata.Brokers.Count == 1 ? "broker answers" : "brokers answer")} at {options.BootstrapServers}"), .. Topics(options, metadata)];
        }
        catch (KafkaException failure)
        {
            return [(false, Trouble.Describe(last ?? failure.Error, options))];
        }
    }

    private static IEnumerable<(bool Good, string Finding)> Topics(KafkaOptions options, Metadata metadata)
    {
        var plan = new TopicPlan(options);
        var there = metadata.Topics.Where(t => t.Partitions.Count > 0).ToDictionary(t => t.Topic, t => t.Partitions.Count);
        foreach (string topic in plan.All.Where(there.ContainsKey)) yield return (true, $"topic {topic} has {there[topic]} {(there[topic] == 1 ? "partition" : "partitions")}");
        string[] missing = [.. plan.All.Where(t => !there.ContainsKey(t))];
        foreach (string topic in missing.Where(plan.MayCreate)) yield return (true, $"topic {topic} is missing and will be created");
        string[] wanting = [.. missing.Where(t => !plan.MayCreate(t))];
        if (wanting.Length > 0) yield return (false, plan.Describe(wanting));
    }
}

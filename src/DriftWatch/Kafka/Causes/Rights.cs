using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Producing;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Causes;

/// <summary>The rights that DriftWatch needs, which of those on topics are missing, and the commands that grant them.</summary>
/// <remarks>The smallest set: Read and Write each imply Describe, and who may write to a topic may do so idempotently (from Kafka 3.0 on).</remarks>
internal static class Rights
{
    private static readonly AclOperation[] Reading = [AclOperation.Read];
    private static readonly AclOperation[] Writing = [AclOperation.Write];
    private static readonly AclOperation[] Both = [AclOperation.Read, AclOperation.Write];

    /// <summary>Asks what we may do with the topics that we use.</summary>
    /// <returns>One sentence with the commands that grant what is missing; null if nothing is, or the brokers cannot tell.</returns>
    public static string? Missing(IAdminClient admin, KafkaOptions options) => Look(admin, options).Missing;

    /// <summary>As <see cref="Missing"/>, and whether the brokers could tell. Not all can: never wait for it.</summary>
    public static (string? Missing, bool Told) Look(IAdminClient admin, KafkaOptions options) => Look(admin, options, [.. Needed(options)]);

    /// <summary>The same of other rights than those of the service.</summary>
    public static (string? Missing, bool Told) Look(IAdminClient admin, KafkaOptions options, IReadOnlyList<(string Topic, AclOperation[] Operations)> rightsNeeded)
    {
        // Not the embedded broker: it knows neither the question nor who asks.
        if (options.Embedded || rightsNeeded.Count == 0 || Ask(admin, options, [.. rightsNeeded.Select(right => right.Topic)]) is not { } told) return (null, false);
        var seen = told.ToDictionary(t => t.Name);
        List<(string Topic, AclOperation[] Operations)> missing = [];
        foreach (var (topic, needed) in rightsNeeded)
        {
            if (!seen.TryGetValue(topic, out var description)) continue;
            AclOperation[] lacking = description.Error.Code == ErrorCode.TopicAuthorizationFailed ? needed
                : description.Error.IsError || description.AuthorizedOperations is not { Count: > 0 } may ? []
                : [.. needed.Except(may)];
            if (lacking.Length > 0) missing.Add((topic, lacking));
        }

        if (missing.Count == 0) return (null, true);
        string rights = string.Join(", ", missing.Select(m => $"{string.Join(" and ", m.Operations)} on topic {m.Topic}"));
        return ($"Missing ACLs: {rights}. Grant them: {Commands(options, missing)}", true);
    }

    /// <summary>Asks whether we may use the group; the same answers as <see cref="Missing"/>.</summary>
    public static string? MissingOnGroup(IAdminClient admin, KafkaOptions options)
    {
        string missing = $"Missing ACLs: Read on group {options.GroupId}. Grant them: {GroupCommand(options)}";
        try
        {
            var asked = new DescribeConsumerGroupsOptions { RequestTimeout = options.ProbeTimeout, IncludeAuthorizedOperations = true };
            var group = admin.DescribeConsumerGroupsAsync([options.GroupId], asked).GetAwaiter().GetResult().ConsumerGroupDescriptions[0];
            return group.AuthorizedOperations is { Count: > 0 } may && !may.Contains(AclOperation.Read) ? missing : null;
        }
        catch (DescribeConsumerGroupsException refused)
        {
            return refused.Results.ConsumerGroupDescriptions.Any(g => g.Error.Code == ErrorCode.GroupAuthorizationFailed) ? missing : null;
        }
        catch (KafkaException refused)
        {
            return refused.Error.Code == ErrorCode.GroupAuthorizationFailed ? missing : null;
        }
    }

    /// <summary>The commands for all that is needed on topics.</summary>
    public static string TopicCommands(KafkaOptions options) => Commands(options, [.. Needed(options)]);

    public static string GroupCommand(KafkaOptions options) => Grant(options, ["Read"], $"--group {options.GroupId}");

    public static string TransactionCommand(KafkaOptions options) => Grant(options, ["Write"], $"--transactional-id {options.TransactionalId}");

    public static string ClusterCommand(KafkaOptions options) => Grant(options, ["IdempotentWrite"], "--cluster");

    public static string Command(KafkaOptions options, string operation, string[] topics) => Grant(options, [operation], Names(topics));

    private static IEnumerable<(string Topic, AclOperation[] Operations)> Needed(KafkaOptions options)
    {
        var plan = new TopicPlan(options);
        foreach (string topic in plan.All.Distinct())
        {
            bool read = plan.Inputs.Contains(topic) || topic == options.CheckpointTopic;
            yield return (topic, !plan.Outputs.Contains(topic) ? Reading : read ? Both : Writing);
        }
    }

    /// <summary>The commands that grant rights on topics.</summary>
    public static string Commands(KafkaOptions options, IReadOnlyList<(string Topic, AclOperation[] Operations)> rights) => string.Join(" && ", rights
        .GroupBy(r => string.Join(',', r.Operations), r => r)
        .Select(alike => Grant(options, [.. alike.First().Operations.Select(o => o.ToString())], Names([.. alike.Select(r => r.Topic)]))));

    private static string Names(string[] topics) => string.Join(' ', topics.Select(t => $"--topic {t}"));

    private static string Grant(KafkaOptions options, string[] operations, string resource) =>
        $"kafka-acls.sh --bootstrap-server {options.BootstrapServers} --add --allow-principal {Principal(options)} {string.Join(' ', operations.Select(o => $"--operation {o}"))} {resource}";

    /// <summary>Who we are to the brokers, as far as the settings tell: a certificate's subject and a Kerberos name are mapped by rules of theirs.</summary>
    private static string Principal(KafkaOptions options)
    {
        string protocol = (options.Properties.GetValueOrDefault("security.protocol") ?? "plaintext").ToUpperInvariant();
        return protocol == "PLAINTEXT" ? "User:ANONYMOUS" : $"User:{(protocol.StartsWith("SASL", StringComparison.Ordinal) ? options.Properties.GetValueOrDefault("sasl.username") : null) ?? "PRINCIPAL"}";
    }

    private static List<TopicDescription>? Ask(IAdminClient admin, KafkaOptions options, string[] names)
    {
        try
        {
            var topics = TopicCollection.OfTopicNames(names);
            return admin.DescribeTopicsAsync(topics, new DescribeTopicsOptions { RequestTimeout = options.ProbeTimeout, IncludeAuthorizedOperations = true }).GetAwaiter().GetResult().TopicDescriptions;
        }
        catch (DescribeTopicsException partly)
        {
            return partly.Results.TopicDescriptions;
        }
        catch (KafkaException)
        {
            // Too old for the question, or not answered; whether brokers answer at all, other questions tell.
            return null;
        }
    }
}

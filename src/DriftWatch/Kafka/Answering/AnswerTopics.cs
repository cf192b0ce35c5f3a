using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Answering;

/// <summary>The topics that answering takes: looked for, made where we may make them, and compared with what is promised.</summary>
internal sealed class AnswerTopics(KafkaOptions kafka, RecalibrationOptions recalibration, ILogger logger)
{
    /// <summary>Looks without the question for rights, after brokers that could not tell: it may have cost a time-out.</summary>
    private const int Pause = 20;

    private readonly TopicPlan _plan = new(kafka);
    private int _pause;

    /// <summary>Which rights or topics are missing, in one sentence with the commands; empty if it was made just now, null if nothing is.</summary>
    /// <exception cref="KafkaException">No broker answered, or it refused to make a topic.</exception>
    public string? Look(IAdminClient admin)
    {
        // All topics: a question for one by name would make it on brokers that create topics when asked.
        var there = admin.GetMetadata(kafka.ProbeTimeout).Topics.Where(topic => topic.Partitions.Count > 0).Select(topic => topic.Topic).ToHashSet();
        // Before what is missing: a topic that we may not see is not listed.
        if (_pause > 0) _pause--;
        else
        {
            var (rights, told) = Rights.Look(admin, kafka, AnswerRights.OfRecalibration(kafka, recalibration));
            if (rights is not null) return rights;
            if (!told) _pause = Pause;
        }

        TopicSpecification[] missing = [.. Needed().Where(topic => !there.Contains(topic.Name))];
        if (missing.Length == 0) return null;
        string names = string.Join(", ", missing.Select(topic => $"'{topic.Name}'"));
        if (!kafka.CreateTopics)
            return $"Missing {(missing.Length == 1 ? "topic" : "topics")} {names}. Create {(missing.Length == 1 ? "it" : "them")} (or start with --create-topics): {string.Join(" && ", missing.Select(topic => TopicPlan.Command(kafka, topic.Name, topic.NumPartitions, topic.Configs)))}.";
        OwnTopics.Create(admin, missing, kafka, logger);
        return "";
    }

    /// <summary>Compares the topics' settings with what they are for.</summary>
    /// <returns>What the operator should know.</returns>
    /// <exception cref="StartRefusedException">Kafka would delete maps that are in use.</exception>
    public IEnumerable<string> Check(IAdminClient admin)
    {
        var settings = StartChecks.Describe(admin, [.. new[] { recalibration.MapsTopic, recalibration.AuditTopic }.Select(name => new ConfigResource { Type = ResourceType.Topic, Name = name })], kafka) ?? [];
        if (settings.GetValueOrDefault(recalibration.MapsTopic)?.GetValueOrDefault("cleanup.policy") is { } policy && policy != "compact")
        {
            throw new StartRefusedException(
                $"The topic of maps {recalibration.MapsTopic} has cleanup.policy={policy}, so Kafka would delete maps that are in use. Make it compacted: " +
                $"kafka-configs.sh --bootstrap-server {kafka.BootstrapServers} --alter --entity-type topics --entity-name {recalibration.MapsTopic} --add-config cleanup.policy=compact");
        }

        if (settings.GetValueOrDefault(recalibration.AuditTopic) is { } audit && audit.GetValueOrDefault("cleanup.policy") == "delete" && audit.GetValueOrDefault("retention.ms") != "-1")
            return [$"The topic of decisions {recalibration.AuditTopic} has retention.ms={audit.GetValueOrDefault("retention.ms")}: older decisions cannot be replayed, and a request that comes again after that is answered again. Set retention.ms=-1 to keep them."];
        return [];
    }

    private IEnumerable<TopicSpecification> Needed()
    {
        yield return _plan.Specify(kafka.RequestTopic);
        yield return _plan.Specify(kafka.DeadLetterTopic);
        yield return Make(recalibration.MapsTopic, new() { ["cleanup.policy"] = "compact" });
        yield return Make(recalibration.AuditTopic, new() { ["retention.ms"] = "-1" });
        if (recalibration.AnswersTopic is { } answers) yield return OfAnswers(kafka, answers);
    }

    /// <summary>The topic of answers, as it is made.</summary>
    public static TopicSpecification OfAnswers(KafkaOptions kafka, string name) => Make(kafka, name, new() { ["retention.ms"] = ((long)kafka.RequestRetention.TotalMilliseconds).ToString() });

    /// <summary>That it is not there, and the ways out.</summary>
    public static string MissingAnswers(KafkaOptions kafka, string name)
    {
        var topic = OfAnswers(kafka, name);
        return $"No answers are read: the topic {name} is not there, or may not be seen (right: Read). Create it (or start with --create-topics): {TopicPlan.Command(kafka, name, topic.NumPartitions, topic.Configs)}. Where nobody answers, set recalibration.answersTopic to nothing.";
    }

    private TopicSpecification Make(string name, Dictionary<string, string> configs) => Make(kafka, name, configs);

    private static TopicSpecification Make(KafkaOptions kafka, string name, Dictionary<string, string> configs) => new() { Name = name, NumPartitions = kafka.CreatedPartitions, ReplicationFactor = kafka.CreatedReplicas, Configs = configs };
}

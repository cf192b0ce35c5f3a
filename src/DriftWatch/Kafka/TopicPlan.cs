using Confluent.Kafka.Admin;

namespace DriftWatch.Kafka;

/// <summary>Which topics must be there, which of them are missing, and how each is made.</summary>
internal sealed class TopicPlan(KafkaOptions options)
{
    public IReadOnlyList<string> Inputs { get; } = [.. options.PredictionTopics.Concat(options.LabelTopics).Distinct()];

    public IReadOnlyList<string> Outputs { get; } = [.. new[] { options.RequestTopic, options.DeadLetterTopic }.Distinct()];

    public IEnumerable<string> All => Inputs.Concat(Outputs);

    public bool MayCreate(string topic) => Outputs.Contains(topic) ? options.CreateTopics : options.CreateInputTopics;

    public TopicSpecification Specify(string topic) => new()
    {
        Name = topic,
        NumPartitions = options.CreatedPartitions,
        ReplicationFactor = options.CreatedReplicas,
        Configs = topic == options.RequestTopic ? new() { ["retention.ms"] = RetentionMilliseconds } : null,
    };

    /// <summary>One sentence that names every missing topic, with the command that makes them.</summary>
    public string Describe(IReadOnlyList<string> missing)
    {
        string names = string.Join(", ", missing.Select(t => $"'{t}'"));
        string hint = missing.All(Outputs.Contains) ? " (or start with --create-topics)" : "";
        return $"Missing {(missing.Count == 1 ? "topic" : "topics")} {names}. Create {(missing.Count == 1 ? "it" : "them")}{hint}: {string.Join(" && ", missing.Select(Command))}";
    }

    private string RetentionMilliseconds => ((long)options.RequestRetention.TotalMilliseconds).ToString();

    private string Command(string topic) =>
        $"kafka-topics.sh --bootstrap-server {options.BootstrapServers} --create --topic {topic} --partitions {options.CreatedPartitions}" +
        (topic == options.RequestTopic ? $" --config retention.ms={RetentionMilliseconds}" : "");
}

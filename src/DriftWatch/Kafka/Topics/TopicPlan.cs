using Confluent.Kafka.Admin;
using DriftWatch.Options;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Topics;

/// <summary>Which topics must be there, which of them are missing, and how each is made.</summary>
internal sealed class TopicPlan(KafkaOptions options)
{
    public IReadOnlyList<string> Inputs { get; } = [.. options.PredictionTopics.Concat(options.LabelTopics).Distinct()];

    public IReadOnlyList<string> Outputs { get; } = [.. new[] { options.RequestTopic, options.UpdateTopic ?? options.RequestTopic, options.DeadLetterTopic, options.CheckpointTopic, options.StateTopic }.OfType<string>().Distinct()];

    /// <summary>The part that each input plays.</summary>
    public IReadOnlyDictionary<string, StreamPart> Parts { get; } = options.PredictionTopics.Select(topic => (topic, StreamPart.Predictions))
        .Concat(options.LabelTopics.Except(options.PredictionTopics).Select(topic => (topic, StreamPart.Labels))).Distinct().ToDictionary();

    public IEnumerable<string> All => Inputs.Concat(Outputs);

    public bool MayCreate(string topic) => Outputs.Contains(topic) ? options.CreateTopics : options.CreateInputTopics;

    public TopicSpecification Specify(string topic) => new()
    {
        Name = topic,
        NumPartitions = Partitions(topic),
        ReplicationFactor = options.CreatedReplicas,
        Configs = Configs(topic),
    };

    /// <summary>One sentence that names every missing topic, with the command that makes them.</summary>
    /// <param name="missing">The topics.</param>
    /// <param name="read">How many partitions those had that were there before.</param>
    public string Describe(IReadOnlyList<string> missing, IReadOnlyDictionary<string, int>? read = null)
    {
        string names = string.Join(", ", missing.Select(t => $"'{t}'"));
        string hint = missing.All(Outputs.Contains) ? " (or start with --create-topics)" : "";
        return $"Missing {(missing.Count == 1 ? "topic" : "topics")} {names}. Create {(missing.Count == 1 ? "it" : "them")}{hint}: {string.Join(" && ", missing.Select(topic => Command(options, topic, read?.GetValueOrDefault(topic) is > 0 and var had ? had : Partitions(topic), Configs(topic))))}.";
    }

    private int Partitions(string topic) => topic == options.CheckpointTopic ? 1 : options.CreatedPartitions;

    private Dictionary<string, string> Configs(string topic) =>
        topic == options.CheckpointTopic ? new()
        {
            ["cleanup.policy"] = "compact",
            // What is written anew every epoch piles up until its segment is closed, and a restart reads all of it: so small ones, and cleaned early.
            ["segment.bytes"] = "33554432",
            ["segment.ms"] = "600000",
            ["min.cleanable.dirty.ratio"] = "0.2",
        }
        : topic == options.StateTopic ? new() { ["cleanup.policy"] = "compact" }
        : topic == options.RequestTopic || topic == options.UpdateTopic ? new() { ["retention.ms"] = ((long)options.RequestRetention.TotalMilliseconds).ToString() }
        : [];

    /// <summary>The command that makes a topic.</summary>
    public static string Command(KafkaOptions options, string topic, int partitions, IReadOnlyDictionary<string, string> configs) =>
        $"kafka-topics.sh --bootstrap-server {options.BootstrapServers} --create --topic {topic} --partitions {partitions}" +
        string.Concat(configs.Select(c => $" --config {c.Key}={c.Value}"));
}

namespace DriftWatch.Kafka;

/// <summary>librdkafka properties that DriftWatch sets itself, because its promises hang on them. A configuration that sets one is refused with the reason.</summary>
internal static class OwnedProperties
{
    private const string NoGroup = "DriftWatch assigns partitions to itself and is no member of the group: the property would change nothing.";
    private const string OwnCommits = "Positions are committed by DriftWatch, after the dead letters and requests that belong to them: a commit from elsewhere could lose records.";
    private const string OwnProducer = "Requests and dead letters are written idempotently with acks=all, so that a broker failure neither loses nor doubles them.";
    private const string Internal = "It sets how DriftWatch's own code talks to the client library.";

    /// <summary>Property → why it cannot be set, in one sentence.</summary>
    public static readonly IReadOnlyDictionary<string, string> Reasons = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["bootstrap.servers"] = "Set kafka.bootstrapServers instead.",
        ["metadata.broker.list"] = "Set kafka.bootstrapServers instead.",
        ["group.id"] = "Set kafka.groupId instead.",
        ["group.instance.id"] = NoGroup,
        ["group.protocol"] = NoGroup,
        ["group.remote.assignor"] = NoGroup,
        ["group.protocol.type"] = NoGroup,
        ["partition.assignment.strategy"] = NoGroup,
        ["session.timeout.ms"] = NoGroup,
        ["heartbeat.interval.ms"] = NoGroup,
        ["max.poll.interval.ms"] = NoGroup,
        ["enable.auto.commit"] = OwnCommits,
        ["auto.commit.enable"] = OwnCommits,
        ["auto.commit.interval.ms"] = OwnCommits,
        ["enable.auto.offset.store"] = OwnCommits,
        ["offset.store.method"] = OwnCommits,
        ["offset.store.path"] = OwnCommits,
        ["offset.store.sync.interval.ms"] = OwnCommits,
        ["auto.offset.reset"] = "A position that the log no longer has must be loud, not silently moved. For the first start set kafka.startFrom instead.",
        ["isolation.level"] = "Only committed records are counted (read_committed): an aborted transaction is no prediction.",
        ["enable.partition.eof"] = "DriftWatch needs to know when a partition is read to its end: an idle partition must not hold the watermark.",
        ["check.crcs"] = "Checksums are always verified: a flipped bit must not become a probability, and the check costs nothing measurable.",
        ["allow.auto.create.topics"] = "A wrong topic name must not make a topic. Set kafka.createTopics for DriftWatch's own ones.",
        ["enable.idempotence"] = OwnProducer,
        ["acks"] = OwnProducer,
        ["request.required.acks"] = OwnProducer,
        ["max.in.flight"] = OwnProducer,
        ["max.in.flight.requests.per.connection"] = OwnProducer,
        ["transactional.id"] = OwnProducer,
        ["enable.gapless.guarantee"] = OwnProducer,
        ["delivery.report.only.error"] = "A position is committed only after its dead letters and requests were acknowledged.",
        ["partitioner"] = "Events are keyed by model with murmur2_random, as Java clients do it, so that consumers can co-partition with them.",
        ["test.mock.num.brokers"] = "It would replace your cluster by one in memory; `driftwatch demo` does so.",
        ["enable.random.seed"] = Internal,
        ["consume.callback.max.messages"] = Internal,
        ["log.queue"] = Internal,
        ["opaque"] = Internal,
        ["enable.background.poll"] = Internal,
    };

    /// <summary>Why <paramref name="property"/> cannot be set; null if it can.</summary>
    public static string? ReasonFor(string property) =>
        Reasons.TryGetValue(property, out string? reason) ? reason
        : property.EndsWith("_cb", StringComparison.Ordinal) ? Internal
        : property.StartsWith("dotnet.", StringComparison.Ordinal) ? Internal
        : null;
}

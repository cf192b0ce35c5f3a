namespace DriftWatch.Options;

/// <summary>librdkafka properties that DriftWatch sets itself, because its promises hang on them. A configuration that sets one is refused with the reason.</summary>
internal static class OwnedProperties
{
    private const string OwnGroup = "The group decides which instance works and which stand by; DriftWatch sets how, so that at any time one owns the work.";
    private const string OwnCommits = "Positions are committed in one transaction with the events, dead letters and state that belong to them: a commit from elsewhere could lose or double records.";
    private const string OwnProducer = "Requests, dead letters and state are written in transactions, which need acks=all and an idempotent producer: a failure neither loses nor doubles them.";
    private const string Internal = "It sets how DriftWatch's own code talks to the client library.";

    /// <summary>Property → why it cannot be set, in one sentence.</summary>
    public static readonly IReadOnlyDictionary<string, string> Reasons = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["bootstrap.servers"] = "Set kafka.bootstrapServers instead.",
        ["metadata.broker.list"] = "Set kafka.bootstrapServers instead.",
        ["group.id"] = "Set kafka.groupId instead.",
        ["group.instance.id"] = OwnGroup,
        ["group.protocol"] = OwnGroup,
        ["group.remote.assignor"] = OwnGroup,
        ["group.protocol.type"] = OwnGroup,
        ["partition.assignment.strategy"] = OwnGroup,
        ["session.timeout.ms"] = "Set kafka.sessionTimeout instead.",
        ["heartbeat.interval.ms"] = "It is a third of kafka.sessionTimeout, and a second at most: so a standby learns soon that the owner has left.",
        ["max.poll.interval.ms"] = OwnGroup,
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
        ["transactional.id"] = "It is made from kafka.groupId: two with the same one would shut each other out.",
        ["transaction.timeout.ms"] = "Set kafka.transactionTimeout instead.",
        ["message.timeout.ms"] = "It is kafka.transactionTimeout: a record that comes later than that comes into no transaction.",
        ["delivery.timeout.ms"] = "It is kafka.transactionTimeout: a record that comes later than that comes into no transaction.",
        ["enable.gapless.guarantee"] = OwnProducer,
        ["delivery.report.only.error"] = "DriftWatch must hear what became of every record to know what to send again.",
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

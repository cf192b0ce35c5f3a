namespace DriftWatch.Options;

/// <summary>Which cluster is read, which topics play which part, and how the clients are set.</summary>
internal sealed record KafkaOptions
{
    /// <summary>Brokers to ask first, <c>host:port</c> separated by commas; the rest of the cluster is learned from them.</summary>
    public string BootstrapServers { get; init; } = "localhost:9092";

    /// <summary>Name under which positions and state are committed, and under which instances find each other: one of them works, the others stand by. Another name starts from the beginning.</summary>
    public string GroupId { get; init; } = "driftwatch";

    /// <summary>Topics with predictions; at least one. All their partitions are read, whatever the key.</summary>
    public IReadOnlyList<string> PredictionTopics { get; init; } = ["predictions"];

    /// <summary>Topics with labels; at least one.</summary>
    public IReadOnlyList<string> LabelTopics { get; init; } = ["labels"];

    /// <summary>Topic for recalibration requests and resolutions.</summary>
    public string RequestTopic { get; init; } = "driftwatch.recalibration.requests";

    /// <summary>Topic for what becomes of requests (resolved, superseded); null: that of the requests.</summary>
    public string? UpdateTopic { get; init; }

    /// <summary>Compacted topic of what stands now: open episodes by id, the fix in use of each series; null: none is written.</summary>
    public string? StateTopic { get; init; }

    /// <summary>Topic for records that could not be read: original bytes, key and headers, with the reason in headers.</summary>
    public string DeadLetterTopic { get; init; } = "driftwatch.dlq";

    /// <summary>Compacted topic with one partition that holds the state between two restarts. Whoever owns that partition owns the work.</summary>
    public string CheckpointTopic { get; init; } = "driftwatch.checkpoints";

    /// <summary>How long an instance may be silent before a standby takes over. Shorter takes over sooner, and after a mere hiccup too.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long one epoch may take to commit before Kafka aborts it and shuts us out. Also how long readers with <c>read_committed</c> may wait after
    /// a crash that no standby takes over.
    /// </summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where reading starts on a partition without a committed position.</summary>
    public StartFrom StartFrom { get; init; } = StartFrom.Earliest;

    /// <summary>Whether missing topics of our own (requests, dead letters, checkpoints) are created at start. Without it, the missing ones are named with the command that makes them.</summary>
    public bool CreateTopics { get; init; }

    /// <summary>Whether missing input topics are created too: for the demo. In production a missing input topic is a wrong name more often than a new one.</summary>
    public bool CreateInputTopics { get; init; }

    /// <summary>Partitions of a topic that we create.</summary>
    public int CreatedPartitions { get; init; } = 4;

    /// <summary>Replicas of a topic that we create; −1: the cluster's default.</summary>
    public short CreatedReplicas { get; init; } = -1;

    /// <summary>How long request events stay in a topic that we create.</summary>
    public TimeSpan RequestRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often topics are looked at for new partitions. A new partition is read from its start, so nothing is lost in between.</summary>
    public TimeSpan MetadataInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the brokers are asked where the logs end. Also how fast a lost broker is noticed; an unanswered question counts as lost.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a probe waits for its answer before the brokers count as lost.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Any librdkafka property (SASL, TLS, buffers, …), for all clients; <see cref="OwnedProperties"/> are refused.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the brokers are those of <c>EmbeddedBroker</c>, whose markers of transactions carry no checksum.</summary>
    public bool Embedded { get; init; }

    /// <summary>Name under which at most one producer at a time can commit.</summary>
    public string TransactionalId => GroupId + "-task-0";

    /// <summary>A third of the session, so that two may get lost; a second at most, since a standby learns by it that an owner has left.</summary>
    public TimeSpan HeartbeatInterval => SessionTimeout / 3 < MostHeartbeat ? SessionTimeout / 3 : MostHeartbeat;

    private static readonly TimeSpan MostHeartbeat = TimeSpan.FromSeconds(1);
}

/// <summary>Where reading starts on a partition without a committed position.</summary>
internal enum StartFrom
{
    /// <summary>At the oldest record: everything that is still there is counted.</summary>
    Earliest,

    /// <summary>At the log end: only what comes from now on. Labels of older predictions will find none.</summary>
    Latest,
}

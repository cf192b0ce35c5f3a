
namespace DriftWatch.Options.Table;

internal static partial class SettingsTable
{
    private static IReadOnlyList<Setting<KafkaOptions>> KafkaSettings =>
    [
        Row("bootstrapServers", Kinds.Brokers, o => o.BootstrapServers, (o, v) => o with { BootstrapServers = v },
            "Brokers to ask first; the rest of the cluster is learned from them. Two or three, so that one may be down at start."),
        Row("groupId", Kinds.Line(249), o => o.GroupId, (o, v) => o with { GroupId = v },
            "Name under which positions and state are committed, and under which instances find each other: one of them works, the others stand by. Another name starts from the beginning."),
        new SectionSetting<KafkaOptions, KafkaOptions>("topics", "Which topics play which part.", o => o, (_, v) => v,
        [
            Row("predictions", Kinds.List(Kinds.Topic, "topics", 1, 64), o => o.PredictionTopics, (o, v) => o with { PredictionTopics = v },
                "Topics with predictions. All their partitions are read, whatever the key."),
            Row("labels", Kinds.List(Kinds.Topic, "topics", 1, 64), o => o.LabelTopics, (o, v) => o with { LabelTopics = v },
                "Topics with labels."),
            Row("requests", Kinds.Topic, o => o.RequestTopic, (o, v) => o with { RequestTopic = v },
                "Topic for recalibration requests (CloudEvents), and for what becomes of them unless `updates` is set."),
            Row("updates", Kinds.Optional(Kinds.Topic), o => o.UpdateTopic, (o, v) => o with { UpdateTopic = v },
                "Topic for what becomes of requests (`resolved`, `superseded`). For orchestrators that start a run for every record of a topic (Airflow): `requests` then holds requests alone. Empty: the topic of the requests."),
            Row("state", Kinds.Optional(Kinds.Topic), o => o.StateTopic, (o, v) => o with { StateTopic = v },
                "Compacted topic of what stands now, for subscribers that come late: open episodes by id, each with its request, and the fix in use of each series; a tombstone when it is over. A good name: `driftwatch.calibration.state`. Empty: none is written."),
            Row("deadLetters", Kinds.Topic, o => o.DeadLetterTopic, (o, v) => o with { DeadLetterTopic = v },
                "Topic for records that could not be read: original bytes, key and headers, with the reason in headers."),
            Row("checkpoints", Kinds.Topic, o => o.CheckpointTopic, (o, v) => o with { CheckpointTopic = v },
                "Compacted topic with one partition that holds the state between two restarts. Whoever owns that partition owns the work; groups may share the topic."),
        ]),
        Row("sessionTimeout", Kinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30)), o => o.SessionTimeout, (o, v) => o with { SessionTimeout = v },
            "How long an instance may be silent before a standby takes over. Shorter takes over sooner, and after a mere hiccup too. Brokers allow 6 s to 30 min unless they are told otherwise."),
        Row("transactionTimeout", Kinds.Duration(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(15)), o => o.TransactionTimeout, (o, v) => o with { TransactionTimeout = v },
            "How long one epoch may take to commit before Kafka aborts it. Also how long readers with read_committed may have to wait after a crash that no standby takes over. " +
            "At most the brokers' transaction.max.timeout.ms (15 min by default)."),
        Row("startFrom", Kinds.Choice(("earliest", StartFrom.Earliest), ("latest", StartFrom.Latest)), o => o.StartFrom, (o, v) => o with { StartFrom = v },
            "Where reading starts on a partition without a committed position. With `latest`, labels of older predictions find none and count as orphaned."),
        Row("createTopics", Kinds.Flag, o => o.CreateTopics, (o, v) => o with { CreateTopics = v },
            "Whether missing topics of our own (requests, dead letters, checkpoints) are created at start. With `false`, the missing ones are named with the command that makes them."),
        Row("createInputTopics", Kinds.Flag, o => o.CreateInputTopics, (o, v) => o with { CreateInputTopics = v },
            "Whether missing input topics are created too. For trying things out: in production a missing input topic is a wrong name more often than a new one."),
        Row("createdPartitions", Kinds.Whole(1, 10_000), o => o.CreatedPartitions, (o, v) => o with { CreatedPartitions = v },
            "Partitions of a topic that DriftWatch creates."),
        Row("createdReplicas", Kinds.Whole(-1, 32), o => o.CreatedReplicas, (o, v) => o with { CreatedReplicas = (short)v },
            "Replicas of a topic that DriftWatch creates; `-1` takes the cluster's default."),
        Row("requestRetention", Kinds.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650)), o => o.RequestRetention, (o, v) => o with { RequestRetention = v },
            "How long request events stay in a topic that DriftWatch creates: how long a pipeline may be down and still see them."),
        Row("metadataInterval", Kinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), o => o.MetadataInterval, (o, v) => o with { MetadataInterval = v },
            "How often topics are looked at for new partitions. A new partition is read from its start, so nothing is lost in between."),
        Row("probeInterval", Kinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)), o => o.ProbeInterval, (o, v) => o with { ProbeInterval = v },
            "How often the brokers are asked where the logs end: how fresh the lag is, and how fast a lost broker is noticed."),
        Row("probeTimeout", Kinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)), o => o.ProbeTimeout, (o, v) => o with { ProbeTimeout = v },
            "How long a probe waits for its answer before the brokers count as lost and the service as not ready."),
        new PropertiesSetting<KafkaOptions>("properties", PropertiesMeaning, o => o.Properties, (o, v) => o with { Properties = v }, OwnedProperties.ReasonFor),
    ];

    private const string PropertiesMeaning =
        "Any librdkafka property (SASL, TLS, buffers, …), for all clients. The ones that DriftWatch's promises hang on are refused with the reason. " +
        "Secrets are masked wherever the configuration is printed; write them as `${env:NAME}` or `${file:/run/secrets/name}`.";

    private static ValueSetting<KafkaOptions, TValue> Row<TValue>(string name, ValueKind<TValue> kind, Func<KafkaOptions, TValue> get, Func<KafkaOptions, TValue, KafkaOptions> with, string meaning) =>
        new(name, kind, get, with, meaning);
}

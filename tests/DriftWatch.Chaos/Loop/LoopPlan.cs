namespace DriftWatch.Chaos.Loop;

/// <summary>The loop from drift to answer: its topics, its folder, and the settings of service and recalibrator.</summary>
/// <param name="Folder">Where maps and sets go, and the configuration.</param>
internal sealed record LoopPlan(string Folder)
{
    /// <summary>Each drifts and recovers by turns, every one <see cref="Between"/> steps after another.</summary>
    public static readonly string[] Models = ["fraud", "churn", "credit", "ads"];

    /// <summary>Steps of a model's turn: half of them it means what it says, half of them it does not. Long enough for an answer to find its episode open, mostly.</summary>
    public const int Turn = 8;

    /// <summary>Steps from the beginning of a drift to that of the next, of another model.</summary>
    public const int Between = 2;

    /// <summary>Labeled predictions of a model in a step: more than the gate asks for.</summary>
    public const int PerStep = 1200;

    public const int Partitions = 2;

    public static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan LabelDelay = TimeSpan.FromMinutes(1);

    public const string Group = "loop";

    public const string Predictions = Group + "-predictions";

    public const string Labels = Group + "-labels";

    public const string Requests = Group + "-requests";

    public const string DeadLetters = Group + "-dlq";

    public const string Maps = Group + "-maps";

    public const string Audit = Group + "-audit";

    public const string Answers = Group + "-answers";

    /// <summary>Of the subscriber that starts runs.</summary>
    public const string RunsGroup = Group + "-runs";

    public string ConfigurationFile => Path.Combine(Folder, "driftwatch.yaml");

    public string MapsFolder => Path.Combine(Folder, "maps");

    /// <summary>One for both: the recalibrator reads topics as the service does.</summary>
    public string Configuration(string bootstrap) => $$"""
        kafka:
          bootstrapServers: {{bootstrap}}
          groupId: {{Group}}
          sessionTimeout: {{RoundPlan.SessionSeconds * 1000}}ms
          transactionTimeout: {{RoundPlan.TransactionSeconds}}s
          topics: { predictions: [{{Predictions}}], labels: [{{Labels}}], requests: {{Requests}}, deadLetters: {{DeadLetters}}, checkpoints: {{Group}}-checkpoints }
          createTopics: true
          createdPartitions: 2
          probeInterval: 200ms
          metadataInterval: 5s
        defaults:
          horizon: 5m
          rule: threshold
          threshold: { window: 10m, raise: 0.1, clear: 0.08, windows: 1, minLabeled: 500 }
          requests: { cooldown: 1m }
        monitor: { pane: 1m, windows: [10m], outOfOrderness: 1m }
        pipeline: { commitInterval: 150ms, publishInterval: 100ms, checkpointInterval: 2s, idleAdvance: false }
        recalibration: { folder: {{MapsFolder}}, mapsTopic: {{Maps}}, auditTopic: {{Audit}}, answersTopic: {{Answers}} }
        log: { level: information, format: text }
        """;
}

namespace DriftWatch.Chaos;

/// <summary>One part of a run: its topics, its group, and the settings that it tries.</summary>
/// <param name="Number">Which part it is.</param>
/// <param name="Inline">Whether the join table goes with the stored state, or is filled again from the topics.</param>
/// <param name="Snapshots">Whether the join table goes to local files.</param>
/// <param name="CheckpointSeconds">How often the state is stored: what came since is done again.</param>
/// <param name="WallClock">Whether event time is now, so that the clock moves it while nothing comes; else it runs ahead, twice as fast.</param>
internal sealed record RoundPlan(int Number, bool Inline, bool Snapshots, int CheckpointSeconds, bool WallClock)
{
    public const int LeadSeconds = 2;
    public const int AllowanceSeconds = 2;
    public const double SessionSeconds = 1.5;
    public const int TransactionSeconds = 4;
    public const int PredictionPartitions = 3;
    public const int LabelPartitions = 2;
    private const int FirstEvent = 1000;

    /// <summary>Where event time is now, an outage makes records late: they must stay within R.</summary>
    public int HorizonSeconds => WallClock ? 18 : 8;

    /// <summary>How long an id is kept: R = H + E + G.</summary>
    public TimeSpan Retention => TimeSpan.FromSeconds(HorizonSeconds + LeadSeconds + AllowanceSeconds);

    public string Group => $"chaos-{Number}";

    public string Predictions => $"{Group}-predictions";

    public string Labels => $"{Group}-labels";

    public string Requests => $"{Group}-requests";

    public string DeadLetters => $"{Group}-dlq";

    /// <summary>The four kinds of settings in turn; the first is the one with most to go wrong.</summary>
    public static RoundPlan Of(int number) => (number % 4) switch
    {
        0 => new(number, Inline: false, Snapshots: true, CheckpointSeconds: 3, WallClock: false),
        1 => new(number, Inline: true, Snapshots: false, CheckpointSeconds: 5, WallClock: true),
        2 => new(number, Inline: false, Snapshots: false, CheckpointSeconds: 2, WallClock: true),
        _ => new(number, Inline: true, Snapshots: false, CheckpointSeconds: 30, WallClock: false),
    };

    /// <summary>For an event of the log: the state goes with everything that is needed, so that nothing but the event decides what comes out.</summary>
    public static RoundPlan OfEvent(int number) => new(FirstEvent + number, Inline: true, Snapshots: false, CheckpointSeconds: 2, WallClock: false);

    public string Describe() =>
        $"join table {(Inline ? "stored with the state" : Snapshots ? "in local snapshots" : "from the topics")}, state every {CheckpointSeconds} s, event time {(WallClock ? "is now" : "runs ahead")}";

    /// <summary>The configuration of the instances.</summary>
    public string Configuration(string bootstrap, string folder) => $$"""
        kafka:
          bootstrapServers: {{bootstrap}}
          groupId: {{Group}}
          sessionTimeout: {{SessionSeconds * 1000}}ms
          transactionTimeout: {{TransactionSeconds}}s
          topics: { predictions: [{{Predictions}}], labels: [{{Labels}}], requests: {{Requests}}, deadLetters: {{DeadLetters}}, checkpoints: {{Group}}-checkpoints }
          createTopics: true
          createdPartitions: 2
          probeInterval: 200ms
          metadataInterval: {{(Number >= FirstEvent ? 2 : 30)}}s
        defaults:
          horizon: {{HorizonSeconds}}s
          lead: {{LeadSeconds}}s
          rule: threshold
          threshold: { window: 4s, raise: 0.14, clear: 0.13, windows: 1, minLabeled: 30 }
          requests: { cooldown: 3s }
        models:
          tilted: { rule: e-sr, drift: { group: series, pane: 1s, block: 1s, falseAlarmEvery: 1m, minLabeled: 50, tolerance: 0.02 } }
        monitor: { pane: 1s, windows: [1s, 10s], outOfOrderness: {{AllowanceSeconds}}s, windowHistory: 100000 }
        input: { limits: { maxFuture: 2h } }
        pipeline:
          commitInterval: 150ms
          publishInterval: 100ms
          checkpointInterval: {{CheckpointSeconds}}s
          inlineEntries: {{(Inline ? 50_000 : 0)}}
          idleAdvance: {{(WallClock ? "true" : "false")}}
        {{(Snapshots ? $"  snapshotDirectory: {folder}/snapshots\n  snapshotInterval: 1s" : "")}}
        log: { level: information, format: text }
        """;
}

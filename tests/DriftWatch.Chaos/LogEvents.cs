namespace DriftWatch.Chaos;

/// <summary>What can happen to a log while processes are well, one by one. Each leads to a running service: by itself, or by the way out that the refusal names.</summary>
internal static class LogEvents
{
    private const int Fillers = 400;

    public static IReadOnlyList<LogEvent> All { get; } =
    [
        new("retention", "records are deleted under a frozen owner: it goes on, those lost are counted", 1, s => Overtaken(s, frozen: true)),
        new("retention-stopped", "records are deleted while nobody runs: it goes on, those lost are counted", 1, s => Overtaken(s, frozen: false)),
        new("frozen-owner", "the owner is frozen past its session and past retention: the standby goes on, the owner stands by and can take over", 2, FrozenOwner),
        new("topic-anew", "a topic is deleted and re-created with as many records while nobody runs: refused, --reset-state leads on", 1, s => Anew(s, records: true)),
        new("topic-anew-short", "a topic is deleted and re-created with fewer records: refused, --reset-state leads on", 1, s => Anew(s, records: false)),
        new("topic-anew-running", "a topic is deleted and re-created under a running owner: it says so, --reset-state leads on", 1, AnewWhileRunning),
        new("partitions-added", "both inputs get more partitions: all of them are read", 2, PartitionsAdded),
        new("dead-letters-deleted", "the dead-letter topic is deleted under a running owner: made again, it goes on", 1, DeadLettersDeleted),
        new("offsets-moved", "an operator moves the group's offsets: refused; put back, it goes on as if nothing had been", 1, s => OffsetsMoved(s, undo: true)),
        new("offsets-moved-reset", "an operator moves the group's offsets: refused, --reset-state leads on", 1, s => OffsetsMoved(s, undo: false)),
        new("checkpoints-deleted", "the checkpoint topic is deleted while nobody runs: refused, --reset-state leads on", 1, CheckpointsDeleted),
        new("checkpoints-deleted-running", "the checkpoint topic is deleted under a running owner: no restart comes to less than was shown, or it is refused", 1, CheckpointsDeletedWhileRunning),
        new("labels-deleted-running", "the label topic is deleted under a running owner: it says so, --reset-state leads on", 1, LabelsDeletedWhileRunning),
        new("broker-paused", "the only broker hangs for 20 s: it is shown, then it goes on", 2, BrokerPaused),
    ];

    /// <exception cref="FormatException">There is no event of that name.</exception>
    public static IReadOnlyList<LogEvent> Named(string names) => names is "all" ? All :
        [.. names.Split(',').Select(name => All.FirstOrDefault(e => e.Name == name) ?? throw new FormatException($"--events: expected all, or some of {string.Join(',', All.Select(e => e.Name))}."))];

    private static async Task Overtaken(Stage stage, bool frozen)
    {
        var (plan, traffic) = (stage.Plan, stage.Traffic);
        await stage.Quiet();
        if (frozen) stage.First.Signal(Signals.Stop);
        else stage.HoldAll();
        // Whoever sleeps has asked for records already; that question must be over before there are any.
        await Task.Delay(2000);
        foreach (var (topic, partition, label) in new[] { (plan.Predictions, 0, false), (plan.Labels, 1, true) })
        {
            traffic.Send(topic, partition, Fill(traffic.Now, label));
            await stage.Cluster.DeleteRecords(topic, partition, stage.EndOf(topic, partition));
        }

        await Task.Delay(1000);
        if (frozen) stage.First.Signal(Signals.Continue);
        else stage.ReleaseAll();
        await stage.Until("the lost records are counted", status => Stage.Streams(status).Sum(s => s.GetProperty("lostRecords").GetInt64()) > 0);
        traffic.Resume();
        await Task.Delay(3000);
        await stage.Reckon(lost: [(plan.Predictions, 0), (plan.Labels, 1)]);
    }

    private static async Task FrozenOwner(Stage stage)
    {
        await stage.Running();
        var frozen = stage.Watch.Owner!;
        long from = frozen.LogLength;
        frozen.Signal(Signals.Stop);
        await stage.Until("the standby works", _ => stage.Watch.Owner is { } owner && owner != frozen);
        await Task.Delay(3000);
        // All that the new owner has committed goes: the old one finds nothing where it stood.
        await stage.Quiet();
        foreach (var (topic, partitions) in new[] { (stage.Plan.Predictions, RoundPlan.PredictionPartitions), (stage.Plan.Labels, RoundPlan.LabelPartitions) })
        {
            for (int p = 0; p < partitions; p++) await stage.Cluster.DeleteRecords(topic, p, stage.EndOf(topic, p));
        }

        frozen.Signal(Signals.Continue);
        stage.Traffic.Resume();
        await stage.Until("the one that slept says that it was fenced", _ => frozen.TextSince(from).Contains("Fenced", StringComparison.Ordinal));
        await stage.Until("the one that slept stands by", _ => stage.Watch.PhaseOf(frozen) is "standby");
        stage.Watch.Owner!.Hold();
        await stage.Until("the one that slept takes over", _ => stage.Watch.Owner == frozen);
        await Task.Delay(2000);
        await stage.Reckon();
    }

    private static async Task Anew(Stage stage, bool records)
    {
        await stage.Quiet();
        stage.HoldAll();
        await MakeAnew(stage, records);
        await stage.Refused("--reset-state", stage.Plan.Labels);
        await stage.Reset();
    }

    private static async Task AnewWhileRunning(Stage stage)
    {
        await stage.Quiet();
        stage.First.LetEnd();
        await MakeAnew(stage, records: true);
        await stage.ToldOrEnded(stage.Plan.Labels, "--reset-state");
        stage.HoldAll();
        await stage.Refused("--reset-state", stage.Plan.Labels);
        await stage.Reset();
    }

    private static async Task MakeAnew(Stage stage, bool records)
    {
        var (plan, traffic) = (stage.Plan, stage.Traffic);
        long[] ends = [.. Enumerable.Range(0, RoundPlan.LabelPartitions).Select(p => stage.EndOf(plan.Labels, p))];
        await stage.Cluster.DeleteTopic(plan.Labels);
        await stage.Cluster.CreateTopics((plan.Labels, RoundPlan.LabelPartitions));
        traffic.Renew();
        for (int p = 0; p < ends.Length; p++) traffic.Send(plan.Labels, p, Fill(traffic.Now, label: true, records ? (int)ends[p] + 100 : 10));
    }

    private static async Task PartitionsAdded(Stage stage)
    {
        await stage.Running();
        stage.Traffic.Pause();
        await stage.Cluster.AddPartitions((stage.Plan.Predictions, 5), (stage.Plan.Labels, 4));
        await stage.Until("nine partitions are read", status => Stage.Streams(status).Sum(s => s.GetProperty("partitions").GetArrayLength()) == 9);
        stage.Traffic.Partitions = (5, 4);
        stage.Traffic.Renew();
        stage.Traffic.Resume();
        await Task.Delay(3000);
        stage.First.Kill("added partitions");
        await Task.Delay(3000);
        await stage.Reckon();
    }

    private static async Task DeadLettersDeleted(Stage stage)
    {
        await stage.Running();
        await stage.Cluster.DeleteTopic(stage.Plan.DeadLetters);
        await Task.Delay(8000);
        await stage.Reckon(someDeadLettersAreGone: true);
    }

    private static async Task OffsetsMoved(Stage stage, bool undo)
    {
        var (plan, cluster) = (stage.Plan, stage.Cluster);
        await stage.Running();
        stage.HoldAll();
        long offset = await cluster.OffsetOf(plan.Group, plan.Predictions, 1);
        await cluster.MoveOffset(plan.Group, plan.Predictions, 1, offset / 2);
        await stage.Refused("--reset-state", $"{plan.Predictions}[1]", $"{offset / 2}", $"{offset}");
        if (!undo)
        {
            await stage.Reset();
            return;
        }

        await cluster.MoveOffset(plan.Group, plan.Predictions, 1, offset);
        stage.ReleaseAll();
        await stage.Reckon();
    }

    private static async Task CheckpointsDeleted(Stage stage)
    {
        await stage.Running();
        stage.HoldAll();
        await stage.Cluster.DeleteTopic($"{stage.Plan.Group}-checkpoints");
        await stage.Refused("--reset-state", "checkpoint");
        await stage.Reset();
    }

    private static async Task CheckpointsDeletedWhileRunning(Stage stage)
    {
        await stage.Running();
        stage.First.LetEnd();
        await stage.Cluster.DeleteTopic($"{stage.Plan.Group}-checkpoints");
        await Task.Delay(15_000);
        stage.HoldAll();
        stage.ReleaseAll(mayEnd: true);
        if (await stage.RunsOrEnds())
        {
            await stage.Reckon();
            return;
        }

        stage.HoldAll();
        await stage.Refused("--reset-state");
        await stage.Reset();
    }

    private static async Task LabelsDeletedWhileRunning(Stage stage)
    {
        await stage.Quiet();
        stage.First.LetEnd();
        await stage.Cluster.DeleteTopic(stage.Plan.Labels);
        await stage.ToldOrEnded(stage.Plan.Labels);
        await stage.Cluster.CreateTopics((stage.Plan.Labels, RoundPlan.LabelPartitions));
        stage.Traffic.Renew();
        await stage.ToldOrEnded(stage.Plan.Labels, "--reset-state");
        stage.HoldAll();
        await stage.Reset();
    }

    private static async Task BrokerPaused(Stage stage)
    {
        await stage.Running();
        stage.Cluster.Pause(1);
        try
        {
            await stage.Until("it is shown that no broker answers", _ => stage.Instances.Any(i => stage.Watch.PhaseOf(i) is "disconnected"), seconds: 20);
            await Task.Delay(12_000);
        }
        finally
        {
            stage.Cluster.Resume(1);
        }

        await stage.Running();
        await stage.Reckon();
    }

    // Nothing else has these ids, so that it decides nothing else who reads them.
    private static IEnumerable<(string Id, string Value)> Fill(long time, bool label, int count = Fillers) => Enumerable.Range(0, count).Select(i => ($"filler-{label}-{i}", label
        ? $"{{\"id\":\"filler-{label}-{i}\",\"timestamp\":{time},\"label\":1}}"
        : $"{{\"id\":\"filler-{label}-{i}\",\"model\":\"filler\",\"version\":\"1\",\"timestamp\":{time},\"probability\":0.25}}"));
}

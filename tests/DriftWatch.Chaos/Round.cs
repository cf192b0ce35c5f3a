using System.Text.Json;

namespace DriftWatch.Chaos;

/// <summary>One part of a run: traffic, instances and an adversary; then quiet, and the reckoning.</summary>
internal sealed class Round(RoundPlan plan, ChaosOptions options, Cluster cluster, string root, string folder, Tally tally)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _executable = Path.Combine(root, "out", "driftwatch");
    private readonly string _configuration = Path.Combine(folder, "driftwatch.yaml");
    private readonly Random _random = new(HashCode(options.Seed, plan.Number));

    /// <param name="kills">What the tally is to come to.</param>
    /// <param name="deadline">When the adversary stops in any case.</param>
    public async Task Run(int kills, DateTime deadline)
    {
        Directory.CreateDirectory(Path.Combine(folder, "snapshots"));
        await File.WriteAllTextAsync(_configuration, plan.Configuration(cluster.Bootstrap, folder));
        await cluster.CreateTopics((plan.Predictions, RoundPlan.PredictionPartitions), (plan.Labels, RoundPlan.LabelPartitions));
        var failPoints = new FailPoints(plan, _random);
        Instance[] instances = [.. Enumerable.Range(0, options.Instances).Select(i => new Instance(i, Part.Service(i, _executable, _configuration, options.Port + 500 + i), folder, failPoints.Next, tally))];
        var traffic = new TrafficSender(plan, cluster.Bootstrap, _random.Next(), options.Rate, tally);
        traffic.Start();
        foreach (var instance in instances) instance.Start();
        var watch = new CounterWatch(instances, tally);
        try
        {
            new Adversary(plan, options, cluster, instances, watch, _random, tally).Work(kills, deadline);
            failPoints.Over = true;
            traffic.Finish();
            foreach (var instance in instances) instance.Kill("random");
            if (await CaughtUp(instances, watch, traffic.End) is { } owner) await Reckon(owner, watch);
        }
        finally
        {
            var ending = new Ending(tally);
            ending.Of("the scraping thread", watch.Dispose);
            foreach (var instance in instances) ending.Of($"instance {instance.Number}", instance.Dispose);
            ending.Of("the sender of traffic", traffic.Dispose);
        }
    }

    /// <returns>The instance that has read and committed everything; null: none did.</returns>
    private async Task<Instance?> CaughtUp(Instance[] instances, CounterWatch watch, long end)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var until = DateTime.UtcNow + Patience;
        for (string seen = ""; ; await Task.Delay(200))
        {
            if (watch.Owner is { } owner)
            {
                try
                {
                    using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri(owner.Address + "/api/v1/status")));
                    var streams = status.RootElement.GetProperty("streams").EnumerateArray().ToList();
                    bool all = streams.Count == 2 && streams.All(s => s.GetProperty("lag").GetInt64() == 0 && s.GetProperty("partitions").EnumerateArray().All(p => p.GetProperty("logEnd").ValueKind == JsonValueKind.Number));
                    bool past = status.RootElement.GetProperty("watermark") is { ValueKind: JsonValueKind.String } watermark && watermark.GetDateTimeOffset().ToUnixTimeMilliseconds() > end + (2 * (long)plan.Retention.TotalMilliseconds);
                    if (all && past) return owner;
                    seen = status.RootElement.GetRawText();
                }
                catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
                {
                    seen = failure.Message;
                }
            }

            if (DateTime.UtcNow < until && !tally.Hopeless) continue;
            tally.Fault($"round {plan.Number} has not caught up within {Patience.TotalSeconds} s; phases {string.Join(", ", instances.Select(i => watch.PhaseOf(i) ?? "silent"))}; {(seen.Length > 600 ? seen[..600] : seen)}");
            return null;
        }
    }

    private async Task Reckon(Instance owner, CounterWatch watch)
    {
        // The newest picture is older than the newest commit by at most the publishing interval.
        await Task.Delay(1500);
        var predictions = TopicReader.Read(cluster.Bootstrap, plan.Predictions, committedOnly: true);
        var labels = TopicReader.Read(cluster.Bootstrap, plan.Labels, committedOnly: true);
        var oracle = new Oracle(plan, predictions, labels);
        if (oracle.Matched == 0 || oracle.Shared == 0 || oracle.Broken.Count == 0) tally.Fault("the traffic had no pair, no id that two models had scored, or nothing broken: nothing was tested");

        var page = await WindowPage.Of(owner, oracle, $"round {plan.Number}");
        page.Count(tally);
        using var http = new HttpClient();
        using (var status = JsonDocument.Parse(await http.GetStringAsync(new Uri(owner.Address + "/api/v1/status")))) OutputCheck.Join(oracle, status.RootElement.GetProperty("join"), tally);
        OutputCheck.DeadLetters(oracle, TopicReader.Read(cluster.Bootstrap, plan.DeadLetters, committedOnly: true), tally);
        var ids = OutputCheck.Events(TopicReader.Read(cluster.Bootstrap, plan.Requests, committedOnly: true), TopicReader.Read(cluster.Bootstrap, plan.Requests, committedOnly: false), tally);
        Replay(oracle, predictions, labels, ids);
        if (watch.Mismatches > 0) tally.Fault($"round {plan.Number}: {watch.Mismatches} epochs came out different when they were done again");
        Program.Say($"round {plan.Number}: {oracle.Matched} pairs of {oracle.Predictions} predictions ({oracle.Shared} ids of two models) and {oracle.Labels} labels, {page.Lost} lost, {page.Doubled} doubled; {ids.Count} events, {oracle.Broken.Count} dead letters, {watch.Epochs} epochs, {watch.Scrapes} scrapes");
        if (options.SelfCheck) SelfCheck.Run(plan, oracle, predictions, labels, page.Differ, tally);
    }

    private void Replay(Oracle oracle, List<StoredRecord> predictions, List<StoredRecord> labels, HashSet<string> ids)
    {
        using var replay = ReplayRun.Of(plan, _executable, _configuration, folder, predictions.Where(r => ReadRecords.Prediction(r.Value) is not null), labels.Where(r => ReadRecords.Label(r.Value) is not null));
        var page = new WindowPage(oracle, "replay");
        page.Take(replay.RootElement.GetProperty("series"));
        page.End();
        if (page.Differ > 0) tally.Fault($"the oracle and the replay of the same records differ: {page.Examples[0]}");
        // Where event time is now, labels that an outage held back come after their pane was judged: then a replay of the files judges more.
        if (plan.WallClock) return;
        var expected = replay.RootElement.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("id").GetString()!).ToHashSet();
        if (expected.Count == 0) tally.Fault("the replay has no events: nothing was tested");
        if (!expected.SetEquals(ids)) tally.Fault($"events: {expected.Except(ids).Count()} of {expected.Count} that the replay has are missing, {ids.Except(expected).Count()} are in no replay");
    }

    private static int HashCode(int seed, int number) => unchecked((seed * 7919) + number);
}

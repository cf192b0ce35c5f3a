using System.Text.Json;

namespace DriftWatch.Chaos;

/// <summary>Where an event of the log takes place: what it may touch, and what it may wait for.</summary>
internal sealed class Stage(string name, RoundPlan plan, Cluster cluster, IReadOnlyList<Instance> instances, TrafficSender traffic, CounterWatch watch, Tally tally)
{
    private const int Patience = 90;

    public RoundPlan Plan => plan;

    public Cluster Cluster => cluster;

    public IReadOnlyList<Instance> Instances => instances;

    public Instance First => instances[0];

    public TrafficSender Traffic => traffic;

    public CounterWatch Watch => watch;

    public static IEnumerable<JsonElement> Streams(JsonElement status) => status.GetProperty("streams").EnumerateArray();

    /// <summary>Offset past the newest record that was sent to the partition.</summary>
    public long EndOf(string topic, int partition) => traffic.Sent.Where(r => r.Topic == topic && r.Partition == partition).Select(r => r.Offset + 1).DefaultIfEmpty().Max();

    /// <summary>Waits until somebody works, and has joined pairs that came after this call.</summary>
    public async Task Running()
    {
        long before = -1;
        await Until("pairs are joined", status =>
        {
            long matched = Matched(status);
            if (before < 0) before = matched;
            return matched > before + 50;
        });
    }

    /// <summary>Sends nothing more, and waits until all that was sent is read and committed.</summary>
    public async Task Quiet()
    {
        await Running();
        traffic.Pause();
        await Until("all is read", status => Streams(status).All(s => s.GetProperty("partitions").EnumerateArray().All(p => p.GetProperty("position").GetInt64() >= EndOf(s.GetProperty("topic").GetString()!, p.GetProperty("partition").GetInt32()))));
        await Task.Delay(1000);
    }

    /// <summary>Stops all that run, in peace.</summary>
    public void HoldAll()
    {
        foreach (var instance in instances)
        {
            if (instance.Hold() is null) throw new UnexpectedException("told to stop, it did not end within a minute");
        }
    }

    public void ReleaseAll(bool mayEnd = false)
    {
        foreach (var instance in instances) instance.Release(mayEnd);
    }

    /// <summary>Waits until the status of whoever works says so.</summary>
    public async Task Until(string what, Func<JsonElement, bool> done, int seconds = Patience)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        string seen = "nobody answered";
        for (var until = DateTime.UtcNow.AddSeconds(seconds); DateTime.UtcNow < until; await Task.Delay(100))
        {
            foreach (var instance in instances.OrderByDescending(i => i == watch.Owner))
            {
                try
                {
                    using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri(instance.Address + "/api/v1/status")));
                    if (done(status.RootElement)) return;
                    seen = $"phase {status.RootElement.GetProperty("phase")}, trouble {status.RootElement.GetProperty("trouble")}, {status.RootElement.GetProperty("join")}";
                    break;
                }
                catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or InvalidOperationException)
                {
                    // It is no more, or hangs, or knows no state yet: the next question tells.
                    seen = failure.Message;
                }
            }
        }

        throw new UnexpectedException($"not within {seconds} s: {what}; phases {string.Join(", ", instances.Select(i => watch.PhaseOf(i) ?? (i.Ended ? "ended" : "silent")))}; {(seen.Length > 500 ? seen[..500] : seen)}");
    }

    /// <summary>While all are held: a plain start must end by itself, with a sentence that has these words.</summary>
    public Task Refused(params string[] words)
    {
        var (code, said) = First.Try();
        if (code is null) throw new UnexpectedException($"a start was not refused within a minute: {said}");
        if (code != 1) throw new UnexpectedException($"a start ended with {code}, not with a refusal: {said}");
        if (words.FirstOrDefault(word => !said.Contains(word, StringComparison.Ordinal)) is { } missing) throw new UnexpectedException($"the refusal does not say \"{missing}\": {said}");
        Program.Say($"{name}: refused: {said}");
        return Task.CompletedTask;
    }

    /// <summary>The way out that refusals name: one start with <c>--reset-state</c> leads to a running service, and so does the plain start after it.</summary>
    public async Task Reset()
    {
        watch.Forget();
        First.StartOnce("--reset-state");
        traffic.Resume();
        await Running();
        HoldAll();
        ReleaseAll();
        await Running();
    }

    /// <summary>Waits until whoever works says these words as its trouble, or has ended with them as its last.</summary>
    public async Task ToldOrEnded(params string[] words)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        string? said = null;
        for (var until = DateTime.UtcNow.AddSeconds(Patience); DateTime.UtcNow < until; await Task.Delay(200))
        {
            if (First.Ended) said = First.LastLine();
            else
            {
                try
                {
                    using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri(First.Address + "/api/v1/status")));
                    said = status.RootElement.GetProperty("trouble").GetString() ?? said;
                }
                catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
                {
                    // It is about to end, or hangs: the next question tells.
                }
            }

            if (said is not null && words.All(word => said.Contains(word, StringComparison.Ordinal)))
            {
                Program.Say($"{name}: {(First.Ended ? "ended" : "said")}: {said}");
                return;
            }
        }

        throw new UnexpectedException($"within {Patience} s it has not said {string.Join(" and ", words)}; phase {watch.PhaseOf(First) ?? (First.Ended ? "ended" : "silent")}, its last trouble: {said}");
    }

    /// <returns>Whether it runs; false: it has ended by itself.</returns>
    public async Task<bool> RunsOrEnds()
    {
        for (int i = 0; i < Patience && !First.Ended; i++)
        {
            if (watch.Owner is not null) return true;
            await Task.Delay(1000);
        }

        return First.Ended ? false : throw new UnexpectedException($"it neither runs nor ends, but is {watch.PhaseOf(First) ?? "silent"}");
    }

    /// <summary>Ends the traffic, and holds everything against what was sent.</summary>
    /// <param name="lost">Partitions whose newest fillers were deleted before they were read: as many as the service says must be missing, to the record.</param>
    /// <param name="someDeadLettersAreGone">Whether the dead-letter topic has lost what it had.</param>
    public async Task Reckon(IReadOnlyList<(string Topic, int Partition)>? lost = null, bool someDeadLettersAreGone = false)
    {
        traffic.Finish();
        await Until("all that was sent is read, and event time is past it", status => status.GetProperty("watermark") is { ValueKind: JsonValueKind.String } watermark
            && watermark.GetDateTimeOffset().ToUnixTimeMilliseconds() > traffic.End + (2 * (long)plan.Retention.TotalMilliseconds)
            && Streams(status).All(s => s.GetProperty("lag").GetInt64() == 0));
        await Task.Delay(1500);
        var owner = watch.Owner ?? throw new UnexpectedException("nobody works any more");
        using var http = new HttpClient();
        using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri(owner.Address + "/api/v1/status")));
        var counted = Streams(status.RootElement).ToDictionary(s => s.GetProperty("topic").GetString()!, s => s.GetProperty("lostRecords").GetInt64());
        List<StoredRecord> sent = [.. traffic.Sent.OrderBy(r => r.Partition).ThenBy(r => r.Offset)];
        foreach (var (topic, partition) in lost ?? []) TakeLost(sent, topic, partition, (int)counted[topic]);
        if (lost is null && counted.Values.Sum() > 0) throw new UnexpectedException($"{counted.Values.Sum()} records are counted as lost, and none was");

        var oracle = new Oracle(plan, sent.Where(r => r.Topic == plan.Predictions), sent.Where(r => r.Topic == plan.Labels));
        var page = await WindowPage.Of(owner, oracle, name);
        page.Count(tally);
        OutputCheck.Join(oracle, status.RootElement.GetProperty("join"), tally);
        var letters = TopicReader.Read(cluster.Bootstrap, plan.DeadLetters, committedOnly: true);
        if (!someDeadLettersAreGone) OutputCheck.DeadLetters(oracle, letters, tally);
        else if (letters.Count == 0) throw new UnexpectedException("no dead letter since the topic was deleted");
        OutputCheck.Events(TopicReader.Read(cluster.Bootstrap, plan.Requests, committedOnly: true), TopicReader.Read(cluster.Bootstrap, plan.Requests, committedOnly: false), tally);
        if (watch.Mismatches > 0) throw new UnexpectedException($"{watch.Mismatches} epochs came out different when they were done again");
        if (page.Differ > 0) throw new UnexpectedException($"{page.Differ} windows differ, the first: {page.Examples[0]}");
        Program.Say($"{name}: {oracle.Matched} pairs, {counted.Values.Sum()} records counted as lost, all windows as they should be");
    }

    private static void TakeLost(List<StoredRecord> sent, string topic, int partition, int count)
    {
        List<StoredRecord> fillers = [.. sent.Where(r => r.Topic == topic && r.Partition == partition && r.Key is { } key && key.AsSpan().StartsWith("filler"u8))];
        if (count <= 0 || count > fillers.Count) throw new UnexpectedException($"{count} records of {topic} are counted as lost; between 1 and {fillers.Count} were");
        // Reading goes on in order: what was read of them came first.
        var gone = fillers.TakeLast(count).ToHashSet();
        sent.RemoveAll(gone.Contains);
    }

    private static long Matched(JsonElement status) => status.GetProperty("join").GetProperty("matched") is { ValueKind: JsonValueKind.Number } matched ? matched.GetInt64() : -1;
}

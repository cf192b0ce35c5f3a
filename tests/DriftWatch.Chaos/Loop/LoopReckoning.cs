using System.Globalization;
using System.Text.Json;
using DriftWatch.Core.Events;

namespace DriftWatch.Chaos.Loop;

/// <summary>Waits until every episode is answered, stops everybody in peace, and holds what is there against what should be.</summary>
internal sealed class LoopReckoning(
    LoopPlan plan, Cluster cluster, IReadOnlyList<Instance> instances, Orchestrator orchestrator, LoopTraffic traffic, CounterWatch watch, string executable, ChaosOptions options, Tally tally)
{
    /// <summary>Decisions that are made again from their records, to the bit.</summary>
    private const int Replays = 2;

    private IReadOnlyDictionary<string, long> _counted = new Dictionary<string, long>();

    public async Task Run(TimeSpan patience)
    {
        List<string> faults = ["nothing was looked at"];
        for (var until = DateTime.UtcNow + patience; faults.Count > 0 && DateTime.UtcNow < until; await Task.Delay(1000)) faults = await Look();
        // Whoever would do something twice does it now: told to stop, started once more with all that was left behind.
        foreach (var instance in instances)
        {
            if (instance.Hold() is not 0 and var code) tally.Fault($"{instance.Part.Name}, told to stop, ended with {code?.ToString(CultureInfo.InvariantCulture) ?? "nothing for a minute"}: {instance.LastLine()}");
        }

        int drafts = Gathered().Drafts;
        Age(plan.MapsFolder);
        Command("recalibrate", "--config", plan.ConfigurationFile, "--once");
        var seen = Gathered();
        foreach (string fault in LoopOracle.Faults(seen)) tally.Fault(fault);
        if (seen.Drafts > 0) tally.Fault($"{seen.Drafts} drafts of killed processes are still there: {string.Join(", ", seen.Files.Keys.Where(LoopEvidence.IsDraft).Take(5))}");
        if (watch.Mismatches > 0) tally.Fault($"{watch.Mismatches} epochs came out different when they were done again");
        Tell(seen, drafts);
        foreach (string episode in seen.Audit.Take(Replays).Select(record => System.Text.Encoding.UTF8.GetString(record.Key!))) Command("audit", "replay", episode, "--config", plan.ConfigurationFile, "--folder", plan.MapsFolder);
        if (options.SelfCheck && !tally.Failed) LoopSelfCheck.Run(seen, tally);
    }

    private void Tell(LoopEvidence seen, int drafts)
    {
        var verdicts = seen.Answers.Select(record => LoopEvidence.Json(record).GetProperty("data").GetProperty("verdict").GetString()!).CountBy(verdict => verdict).OrderBy(one => one.Key, StringComparer.Ordinal).ToList();
        var types = seen.Requests.Select(record => LoopEvidence.Json(record).GetProperty("type").GetString()!.Split('.')[^2]).CountBy(type => type).OrderBy(one => one.Key, StringComparer.Ordinal);
        Program.Say($"{seen.Audit.Count} episodes: {seen.Files.Keys.Count(path => path.EndsWith(".arrow", StringComparison.Ordinal))} sets, {seen.Maps.Count} maps of {seen.Maps.Select(map => System.Text.Encoding.UTF8.GetString(map.Key!)).Distinct().Count()} series, {seen.Answers.Count} answers ({Text(verdicts)}), {seen.Runs.Count} runs ({orchestrator.Refused} second starts refused)");
        Program.Say($"the service: answers {Text(_counted.Where(one => one.Value > 0))}; events {Text(types)}; {watch.Epochs} epochs, {watch.Scrapes} scrapes; {seen.Files.Count} files, none torn; {drafts} drafts of killed processes, swept");
        if (verdicts.FirstOrDefault(one => one.Key is "accept").Value * 2 < seen.Audit.Count) tally.Fault("most episodes have no map: little was tested");
    }

    private async Task<List<string>> Look()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri(instances[0].Address + "/api/v1/status")));
            if (status.RootElement.GetProperty("watermark") is not { ValueKind: JsonValueKind.String } watermark || watermark.GetDateTimeOffset().ToUnixTimeMilliseconds() < traffic.End + LoopPlan.Step.TotalMilliseconds) return ["event time is not past the traffic"];
            _counted = CountsOf(await http.GetStringAsync(new Uri(instances[0].Address + "/metrics")));
            return LoopOracle.Faults(Gathered());
        }
        catch (Exception moment) when (moment is HttpRequestException or OperationCanceledException or Confluent.Kafka.KafkaException or ArgumentOutOfRangeException)
        {
            return [moment.Message];
        }
    }

    private LoopEvidence Gathered() => LoopEvidence.Of(cluster.Bootstrap, plan.MapsFolder, orchestrator.Runs, _counted);

    private static Dictionary<string, long> CountsOf(string metrics)
    {
        const string Name = "driftwatch_answers_total{result=\"";
        return metrics.Split('\n').Where(line => line.StartsWith(Name, StringComparison.Ordinal)).Select(line => line[Name.Length..].Split("\"} ")).ToDictionary(parts => parts[0], parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Nobody writes any more; only a day makes that sure.</summary>
    private static void Age(string folder)
    {
        foreach (string draft in Directory.EnumerateFileSystemEntries(folder, ".*.part", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).ToList())
        {
            if (Directory.Exists(draft)) Directory.SetLastWriteTimeUtc(draft, DateTime.UtcNow.AddDays(-2));
            else File.SetLastWriteTimeUtc(draft, DateTime.UtcNow.AddDays(-2));
        }
    }

    private void Command(params string[] arguments)
    {
        var part = new Part(string.Join('-', arguments.Take(2)), "", executable, arguments);
        using var command = new Instance(0, part, plan.Folder, () => null, tally);
        command.Hold();
        var (code, said) = command.Try();
        if (code != 0) tally.Fault($"driftwatch {string.Join(' ', arguments)} ended with {code?.ToString(CultureInfo.InvariantCulture) ?? "nothing for a minute"}: {said}");
    }

    private static string Text(IEnumerable<KeyValuePair<string, long>> counts) => string.Join(", ", counts.Select(one => $"{one.Key} {one.Value}"));

    private static string Text(IEnumerable<KeyValuePair<string, int>> counts) => string.Join(", ", counts.Select(one => $"{one.Key} {one.Value}"));
}

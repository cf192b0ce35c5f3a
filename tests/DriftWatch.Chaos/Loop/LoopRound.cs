using System.Globalization;

namespace DriftWatch.Chaos.Loop;

/// <summary>From drift to answer, with everybody killed on the way: the service, <c>driftwatch recalibrate</c>, and a subscriber that starts runs. Then quiet, and the reckoning.</summary>
internal sealed class LoopRound : IDisposable
{
    /// <summary>How long a process that is armed may take to come to its place, before it is killed wherever it is.</summary>
    private static readonly TimeSpan ArmedFor = TimeSpan.FromSeconds(30);

    /// <summary>How long service, recalibrator and subscriber live at least where they are not armed: episodes have to come to be.</summary>
    private static readonly double[] SecondsUnarmed = [6, 3, 6];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>From so many kills on a run goes on until somebody was killed at every place.</summary>
    private const int LongRun = 50;

    /// <summary>So many steps may come before the set of the drift that they begin.</summary>
    private const int StepsAhead = 4;

    private readonly ChaosOptions _options;
    private readonly Cluster _cluster;
    private readonly LoopPlan _plan;
    private readonly Tally _tally;
    private readonly Random _random;
    private readonly LoopDeck[] _decks;
    private readonly Instance[] _instances;
    private readonly Orchestrator _orchestrator;
    private readonly LoopTraffic _traffic;
    private readonly CounterWatch _watch;
    private readonly string _executable;

    public LoopRound(ChaosOptions options, Cluster cluster, string root, string folder, Tally tally)
    {
        (_options, _cluster, _tally, _plan, _random) = (options, cluster, tally, new(folder), new(options.Seed));
        Directory.CreateDirectory(folder);
        File.WriteAllText(_plan.ConfigurationFile, _plan.Configuration(cluster.Bootstrap));
        _executable = Path.Combine(root, "out", "driftwatch");
        _orchestrator = new(options.Port + 600, tally);
        string[] ofEpochs = ["before-begin:12", "after-begin:12", "half-produced:12", "after-offsets:12", "commit-sent:12", "after-commit:12", "during-takeover:1", "during-restore:1"];
        _decks =
        [
            new(["after-produce:6"], ofEpochs, new(_random.Next())),
            new(
                ["set-half-written:1", "half-produced:1", "after-produce:1"],
                ["set-named:1", "map-half-written:2", "map-written:2", "file-drafted:3", "before-begin:2", "after-begin:2", "after-offsets:2", "commit-sent:2", "after-commit:2", "during-takeover:1", "during-restore:1"],
                new(_random.Next())),
            new(["run-started:1"], ["run-asked:2", "run-started:3", "run-committed:3"], new(_random.Next())),
        ];
        Part[] parts =
        [
            Part.Service(0, _executable, _plan.ConfigurationFile, options.Port + 500, "service "),
            new("recalibrator", "recalibrator ", _executable, ["recalibrate", "--config", _plan.ConfigurationFile]),
            new("subscriber", "subscriber ", Environment.ProcessPath!, [Subscriber.Command, cluster.Bootstrap, _orchestrator.Address]),
        ];
        _instances = [.. parts.Select((part, i) => new Instance(i, part, folder, _decks[i].Next, tally))];
        _traffic = new(cluster.Bootstrap, _random.Next(), steps => steps < (SetsMade() * LoopPlan.Between) + StepsAhead, tally);
        _watch = new([_instances[0]], tally);
    }

    /// <param name="kills">What the tally is to come to.</param>
    /// <param name="deadline">When killing stops in any case.</param>
    public async Task Run(int kills, DateTime deadline)
    {
        await _cluster.CreateTopics((LoopPlan.Predictions, LoopPlan.Partitions), (LoopPlan.Labels, LoopPlan.Partitions));
        _traffic.Start();
        foreach (var instance in _instances) instance.Start();
        Kill(kills, deadline);
        foreach (var deck in _decks) deck.Over = true;
        _traffic.Finish();
        foreach (var instance in _instances) instance.Kill("random");
        await new LoopReckoning(_plan, _cluster, _instances, _orchestrator, _traffic, _watch, _executable, _options, _tally).Run(Patience);
        foreach (string place in Unvisited(kills)) _tally.Fault($"nobody was killed at: {place}");
    }

    /// <summary>Where a long run has to have been, and was not yet.</summary>
    private IEnumerable<string> Unvisited(int kills) => kills < LongRun ? [] : _decks.Zip(_instances).SelectMany(one => one.First.Places.Distinct().Select(place => one.Second.Part.Tag + place)).Where(place => _tally.KillsOf(place) == 0);

    public void Dispose()
    {
        var ending = new Ending(_tally);
        ending.Of("the scraping thread", _watch.Dispose);
        foreach (var instance in _instances) ending.Of(instance.Part.Name, instance.Dispose);
        ending.Of("the sender of traffic", _traffic.Dispose);
        _orchestrator.Dispose();
    }

    private int SetsMade() => Directory.Exists(Path.Combine(_plan.MapsFolder, "sets")) ? Directory.GetFiles(Path.Combine(_plan.MapsFolder, "sets"), "*.arrow").Length : 0;

    /// <summary>Whoever is armed dies at its place; who is not, or does not come there, dies somewhere.</summary>
    private void Kill(int kills, DateTime deadline)
    {
        var since = _instances.Select(_ => (Life: 0, At: DateTime.UtcNow)).ToArray();
        while ((_tally.Kills < kills || Unvisited(kills).Any()) && DateTime.UtcNow < deadline && !_tally.Hopeless)
        {
            Thread.Sleep(TimeSpan.FromSeconds(0.2 + _random.NextDouble()));
            int which = _random.Next(_instances.Length);
            var instance = _instances[which];
            if (since[which].Life != instance.Life) since[which] = (instance.Life, DateTime.UtcNow);
            double lived = (DateTime.UtcNow - since[which].At).TotalSeconds;
            if (instance.FailPoint is null ? lived > SecondsUnarmed[which] * (0.5 + _random.NextDouble()) : lived > ArmedFor.TotalSeconds) instance.Kill("random");
        }

        Program.Say(string.Create(CultureInfo.InvariantCulture, $"{_tally.Kills} kills; {_orchestrator.Runs.Count} runs so far"));
    }
}

using System.Globalization;
using System.Text;
using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Checkpoints;

/// <summary>A monitor that reads records and whose chunks are collected as a compacted topic would hold them.</summary>
internal sealed class StateWorld
{
    public static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly string[] Classes = ["cat", "dog", "bird", "fish", "newt"];

    private readonly MessageReader _reader;
    private readonly ChunkWriter _writer = new();
    private EventTime _latest;

    public StateWorld(MonitorOptions options)
    {
        var routes = new RouteTable(options.Routing);
        Monitor = new CalibrationMonitor(options, routes, keepsState: true);
        _reader = new MessageReader(new FieldMapping(), new ReadLimits(), routes, Records.HashKey);
    }

    public CalibrationMonitor Monitor { get; }

    public List<string> Requests { get; } = [];

    public Dictionary<string, byte[]> Topic { get; private set; } = [];

    /// <summary>Keys that were deleted so far.</summary>
    public int Deleted { get; private set; }

    /// <summary>A record of one of four models.</summary>
    /// <param name="IsLabel">Whether it is a label.</param>
    /// <param name="Json">What it says.</param>
    /// <param name="At">Its event time, in milliseconds since the start.</param>
    public readonly record struct Entry(bool IsLabel, string Json, long At);

    /// <summary>Four models with small bounds, short waits and sensitive rules, so that much happens within hours.</summary>
    public static MonitorOptions Options(int seed)
    {
        var rules = RuleCatalogue.All.Take(10).ToList(); // what a seed gives must not change with a further rule
        var minute = TimeSpan.FromMinutes(1);
        var model = new ModelOptions
        {
            Join = new JoinRule { Horizon = 20 * minute, Lead = 2 * minute },
            EarlyWarning = new EarlyWarningOptions
            {
                Window = 20 * minute, MinPredictions = 15, Windows = 1, Z = 1.5,
                Reference = new ReferenceOptions { Least = 40 * minute, Labeled = 40 },
            },
            Threshold = new ThresholdOptions { Window = 15 * minute, MinLabeled = 20, Raise = 0.04, Clear = 0.1, Windows = 1 },
            Drift = new DriftOptions
            {
                Tolerance = seed % 5 == 0 ? null : 0.01, Dependence = (Dependence)(seed % 4), ClusterSize = 2, Pane = 5 * minute, Block = 30 * minute,
                FalseAlarmEvery = TimeSpan.FromHours(3), Missing = (MissingLabels)(seed / 2 % 2), Group = (AlarmGroup)(seed % 3), MinLabeled = 30,
            },
            Requests = new RequestOptions { Cooldown = 30 * minute },
        };
        return new MonitorOptions
        {
            Pane = minute,
            Windows = [10 * minute, 60 * minute],
            WindowHistory = 6,
            OutOfOrderness = minute,
            MaxVersions = 2,
            MaxSlices = 2,
            MaxRoutes = 40,
            Default = model with { Views = new ViewOptions { Kept = [ExtraView.Folded], Watched = seed % 2 == 0 } },
            Models = new Dictionary<string, ModelOptions>
            {
                ["fraud"] = model with { Rule = DriftRule.Threshold, Join = model.Join with { OnExpiry = ExpiryRule.Negative } },
                ["rule"] = model with { Rule = rules[seed % rules.Count], Join = model.Join with { Corrections = CorrectionRule.Replace, Sources = [new("human", false), new("judge", true)] } },
                ["vec"] = model with
                {
                    Join = model.Join with { Corrections = CorrectionRule.Replace },
                    Views = new ViewOptions { Kept = [ExtraView.ClassWise, ExtraView.PerClass], MaxClasses = 3, Watched = seed % 3 == 0 },
                },
            },
        };
    }

    /// <summary>Six hours in the order of arrival: copies, corrections, labels too late and never; every other hour claims are too high.</summary>
    public static Entry[] Log(int seed, int count)
    {
        var random = new SplitMix((ulong)seed);
        List<(Entry Entry, long Arrives)> log = [];
        void Come(Entry entry) => log.Add((entry, entry.At + random.Below(55_000)));
        for (int i = 0; i < count; i++)
        {
            long at = 21_600_000L * i / count;
            bool drifts = at / 3_600_000 % 2 == 1;
            string model = new[] { "bin", "fraud", "rule", "vec" }[random.Below(4)];
            string version = at > 9_000_000 ? $"{random.Below(3)}" : "0";
            string slices = $"{{\"region\":\"{new[] { "eu", "us", "ap", "af", "sa" }[random.Below(5)]}\"{(random.Chance(0.3) ? ",\"tier\":\"gold\"" : "")}}}";
            var (claim, label, other) = model == "vec" ? Vector(random, drifts) : Binary(random, drifts);
            var prediction = new Entry(false, $"{{\"id\":\"{i}\",\"model\":\"{model}\",\"version\":\"{version}\",\"slices\":{slices},\"timestamp\":{Start.Milliseconds + at},{claim}{Latency(model, i, drifts)}}}", at);
            Come(prediction);
            if (random.Chance(0.03)) Come(prediction);
            if (random.Chance(0.08)) continue;
            long labelAt = at + random.Below(1_300_000) - 60_000;
            Come(Label(i, labelAt, label));
            if (random.Chance(0.1)) Come(Label(i, labelAt + random.Below(300_000) - 60_000, random.Chance(0.7) ? other : label));
        }

        return [.. log.OrderBy(each => each.Arrives).Select(each => each.Entry)];
    }

    /// <summary>Reads records and moves event time, writing chunks now and then.</summary>
    public void Play(ReadOnlySpan<Entry> entries, SplitMix random)
    {
        foreach (var entry in entries)
        {
            Take(entry);
            if (random.Chance(0.05)) Advance();
            if (random.Chance(0.005)) Write();
        }

        Advance();
        Write();
    }

    /// <summary>Writes what has changed.</summary>
    public IReadOnlyList<StateChunk> Write()
    {
        Monitor.WriteChunks(_writer);
        var changes = _writer.Take();
        foreach (var (key, bytes) in changes)
        {
            if (bytes is not null) Topic[key] = bytes;
            else Assert.True(Topic.Remove(key), $"{key} was never stored");
            Deleted += bytes is null ? 1 : 0;
        }

        return changes;
    }

    /// <summary>Another one that begins where this one is.</summary>
    public StateWorld Restart(MonitorOptions options, SplitMix random, out Restored restored)
    {
        var next = new StateWorld(options) { Topic = new(Topic), _latest = _latest };
        next.Requests.AddRange(Requests);
        var chunks = Topic.Select(chunk => (chunk.Key, new ReadOnlyMemory<byte>(chunk.Value))).ToArray();
        random.Shuffle<(string, ReadOnlyMemory<byte>)>(chunks);
        restored = next.Monitor.ReadChunks(chunks, next._writer);
        next.Monitor.StartRejoin();
        foreach (byte[] block in Monitor.CopyJoin()) next.Monitor.Rejoin(block);
        next.Monitor.EndRejoin(StateExchange.Write(Monitor.JoinTally));
        return next;
    }

    public string Picture()
    {
        var snapshot = Monitor.Capture();
        return StatePictures.Json(new { Snapshot = snapshot with { Models = [] }, Models = snapshot.Models.Select(model => model with { Options = new() }), Requests });
    }

    private void Advance()
    {
        Monitor.AdvanceTo(_latest - TimeSpan.FromMinutes(1));
        Requests.AddRange(Monitor.TakeRequests().Select(StatePictures.Json));
    }

    private void Take(in Entry entry)
    {
        var record = new RecordView { Value = Encoding.UTF8.GetBytes(entry.Json), KafkaTimestamp = -1 };
        _latest = EventTime.Max(_latest, Start + TimeSpan.FromMilliseconds(entry.At));
        var reason = entry.IsLabel ? _reader.ReadLabel(record, EventTime.Latest, out var label) : ReadPrediction(record, out label);
        if (reason != RejectReason.None) throw new InvalidOperationException($"{reason}: {_reader.LastFault}");
        if (entry.IsLabel) Monitor.Add(label);
    }

    private RejectReason ReadPrediction(in RecordView record, out Label none)
    {
        none = default;
        var reason = _reader.ReadPrediction(record, EventTime.Latest, out var prediction);
        if (reason == RejectReason.None) Monitor.Add(prediction);
        return reason;
    }

    // Of two models, now and then unreadable, and no draw of the random numbers that everything else hangs on.
    private static string Latency(string model, int id, bool drifts) => model is not ("bin" or "vec") || id % 5 == 0 ? "" : id % 41 == 0 ? ",\"latency\":\"slow\"" : $",\"latency\":{(id * 7919L % 1000) + (drifts ? 3000 : 20)}";

    private static Entry Label(int id, long at, string value) => new(true, $"{{\"id\":\"{id}\",\"timestamp\":{Start.Milliseconds + at},\"label\":\"{value}\"{Source(id + at)}}}", at);

    // Of one model only does it matter.
    private static string Source(long number) => (number % 3) switch { 0 => ",\"source\":\"human\"", 1 => ",\"source\":\"judge\"", _ => "" };

    private static (string Claim, string Label, string Other) Binary(SplitMix random, bool drifts)
    {
        double p = Math.Round((random.Unit() * 0.98) + 0.01, 3);
        bool outcome = random.Chance(drifts ? p * p * p : p);
        return (string.Create(CultureInfo.InvariantCulture, $"\"probability\":{p}"), outcome ? "1" : "0", outcome ? "0" : "1");
    }

    private static (string Claim, string Label, string Other) Vector(SplitMix random, bool drifts)
    {
        double[] weights = [.. Classes.Select((_, c) => Math.Exp(random.Normal() - (c / 2.0)))];
        double sum = weights.Sum(), sharp = drifts ? 0.4 : 1;
        int Draw()
        {
            double u = random.Unit() * weights.Sum(w => Math.Pow(w, sharp));
            int c = 0;
            for (u -= Math.Pow(weights[0], sharp); u > 0 && c < Classes.Length - 1;) u -= Math.Pow(weights[++c], sharp);
            return c;
        }

        int first = random.Below(5); // members come in any order, and classes one after the other
        var members = Enumerable.Range(0, 5).Select(c => (c + first) % 5).Select(c => string.Create(CultureInfo.InvariantCulture, $"\"{Classes[c]}\":{weights[c] / sum:R}"));
        return ($"\"probabilities\":{{{string.Join(',', members)}}}", Classes[Draw()], Classes[Draw()]);
    }
}

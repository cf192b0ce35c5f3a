using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Serving;
using DriftWatch.Core.Time;
using DriftWatch.Pipeline;

namespace DriftWatch.Web;

/// <summary>Pictures of a service as it might be met in the wild: models that drift, that are fine, that are new; records that cannot be read.</summary>
internal static class SimulatedService
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 14, 25, 30, TimeSpan.Zero);
    private static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 11, 18, 12, 0, 0, TimeSpan.Zero));
    private static readonly TimeSpan Horizon = TimeSpan.FromHours(1);

    public static MonitorOptions Options { get; } = new()
    {
        Default = new ModelOptions { Rule = DriftRule.Threshold, Join = new JoinRule { Horizon = Horizon } },
        Models = new Dictionary<string, ModelOptions>
        {
            ["fraud"] = new() { Rule = DriftRule.Threshold, Team = "payments", Join = new JoinRule { Horizon = Horizon }, Latency = new LatencyOptions { Limit = TimeSpan.FromMilliseconds(200) }, Compare = new() { Enabled = true, MostDisagreeing = 0.2 } },
            ["not-seen-yet"] = new() { Team = "search" },
        },
    };

    /// <summary>A busy service with seven series of five model versions, one of them drifting.</summary>
    public static ServiceSnapshot Busy(int seed = 7) => seed == 7 ? Usual.Value : Simulate(Now, seed);

    // Pictures are immutable, so all tests share one.
    private static readonly Lazy<ServiceSnapshot> Usual = new(() => Simulate(Now, 7));

    private static ServiceSnapshot Simulate(DateTimeOffset clock, int seed)
    {
        var watermark = EventTime.From(clock - TimeSpan.FromSeconds(64));
        int hours = (int)Math.Ceiling((watermark - Start) / TimeSpan.FromHours(1));
        var request = watermark - TimeSpan.FromHours(9.4);
        List<SimulatedSeries> all =
        [
            new(Key("fraud", "7"), 2600, -0.6, 1.7, (z, hour) => hour < 52 ? z : z - (0.42 * Math.Min(1, (hour - 52) / 8.0))) { State = EpisodeState.Cooling, LastRequest = request, EarlyWarning = SimulatedWarnings.Of(Start), Latency = SimulatedWarnings.LatencyOf(watermark), Sources = SimulatedSources.Three },
            new(Key("fraud", "6"), 900, -0.6, 1.7, (z, _) => z),
            new(Key("churn", "2026-10"), 1500, -1.4, 1.1, (z, _) => z),
            new(Key("image-tagger", "resnet50-b", view: View.TopLabel), 3100, 2.0, 1.3, (z, _) => (z / 1.13) + 0.05) { State = EpisodeState.Pending },
            new(Key("search-ctr", ""), 180, -2.6, 0.9, (z, _) => z) { InsufficientData = true },
            new(Key("fraud", "7", new Slice("region", "eu")), 1100, -0.6, 1.7, (z, hour) => hour < 52 ? z : z - 0.75) { State = EpisodeState.Cooling },
            new(Key("fraud", "7", new Slice("region", "us")), 900, -0.6, 1.7, (z, hour) => hour < 52 ? z : z - 0.15),
            new(Key("fraud", "7", new Slice("tier", "gold")), 220, -0.2, 1.4, (z, _) => z) { InsufficientData = true },
            new(Key("fraud", "7", view: View.Folded), 2600, 1.4, 0.8, (z, hour) => hour < 52 ? z : z - 0.2),
            new(Key("image-tagger", "resnet50-b", view: View.OneClass) with { Class = "cat" }, 3100, -0.4, 1.3, (z, _) => z),
            new(Key("image-tagger", "resnet50-b", view: View.OneClass) with { Class = "<dog> & co" }, 3100, -1.8, 1.3, (z, _) => z / 1.3),
        ];
        var series = all.Select((s, i) => s.Run(Start, hours, watermark, Horizon, Options, seed + i)).ToList();
        series[3] = WithClasswiseEce(series[3]);
        return Service(clock, watermark) with { Monitor = Monitor(series, watermark, request) };
    }

    private static SeriesSnapshot WithClasswiseEce(SeriesSnapshot series) => series with
    {
        Windows = [.. series.Windows.Select(width => width with { NewestMature = width.NewestMature! with { Metrics = width.NewestMature.Metrics.With(WindowMetrics.ClasswiseEce, 0.0123) } })],
    };

    /// <summary>A service that has just started and seen nothing.</summary>
    public static ServiceSnapshot Fresh(DateTimeOffset? now = null) => Service(now ?? Now, null) with
    {
        Streams = [new("predictions", "predictions") { TopicPartitions = 4 }, new("labels", "labels") { TopicPartitions = 4 }],
        RecentEvents = [],
        RequestsPublished = 0,
        Commits = 0,
    };

    /// <summary>An instance without a state: it stands by, or is on its way to one.</summary>
    public static ServiceSnapshot Without(ServicePhase phase, RestoreSnapshot? restore = null) => new()
    {
        Phase = phase,
        StartedAt = Now - TimeSpan.FromMinutes(3),
        TakenAt = Now - TimeSpan.FromMilliseconds(400),
        LastPoll = Now - TimeSpan.FromMilliseconds(120),
        Options = Options,
        Restore = restore,
    };

    /// <summary>Half way through a restore: 40 s for 1.2 of 2 million records.</summary>
    public static ServiceSnapshot Restoring() => Without(ServicePhase.Restoring, new(1_200_000, 2_000_000, Now - TimeSpan.FromSeconds(40)));

    public static SeriesKey Key(string model, string version, Slice? slice = null, View view = View.Binary) => new(model, version, slice, view);

    private static MonitorSnapshot Monitor(List<SeriesSnapshot> series, EventTime watermark, EventTime request) => new()
    {
        Watermark = watermark,
        Series = series,
        Comparisons = SimulatedComparisons.Of(Start),
        Models = [.. series.Select(s => s.Key.Model).Distinct().Select((model, i) => new ModelSnapshot
        {
            Model = model,
            Options = Options.For(model),
            Labels = series.Where(s => s.Key.Model == model && s.Key.IsWhole).Sum(s => s.Matched) + 40,
            Pending = 1210 + (311 * i),
            Expired = 2000 + i,
            Duplicates = 100 + i,
            Late = i,
            UnknownSources = i == 0 ? ["humna"] : null,
            Orphans = new OrphanSnapshot { Total = 17 * i, OtherModel = 5 * i, Late = new([0, 0, 0, 0, 0, 2 * i, 10 * i, 0, 0, 0, 0, 0, 0], 21_000.0 * i) },
            DelayCounts = [0, 12, 40, 310, 5200, 30_100, 41_000, 900, 0, 0, 0, 0, 0],
            DelaySumSeconds = 5.0e7 + i,
        })],
        Orphans = new OrphanSnapshot { Total = 1750, NoPrediction = 1750 },
        Join = new JoinCounts
        {
            Predictions = series.Sum(s => s.Predictions), Labels = series.Sum(s => s.Matched), Matched = series.Sum(s => s.Matched),
            Expired = 8121, Orphaned = 2090, DuplicatePredictions = 311, DuplicateLabels = 1207, LatePredictions = 0, LateLabels = 14,
            Corrected = 73, Pending = 9_412, WaitingLabels = 88,
        },
        Episodes =
        [
            new(Key("churn", "2026-10"), "threshold", Start + TimeSpan.FromHours(6), Start + TimeSpan.FromHours(10), Start + TimeSpan.FromHours(21), Direction.ShiftUp, null, 4120, null, "0b6b7a41-97f6-5c3a-9d0e-6a4f9f1c2e55"),
            new(Key("fraud", "7"), "threshold", Start + TimeSpan.FromHours(54), request, null, Direction.ShiftDown, null, 11_840, null, "6f1c5c1e-2d0b-5b8e-8f0e-93a4a6d3b7a2")
            {
                Answer = new(new(AnswerKind.Completed, "a-1", "nightly", "any") { Reason = "saves <b>0.02</b> nats", Fix = new("sha256:0c1d2e3f4a5b6c7d", 3, "platt", null) }, request + TimeSpan.FromHours(1), request + TimeSpan.FromHours(169)),
            },
            new(Key("fraud", "7", new Slice("region", "eu")), "threshold", Start + TimeSpan.FromHours(53), request - TimeSpan.FromHours(1), null, Direction.ShiftDown, null, 4_050, null, null),
        ],
        Overflows = new Dictionary<string, long> { ["version"] = 0, ["slice"] = 4 },
    };

    private static ServiceSnapshot Service(DateTimeOffset now, EventTime? watermark) => new()
    {
        Phase = ServicePhase.Running,
        HasState = true,
        StartedAt = now - TimeSpan.FromHours(74.6),
        TakenAt = now - TimeSpan.FromMilliseconds(400),
        LastPoll = now - TimeSpan.FromMilliseconds(120),
        Options = Options,
        Commits = 268_000,
        CommittedAt = now - TimeSpan.FromMilliseconds(700),
        CommitDurations = new() { Counts = [12, 140, 60, 9, 3, 1, 0, 0, 0, 0, 0, 0], SumSeconds = 2.61 },
        StateStoredAt = now - TimeSpan.FromSeconds(17),
        StateBytes = 214_310,
        Adoptions = 2,
        Answers = new("driftwatch.recalibration.answers", AnswerResults.All.ToDictionary(result => result, result => result == AnswerResult.Completed ? 1L : 0)),
        RequestsPublished = 1,
        RequestsBySeries = new Dictionary<(string, string), long> { [("fraud", "7")] = 1 },
        RecentEvents = ["""{"specversion":"1.0","type":"io.driftwatch.recalibration.requested.v1","source":"/driftwatch","id":"6f1c5c1e-2d0b-5b8e-8f0e-93a4a6d3b7a2","subject":"models/fraud/versions/7","time":"2026-11-21T05:00:26Z","datacontenttype":"application/json","data":{"model":"fraud","version":"7","metric":"ece","value":0.071,"threshold":0.05,"reason":"shift-down <b>not bold</b>"}}"""],
        Streams =
        [
            Stream("predictions", "prod.predictions", now, watermark, 612_345, 3) with
            {
                Rejected = new Dictionary<RejectReason, long> { [RejectReason.Malformed] = 41, [RejectReason.ProbabilityRange] = 212, [RejectReason.MissingTimestamp] = 7 },
                DeadLetters = 260,
            },
            Stream("labels", "prod.labels", now, watermark, 583_001, 3) with
            {
                Rejected = new Dictionary<RejectReason, long> { [RejectReason.MissingLabel] = 3 }, DeadLetters = 3,
            },
        ],
    };

    private static StreamSnapshot Stream(string name, string topic, DateTimeOffset now, EventTime? watermark, long records, int partitions) => new(name, topic)
    {
        Records = records,
        Bytes = records * 142,
        TopicPartitions = partitions,
        Watermark = watermark,
        Partitions = [.. Enumerable.Range(0, partitions).Select(p => new PartitionSnapshot(p)
        {
            Position = 80_000 + (977 * p), LogEnd = 80_000 + (977 * p) + (p == 1 ? 318 : 0), LastRecordAt = now - TimeSpan.FromSeconds(0.7 + p), Idle = false, Watermark = watermark,
        })],
    };
}

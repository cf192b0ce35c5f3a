using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>Versions of one model with a hundred predictions an hour, calibrated or far from it.</summary>
internal sealed class VersionWorld
{
    public static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly string _rule;
    private readonly RouteTable _routes;
    private readonly TimeSpan _delay;
    private readonly EarlyWarningOptions? _early;
    private readonly PriorityQueue<Label, EventTime> _labels = new();
    private ulong _id;

    /// <param name="rule">What judges.</param>
    /// <param name="delay">How long a label takes.</param>
    /// <param name="proveWithin">How long a fix has.</param>
    /// <param name="early">What is watched besides, with a slice of every second prediction; null: nothing, and no slice.</param>
    public VersionWorld(string rule, TimeSpan? delay = null, TimeSpan? proveWithin = null, EarlyWarningOptions? early = null)
    {
        (_rule, _early) = (rule, early);
        _delay = delay ?? TimeSpan.FromSeconds(1);
        var options = new MonitorOptions
        {
            Pane = Hour,
            Windows = [TimeSpan.FromDays(1)],
            OutOfOrderness = TimeSpan.Zero,
            Default = new ModelOptions
            {
                Join = new JoinRule { Horizon = _delay + Hour },
                EarlyWarning = early ?? new EarlyWarningOptions { Enabled = false },
                Rule = RuleCatalogue.All.Single(one => one.Name == rule),
                Drift = new DriftOptions { Dependence = Dependence.Independent, Pane = Hour },
                Threshold = new ThresholdOptions { Window = TimeSpan.FromHours(6), MinLabeled = 100, Windows = 2 },
                Requests = new RequestOptions { Cooldown = Hour, ProveWithin = proveWithin ?? TimeSpan.FromDays(2) },
            },
        };
        _routes = new RouteTable(options.Routing);
        Monitor = new CalibrationMonitor(options, _routes, keepsState: true);
    }

    public CalibrationMonitor Monitor { get; }

    public List<RecalibrationRequest> Told { get; } = [];

    public SeriesSnapshot Of(string version) => Monitor.Capture().Series.Single(series => series.Key.Version == version && series.Key.IsWhole);

    public void Run(int from, int to, params ReadOnlySpan<(string Version, bool Off)> versions) => Run(from, to, 1, versions);

    public void Run(int from, int to, int step, params ReadOnlySpan<(string Version, bool Off)> versions)
    {
        for (int hour = from; hour < to; hour++)
        {
            for (int i = 0; i < 100; i++)
            {
                var time = Start + (hour * Hour) + TimeSpan.FromSeconds(36 * i);
                Answer(time);
                foreach (var (version, off) in versions)
                {
                    double claim = 0.2 + (0.6 * (i % 10) / 9);
                    bool cameTrue = ((i * 37) + (hour * 11)) % 100 < 100 * (off ? Math.Min(1, claim + 0.2) : claim);
                    Monitor.Add(new Prediction(new PredictionId(0, _id), time, RouteOf(version, sliced: _early is not null && i % 2 == 0), claim));
                    _labels.Enqueue(new(new PredictionId(0, _id++), time + _delay, LabelValue.Class(cameTrue ? "1" : "0")), time + _delay);
                }
            }

            if ((hour + 1 - from) % step == 0) Advance(Start + ((hour + 1) * Hour));
        }
    }

    public void Advance(EventTime to)
    {
        Answer(to);
        Monitor.AdvanceTo(to);
        Told.AddRange(Monitor.TakeRequests());
    }

    /// <summary>Answers a request, as of now.</summary>
    public AnswerResult Answer(RecalibrationAnswer answer)
    {
        var result = Monitor.Answer(answer);
        Told.AddRange(Monitor.TakeRequests());
        return result;
    }

    /// <summary>Another one that begins where this one is; every prediction has its label by then.</summary>
    public VersionWorld Restart()
    {
        var written = new ChunkWriter();
        Monitor.WriteChunks(written);
        var next = new VersionWorld(_rule, _delay, early: _early) { _id = _id };
        next.Monitor.ReadChunks([.. written.Take().Select(chunk => (chunk.Key, new ReadOnlyMemory<byte>(chunk.Bytes)))], new ChunkWriter());
        return next;
    }

    private void Answer(EventTime until)
    {
        while (_labels.TryPeek(out var label, out var time) && time <= until)
        {
            Monitor.Add(label);
            _labels.Dequeue();
        }
    }

    private int RouteOf(string version, bool sliced)
    {
        var key = (UInt128)ClassKey.Of(version + (sliced ? "/even" : ""));
        if (!_routes.TryFind(key, out int route)) _routes.TryRegister(key, new RouteDescription("m", version, View.Binary, null, sliced ? [new Slice("half", "even")] : []), out route);
        return route;
    }
}

using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>Versions of one model with a hundred predictions an hour each, about the same outcomes, which may be off by so much in probability.</summary>
internal sealed class AcrossWorld
{
    public static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ulong _seed;
    private readonly Dependence _dependence;
    private readonly RouteTable _routes;
    private readonly ChunkWriter _writer = new();
    private readonly Dictionary<string, byte[]> _topic = [];
    private ulong _id;

    public AcrossWorld(ulong seed, Dependence dependence = Dependence.Independent)
    {
        (_seed, _dependence) = (seed, dependence);
        var options = new MonitorOptions
        {
            Pane = Hour,
            Windows = [TimeSpan.FromDays(1)],
            OutOfOrderness = TimeSpan.Zero,
            MaxVersions = 100,
            Default = new ModelOptions
            {
                Join = new JoinRule { Horizon = Hour },
                EarlyWarning = new EarlyWarningOptions { Enabled = false },
                Drift = new DriftOptions { Dependence = dependence, Pane = Hour },
                Requests = new RequestOptions { Cooldown = Hour },
            },
        };
        _routes = new RouteTable(options.Routing);
        Monitor = new CalibrationMonitor(options, _routes, keepsState: true);
    }

    public CalibrationMonitor Monitor { get; }

    public List<RecalibrationRequest> Told { get; } = [];

    public AcrossVersionsSnapshot Across => Monitor.Capture().Models.Single().AcrossVersions.Single();

    public SeriesSnapshot Of(string version) => Monitor.Capture().Series.Single(series => series.Key.Version == version);

    /// <param name="from">The first hour.</param>
    /// <param name="to">The first hour that is not played.</param>
    /// <param name="versions">Those that are asked, and by how much more often than claimed outcomes come true.</param>
    public void Run(int from, int to, params ReadOnlySpan<(string Version, double Off)> versions) => Run(from, to, 1, versions);

    /// <param name="from">The first hour.</param>
    /// <param name="to">The first hour that is not played.</param>
    /// <param name="step">By how many hours event time moves on at once.</param>
    /// <param name="versions">Those that are asked, and by how much more often than claimed outcomes come true.</param>
    public void Run(int from, int to, int step, params ReadOnlySpan<(string Version, double Off)> versions)
    {
        for (int hour = from; hour < to; hour++)
        {
            var random = new SplitMix((_seed * 100_003) + (ulong)hour);
            for (int i = 0; i < 100; i++)
            {
                var time = Start + (hour * Hour) + TimeSpan.FromSeconds(36 * i);
                double claim = 0.2 + (0.6 * (i % 10) / 9), chance = random.Unit();
                foreach (var (version, off) in versions)
                {
                    var id = new PredictionId(0, _id++);
                    Monitor.Add(new Prediction(id, time, RouteOf(version), claim));
                    Monitor.Add(new Label(id, time + TimeSpan.FromSeconds(1), LabelValue.Class(chance < claim + off ? "1" : "0")));
                }
            }

            if ((hour + 1 - from) % step != 0) continue;
            Monitor.AdvanceTo(Start + ((hour + 1) * Hour));
            Told.AddRange(Monitor.TakeRequests());
        }
    }

    /// <summary>The keys of what is stored.</summary>
    public IReadOnlyCollection<string> Chunks()
    {
        Monitor.WriteChunks(_writer);
        foreach (var (key, bytes) in _writer.Take())
        {
            if (bytes is null) _topic.Remove(key);
            else _topic[key] = bytes;
        }

        return _topic.Keys;
    }

    /// <summary>Another one that begins where this one is; every prediction has its label by then.</summary>
    public AcrossWorld Restart(Func<string, bool>? keeps = null)
    {
        Chunks();
        var next = new AcrossWorld(_seed, _dependence) { _id = _id };
        next.Told.AddRange(Told);
        next.Monitor.ReadChunks([.. _topic.Where(chunk => keeps?.Invoke(chunk.Key) != false).Select(chunk => (chunk.Key, new ReadOnlyMemory<byte>(chunk.Value)))], next._writer);
        foreach (var (key, bytes) in _topic) next._topic[key] = bytes;
        return next;
    }

    private int RouteOf(string version)
    {
        var key = new UInt128(0, 0);
        foreach (char letter in version) key = (key * 131) + letter;
        if (!_routes.TryFind(key, out int route)) _routes.TryRegister(key, new RouteDescription("m", version, View.Binary, null, []), out route);
        return route;
    }
}

using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>A version whose traffic has gone over to a newer one has nothing left to recalibrate.</summary>
public sealed class SuccessionTests
{
    private static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_episode_of_a_version_that_has_gone_ends_when_its_successor_has_had_the_traffic_for_a_day(string rule)
    {
        var world = new World(rule);
        world.Run(0, 24, ("1", false));
        world.Run(24, 72, ("1", true));
        var requested = world.Told.Last(one => one.Kind == RequestKind.Requested);
        world.Run(72, 120, ("2", false));

        var told = Assert.Single(world.Told, one => one.Kind == RequestKind.Superseded);
        var episode = world.Monitor.Episodes[^1];
        Assert.Equal((requested.EpisodeId, 1, "1", "2"), (told.EpisodeId, told.Sequence, told.Series.Version, told.SupersededBy));
        Assert.Equal(Start + (72 * Hour) + TimeSpan.FromHours(24), told.Decided);
        Assert.Equal((told.Decided, "2"), (episode.Recovered, episode.SupersededBy));
        Assert.Equal(0, told.Evidence.Labeled);
        Assert.Equal(EpisodeState.Inactive, world.Of("1").State);
        Assert.Equal($"Version 1 has had no predictions since {Start + (72 * Hour)}, and version 2 has them: this episode is over, and nothing is left to recalibrate.", DecisionText.Superseded(told));
    }

    public static TheoryData<string> Rules() => ["e-sr", "threshold", "page-hinkley"];

    [Fact]
    public void Where_no_newer_version_has_come_an_episode_waits()
    {
        var silent = new World("e-sr");
        silent.Run(0, 72, ("1", true));
        silent.Advance(Start + (200 * Hour));
        Assert.Null(Assert.Single(silent.Monitor.Episodes).Recovered);

        // The newer one is seldom asked; the older one, which has all other traffic, has not come in its place.
        var seldom = new World("e-sr");
        seldom.Run(0, 24, ("1", false));
        seldom.Run(24, 96, ("1", false), ("2", true));
        seldom.Run(96, 144, ("1", false));
        Assert.Equal("2", Assert.Single(seldom.Monitor.Episodes).Series.Version);
        Assert.DoesNotContain(seldom.Told, one => one.Kind == RequestKind.Superseded);
    }

    [Fact]
    public void What_late_labels_say_of_a_version_that_has_gone_requests_nothing()
    {
        var world = new World("e-sr", delay: TimeSpan.FromDays(3));
        world.Run(0, 72, ("1", true));
        world.Run(72, 240, ("2", false));

        Assert.DoesNotContain(world.Told, one => one.Series.Version == "1" && one.Decided >= Start + (96 * Hour) && one.Kind == RequestKind.Requested);
        Assert.All(world.Monitor.Episodes, episode => Assert.Equal(("1", "2"), (episode.Series.Version, episode.SupersededBy)));
        Assert.Equal(1, world.Of("1").Suppressed.GetValueOrDefault("superseded"));
    }

    [Fact]
    public void A_version_that_comes_back_is_judged_anew_and_asks_under_another_id()
    {
        var world = new World("e-sr");
        world.Run(0, 72, ("1", true));
        world.Run(72, 120, ("2", false));
        world.Run(120, 192, ("1", true), ("2", false));

        var requests = world.Told.Where(one => one.Kind == RequestKind.Requested).ToList();
        Assert.Equal(["1", "1"], requests.Select(one => one.Series.Version));
        Assert.NotEqual(requests[0].EpisodeId, requests[1].EpisodeId);
        Assert.True(requests[1].Onset >= Start + (120 * Hour), $"{requests[1].Onset}");
    }

    [Fact]
    public void Event_time_that_jumps_tells_what_small_steps_tell()
    {
        World steps = new("e-sr"), jumps = new("e-sr");
        foreach (var world in new[] { steps, jumps })
        {
            world.Run(0, 72, ("1", true));
            world.Run(72, 84, ("2", false));
        }

        steps.Run(84, 160, ("2", false));
        jumps.Run(84, 160, step: 76, ("2", false));

        Assert.Equal(steps.Told.Select(one => (one.Id, one.Kind, one.Decided)), jumps.Told.Select(one => (one.Id, one.Kind, one.Decided)));
        Assert.Equal(3, steps.Told.Count + 1);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(110)]
    public void A_restart_changes_nothing(int at)
    {
        World through = new("e-sr"), before = new("e-sr");
        foreach (var world in new[] { through, before })
        {
            world.Run(0, 72, ("1", true));
            world.Run(72, at, ("2", false));
        }

        var after = before.Restart();
        foreach (var world in new[] { through, after }) world.Run(at, 130, ("2", false));

        Assert.Equal(("2", Start + (96 * Hour)), (Assert.Single(after.Monitor.Episodes).SupersededBy, after.Monitor.Episodes[0].Recovered));
        Assert.Equal(through.Monitor.Episodes, after.Monitor.Episodes);
        Assert.Equal(through.Told.Select(one => one.Id), before.Told.Concat(after.Told).Select(one => one.Id));
    }

    /// <summary>Versions of one model with a hundred predictions an hour, calibrated or far from it.</summary>
    private sealed class World
    {
        private readonly string _rule;
        private readonly RouteTable _routes;
        private readonly TimeSpan _delay;
        private readonly PriorityQueue<Label, EventTime> _labels = new();
        private ulong _id;

        public World(string rule, TimeSpan? delay = null)
        {
            _rule = rule;
            _delay = delay ?? TimeSpan.FromSeconds(1);
            var options = new MonitorOptions
            {
                Pane = Hour,
                Windows = [TimeSpan.FromDays(1)],
                OutOfOrderness = TimeSpan.Zero,
                Default = new ModelOptions
                {
                    Join = new JoinRule { Horizon = _delay + Hour },
                    EarlyWarning = new EarlyWarningOptions { Enabled = false },
                    Rule = RuleCatalogue.All.Single(one => one.Name == rule),
                    Drift = new DriftOptions { Dependence = Dependence.Independent, Pane = Hour },
                    Threshold = new ThresholdOptions { Window = TimeSpan.FromHours(6), MinLabeled = 100, Windows = 2 },
                    Requests = new RequestOptions { Cooldown = Hour },
                },
            };
            _routes = new RouteTable(options.Routing);
            Monitor = new CalibrationMonitor(options, _routes, keepsState: true);
        }

        public CalibrationMonitor Monitor { get; }

        public List<RecalibrationRequest> Told { get; } = [];

        public SeriesSnapshot Of(string version) => Monitor.Capture().Series.Single(series => series.Key.Version == version);

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
                        Monitor.Add(new Prediction(new PredictionId(0, _id), time, RouteOf(version), claim));
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

        /// <summary>Another one that begins where this one is; every prediction has its label by then.</summary>
        public World Restart()
        {
            var written = new ChunkWriter();
            Monitor.WriteChunks(written);
            var next = new World(_rule, _delay) { _id = _id };
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

        private int RouteOf(string version)
        {
            var key = (UInt128)ClassKey.Of(version);
            if (!_routes.TryFind(key, out int route)) _routes.TryRegister(key, new RouteDescription("m", version, View.Binary, null, []), out route);
            return route;
        }
    }
}

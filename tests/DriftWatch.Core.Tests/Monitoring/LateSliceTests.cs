using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>A slice that appears later begins with what its whole and its siblings taught.</summary>
public sealed class LateSliceTests
{
    private const int LateFrom = 12;

    [Fact]
    public void It_need_not_learn_what_its_whole_knows_of_claims()
    {
        var world = new World(seed: 1, calm: true);
        world.Run(0, LateFrom + 1);

        // Forty predictions: a slice of its own would need five hundred.
        Assert.Equal(DetectorWait.LearningDependence, world.Of("late").Detector!.WaitsFor);
        Assert.True(world.Of("late").Predictions < 100);
    }

    [Fact]
    public void How_much_days_differ_it_is_told_by_its_siblings()
    {
        double Overdispersion(bool calm)
        {
            var world = new World(seed: 2, calm);
            world.Run(0, LateFrom + 3);
            return world.Of("late").Detector!.Overdispersion!.Value;
        }

        var (calm, stormy) = (Overdispersion(true), Overdispersion(false));
        Assert.True(2 * calm < stormy, $"{calm} after calm siblings, {stormy} after stormy ones");
    }

    /// <remarks>In the whole, regions with weather of their own make up for each other.</remarks>
    [Fact]
    public void The_whole_tells_nothing_of_how_much_its_days_differ()
    {
        double? Overdispersion(bool calm)
        {
            var world = new World(seed: 3, calm, siblings: false);
            world.Run(0, LateFrom + 3);
            return world.Of("late").Detector!.Overdispersion;
        }

        Assert.NotNull(Overdispersion(true));
        Assert.Equal(Overdispersion(true), Overdispersion(false));
    }

    [Fact]
    public void Which_records_came_first_changes_nothing()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            World hours = new(seed, calm: false), days = new(seed, calm: false), turned = new(seed, calm: false);
            hours.Run(0, 20);
            days.Run(0, 20, step: 24);
            turned.Run(0, 20, step: 6, turned: true);

            Assert.Equal(hours.Picture(), days.Picture());
            Assert.Equal(hours.Picture(), turned.Picture());
        }
    }

    [Fact]
    public void A_restart_changes_nothing()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            World through = new(seed, calm: false), restarted = new(seed, calm: false);
            for (int day = 0; day < 20; day++)
            {
                through.Run(day, day + 1);
                restarted.Run(day, day + 1);
                if (day % 3 == (int)seed % 3) restarted = restarted.Restart();
            }

            Assert.Equal(through.Picture(), restarted.Picture());
        }
    }

    /// <summary>Four regions of a hundred predictions an hour, and from a day on one of forty a day.</summary>
    private sealed class World
    {
        private static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
        private readonly (ulong Seed, bool Calm, bool Siblings) _is;
        private readonly RouteTable _routes;
        private readonly CalibrationMonitor _monitor;
        private readonly ChunkWriter _writer = new();
        private readonly Dictionary<string, byte[]> _topic = [];
        private ulong _id;

        public World(ulong seed, bool calm, bool siblings = true)
        {
            _is = (seed, calm, siblings);
            var options = new MonitorOptions
            {
                Pane = Hour,
                Windows = [TimeSpan.FromDays(1)],
                OutOfOrderness = TimeSpan.Zero,
                Default = new ModelOptions { Join = new JoinRule { Horizon = Hour }, EarlyWarning = new EarlyWarningOptions { Enabled = false } },
            };
            _routes = new RouteTable(options.Routing);
            _monitor = new CalibrationMonitor(options, _routes, keepsState: true);
        }

        public SeriesSnapshot Of(string region) => _monitor.Capture().Series.Single(series => series.Key.Slice?.Value == region);

        public string Picture() => Checkpoints.StatePictures.Json(_monitor.Capture().Series.OrderBy(series => series.Key.ToString(), StringComparer.Ordinal).Select(series => (series.Key, series.State, series.Detector)));

        public void Run(int from, int to, int step = 1, bool turned = false)
        {
            for (int hour = from * 24; hour < to * 24; hour++)
            {
                string[] regions = _is.Siblings ? ["a", "b", "c", "d"] : [""];
                if (hour >= LateFrom * 24) regions = [.. regions, "late"];
                foreach (string region in turned ? regions.Reverse() : regions) Predict(hour, region);
                if ((hour + 1) % step == 0) _monitor.AdvanceTo(Start + ((hour + 1) * Hour));
            }
        }

        /// <summary>Another one that begins where this one is; every prediction has its label by then.</summary>
        public World Restart()
        {
            _monitor.TakeRequests();
            _monitor.WriteChunks(_writer);
            foreach (var (key, bytes) in _writer.Take())
            {
                if (bytes is null) _topic.Remove(key);
                else _topic[key] = bytes;
            }

            var next = new World(_is.Seed, _is.Calm, _is.Siblings) { _id = _id };
            next._monitor.ReadChunks([.. _topic.Select(chunk => (chunk.Key, new ReadOnlyMemory<byte>(chunk.Value)))], next._writer);
            foreach (var (key, bytes) in _topic) next._topic[key] = bytes;
            return next;
        }

        private void Predict(int hour, string region)
        {
            var weather = new SplitMix((_is.Seed * 1009) + ((ulong)(hour / 24) * 31) + (ulong)(region.Length == 0 ? 0 : region[0]));
            double off = _is.Calm || region == "late" ? 0 : 0.8 * weather.Normal();
            var random = new SplitMix((_is.Seed * 7919) + ((ulong)hour * 131) + (ulong)(region.Length == 0 ? 0 : region[0]));
            int count = region == "late" ? (hour % 24 < 16 ? 3 : 0) : 100;
            for (int i = 0; i < count; i++)
            {
                var time = Start + (hour * Hour) + TimeSpan.FromSeconds(36 * i);
                double claim = 0.1 + (0.8 * random.Unit()), chance = 1 / (1 + Math.Exp(-Math.Log(claim / (1 - claim)) - off));
                var id = new PredictionId(1, _id++);
                _monitor.Add(new Prediction(id, time, RouteOf(region), claim));
                _monitor.Add(new Label(id, time + TimeSpan.FromSeconds(1), LabelValue.Class(random.Chance(chance) ? "1" : "0")));
            }
        }

        private int RouteOf(string region)
        {
            var key = new UInt128(3, (ulong)(region.Length == 0 ? 0 : region[0]));
            if (!_routes.TryFind(key, out int route)) _routes.TryRegister(key, new RouteDescription("m", "1", View.Binary, null, region.Length == 0 ? [] : [new Slice("region", region)]), out route);
            return route;
        }
    }
}

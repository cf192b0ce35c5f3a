using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Checkpoints;

/// <summary>The panes and windows of one series, written in chunks now and then, as a compacted topic would hold them, and read back.</summary>
public class SeriesStateTests
{
    private static readonly EventTime Start = new(1_700_000_000_000);

    private static readonly MonitorOptions Options = new()
    {
        Windows = [TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1)],
        Origin = new EventTime(17_000),
        WindowHistory = 5,
        MaxPanes = 30,
        OutOfOrderness = TimeSpan.FromMinutes(2),
    };

    // Touched and changed say what is to be done, not what is held.
    private static readonly string[] Caches =
    [
        "SketchPool._kept",
        "Pane.Touched", "Pane.IsStored", "OpenWindow.Touched", "OpenWindow.IsStored", "OpenWindow.Changed", "OpenWindow._snapshot",
        "WindowStore._newest", "WindowStore._series", "WindowStore._mature", "WindowStore._unwritten", "WindowStore._gone",
        "SeriesCalibration._newest", "SeriesCalibration._newestOutcome", "SeriesCalibration._mature", "SeriesCalibration._knowsMature", "SeriesCalibration._gone",
    ];

    private sealed class World(MonitorOptions options, bool keepsState = true)
    {
        private readonly ChunkWriter _writer = new();

        public SeriesCalibration Series { get; } = new(
            (options with { Default = new ModelOptions { Join = new JoinRule { Horizon = TimeSpan.FromMinutes(7), Lead = TimeSpan.FromMinutes(1) } } }).WindowsOf("m"), View.Binary, keepsSketches: true, keepsState: keepsState);

        public Dictionary<string, byte[]> Topic { get; private set; } = [];

        public void Write()
        {
            _writer.Write("series/3", Series.Exchange);
            Series.WriteChunks(3, _writer);
            foreach (var (key, bytes) in _writer.Take())
            {
                if (bytes is not null) Topic[key] = bytes;
                else Assert.True(Topic.Remove(key), $"{key} was never stored");
            }
        }

        public void Read(Dictionary<string, byte[]> topic)
        {
            Topic = new(topic);
            _writer.Remember("series/3", topic["series/3"]);
            StateExchange.Read(Series, topic["series/3"]);
            var keys = topic.Keys.Select(text => (Text: text, Key: ChunkKey.TryParse(text, out var key) ? key : default)).OrderBy(each => each.Key);
            foreach (var (text, key) in keys)
            {
                if (key.Kind == ChunkKind.Window) Series.TryReadWindow(key.Width, key.Start, topic[text]);
                else if (key.Kind == ChunkKind.Pane) Series.ReadPane(key.Start, topic[text]);
            }
        }

        public string Step(SplitMix random, ref EventTime clock, List<(EventTime Time, double P, bool? Y)> made)
        {
            clock += TimeSpan.FromSeconds(random.Below(random.Chance(0.01) ? 900 : 6));
            var watermark = clock - options.OutOfOrderness;
            int old = made.Count > 0 ? Math.Max(0, made.Count - 1 - random.Below(120)) : -1;
            var time = clock - TimeSpan.FromSeconds(random.Below(random.Chance(0.05) ? 600 : 60));
            switch (random.Below(10))
            {
                case < 4:
                    double p = Math.Round(random.Unit(), 3);
                    if (!Series.AddPrediction(time, p)) return "refused";
                    made.Add((time, p, null));
                    return "predicted";
                case < 8 when old >= 0 && made[old].Y is null:
                    bool outcome = random.Chance(made[old].P);
                    if (!Series.AddOutcome(made[old].Time, made[old].P, outcome)) return "refused";
                    made[old] = made[old] with { Y = outcome };
                    return "labeled";
                case 8 when old >= 0 && made[old].Y is { } y:
                    if (!Series.RemoveOutcome(made[old].Time, made[old].P, y)) return "refused";
                    made[old] = made[old] with { Y = null };
                    return "taken back";
                case 9 when random.Chance(0.5):
                    string told = "";
                    while (Series.TryTakeMature(watermark, out var pane)) told += $" mature {pane.Start} {StatePictures.Json(pane.Sketch)}";
                    while (Series.TryTakeClosed(watermark, out var pane)) told += $" closed {pane.Start} {StatePictures.Json(pane.Sketch)}";
                    Series.Seal(watermark);
                    return told;
                default:
                    return "nothing";
            }
        }
    }

    private static string Picture(SeriesCalibration series, EventTime watermark) => StatePictures.Json(new { Windows = series.Windows(watermark), Total = series.Total(), series.Bins, series.Refused, series.Panes });

    [Fact]
    public void A_series_read_from_its_chunks_is_the_same_and_goes_on_the_same()
    {
        bool deleted = false;
        for (ulong seed = 1; seed <= 25; seed++)
        {
            var random = new SplitMix(seed);
            var clock = Start;
            List<(EventTime Time, double P, bool? Y)> made = [];
            var before = new World(Options);
            for (int left = 200 + random.Below(1500); left > 0; left--)
            {
                before.Step(random, ref clock, made);
                if (random.Chance(0.02)) before.Write();
            }

            before.Write();
            var after = new World(Options);
            after.Read(before.Topic);
            string because = $"seed {seed}";
            DeepCompare.AssertSame(before.Series, after.Series, because, Caches);
            Assert.Equal(Picture(before.Series, clock), Picture(after.Series, clock));

            var (one, other) = (new SplitMix(seed + 99), new SplitMix(seed + 99));
            var (oneClock, otherClock) = (clock, clock);
            List<(EventTime Time, double P, bool? Y)> alike = [.. made];
            for (int i = 0; i < 800; i++)
            {
                Assert.Equal(before.Step(one, ref oneClock, made), after.Step(other, ref otherClock, alike));
                if (i % 97 != 0) continue;
                before.Write();
                after.Write();
                Assert.Equal(before.Topic.Keys.Order(StringComparer.Ordinal), after.Topic.Keys.Order(StringComparer.Ordinal));
                foreach (var (key, bytes) in before.Topic) Assert.True(bytes.AsSpan().SequenceEqual(after.Topic[key]), $"{because}, {key}");
            }

            DeepCompare.AssertSame(before.Series, after.Series, because, Caches);
            Assert.Equal(Picture(before.Series, oneClock), Picture(after.Series, oneClock));
            deleted |= before.Topic.Keys.Count(key => key.Contains("/window/60000/", StringComparison.Ordinal)) < made.Select(each => each.Time.FloorTo(TimeSpan.FromMinutes(1), Options.Origin)).Distinct().Count();
        }

        Assert.True(deleted);
    }

    [Fact]
    public void Only_touched_panes_and_windows_are_written_and_those_that_went_are_deleted()
    {
        var world = new World(Options with { MaxPanes = 1000, Windows = [TimeSpan.FromMinutes(6)], Origin = Start });
        for (int minute = 0; minute < 12; minute++) world.Series.AddPrediction(Start + TimeSpan.FromMinutes(minute), 0.3);
        world.Write();
        Assert.Equal(1 + 12 + 2, world.Topic.Count);

        Dictionary<string, byte[]> before = new(world.Topic);
        world.Series.AddOutcome(Start + TimeSpan.FromMinutes(7), 0.3, true);
        world.Write();
        long start = Start.Milliseconds;
        string[] changed = ["series/3", $"series/3/pane/{start + (7 * 60_000)}", $"series/3/window/360000/{start + (6 * 60_000)}"];
        Assert.Equal(changed, world.Topic.Where(chunk => !ReferenceEquals(before[chunk.Key], chunk.Value)).Select(chunk => chunk.Key).Order(StringComparer.Ordinal));

        before = new(world.Topic);
        world.Series.Seal(Start + TimeSpan.FromMinutes(6 + 10));
        world.Write();
        Assert.Equal(6, world.Topic.Keys.Count(key => key.Contains("/pane/", StringComparison.Ordinal)));
        string window = $"series/3/window/360000/{start}";
        Assert.Same(before[window], world.Topic[window]);
    }

    [Fact]
    public void A_window_that_is_sealed_before_it_was_written_is_written_once()
    {
        var world = new World(Options with { Windows = [TimeSpan.FromMinutes(6)], Origin = Start });
        world.Series.AddPrediction(Start, 0.3);
        world.Series.Seal(Start + TimeSpan.FromHours(1));
        world.Write();
        string window = $"series/3/window/360000/{Start.Milliseconds}";
        byte[] bytes = world.Topic[window];
        Assert.DoesNotContain(world.Topic.Keys, key => key.Contains("/pane/", StringComparison.Ordinal));
        world.Write();
        Assert.Same(bytes, world.Topic[window]);
    }

    [Fact]
    public void Windows_of_a_new_width_begin_with_the_panes_that_live_and_a_shorter_history_lets_the_oldest_go()
    {
        var random = new SplitMix(11);
        var clock = Start;
        var before = new World(Options);
        for (int i = 0; i < 2000; i++) before.Step(random, ref clock, []);
        before.Write();

        var after = new World(Options with { Windows = [TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(3)], WindowHistory = 2 });
        after.Read(before.Topic);

        var windows = after.Series.Windows(clock);
        var known = before.Series.Windows(clock)[1];
        Assert.Equal(StatePictures.Json(known.History.TakeLast(windows[0].History.Count)), StatePictures.Json(windows[0].History));
        Assert.True(known.History.Count > windows[0].History.Count);
        var minutes = before.Series.Windows(clock)[2].History.Where(window => window.End > windows[1].History[0].Start).ToList();
        foreach (var window in windows[1].History)
            Assert.Equal(minutes.Where(minute => minute.Start >= window.Start && minute.Start < window.End && minute.Start >= Live(before.Series)).Sum(minute => minute.Predictions), window.Predictions);
        after.Write();
        Assert.Equal(2 + windows[0].History.Count(window => window.End > Live(before.Series)), after.Topic.Keys.Count(key => key.Contains("/window/600000/", StringComparison.Ordinal)));

        // Panes and 1-minute windows come and go together.
        static EventTime Live(SeriesCalibration series) => series.SealedTo;
    }

    [Fact]
    public void A_series_whose_state_nobody_keeps_holds_nothing_for_it()
    {
        var series = new World(Options, keepsState: false).Series;
        for (int minute = 0; minute < 5000; minute++)
        {
            series.AddPrediction(Start + TimeSpan.FromMinutes(minute), 0.3);
            series.Seal(Start + TimeSpan.FromMinutes(minute));
        }

        var fresh = new World(Options, keepsState: false).Series;
        var changed = DeepCompare.Changed(series, fresh);
        Assert.Contains("WindowStore._sealed", changed);
        Assert.DoesNotContain("WindowStore._unwritten", changed);
        Assert.DoesNotContain("WindowStore._gone", changed);
        Assert.DoesNotContain("SeriesCalibration._gone", changed);
    }

    [Fact]
    public void Panes_that_cannot_be_are_refused()
    {
        var world = new World(Options with { Origin = Start });
        world.Series.AddPrediction(Start, 0.3);
        world.Series.Seal(Start + TimeSpan.FromMinutes(30));
        world.Write();
        byte[] sketch = StateExchange.Write(new Calibration.CalibrationSketch(Options.Grid));
        foreach (var start in new[] { Start, Start + TimeSpan.FromMinutes(60.5) })
        {
            var after = new World(Options with { Origin = Start });
            after.Read(world.Topic);
            Assert.Throws<StateFormatException>(() => after.Series.ReadPane(start, sketch));
        }

        var twice = new World(Options with { Origin = Start });
        twice.Read(world.Topic);
        twice.Series.ReadPane(Start + TimeSpan.FromMinutes(60), sketch);
        Assert.Throws<StateFormatException>(() => twice.Series.ReadPane(Start + TimeSpan.FromMinutes(60), sketch));
    }
}

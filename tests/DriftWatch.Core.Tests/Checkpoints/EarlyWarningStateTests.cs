using DriftWatch.Core.Calibration;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.EarlyWarning.Watches;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Serving;
using DriftWatch.Core.State;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Checkpoints;

public class EarlyWarningStateTests
{
    // Room that is filled before it is read, and what is found again: the window that got the newest label, sketches and tables that wait to be used again.
    private static readonly string[] Room =
    [
        "CoverageWatch._covered", "TumblingTables`1._newest", "TumblingTables`1._newestStart", "TumblingTables`1._newestEnd", "TumblingTables`1._spare", "EvidenceLog._spare", "SeriesEvidence._gains", "BlockSeries._shocks",
    ];

    private static readonly MonitorOptions Options = EarlyWorld.Options with
    {
        Default = EarlyWorld.Options.Default with
        {
            EarlyWarning = new EarlyWarningOptions
            {
                Window = TimeSpan.FromHours(1),
                MinPredictions = 40,
                Windows = 2,
                Z = 2.5,
                Reference = new ReferenceOptions { Least = TimeSpan.FromDays(2), Labeled = 1500 },
            },
            Drift = new() { FalseAlarmEvery = TimeSpan.FromDays(10), MinLabeled = 50, Dependence = Drift.Dependence.Independent },
        },
    };

    private static readonly EarlyWorld World = new() { Monitor = Options, Hours = 222, PerHour = 70, Change = 190 };

    [Fact]
    public void Early_warnings_read_back_say_the_same_to_the_end()
    {
        EarlyWorld[] worlds =
        [
            World with { Shift = -2 },
            World with { Temperature = 4, Shift = -2, View = View.TopLabel },
            World with { Lost = 0.4 },
            World with { Slower = 4, SlowerPositives = 3, SlowerAnswers = 4, LatenciesFrom = 0 },
            World with { Volume = 5 },
            World with { Temperature = 6 },
            World with { Shift = 1.5, Volume = 0.2, Monitor = Configured() },
        ];
        var law = new StateLaw(Room);
        HashSet<WarningKind> warned = [];
        for (int i = 0; i < worlds.Length; i++)
        {
            var random = new SplitMix((ulong)i + 7);
            var (world, slice) = (worlds[i], i == 5 ? new Slice("country", "se") : null);
            var played = new Played(world, (ulong)i + 1);
            // While the reference is gathered, some time later, and while things go wrong.
            foreach (double share in (double[])[0.15 * random.Unit(), 0.3 + (0.5 * random.Unit()), 0.9 + (0.08 * random.Unit())])
            {
                law.Hold(
                    $"world {i}",
                    () => EarlyWarningMonitor.For(new SeriesKey("m", "1", slice, world.View), world.Monitor.EarlyWarningOf("m"))!,
                    (monitor, step) =>
                    {
                        var picture = played.Step(monitor, step);
                        foreach (var warning in picture?.Warnings ?? []) warned.Add(warning.Kind);
                        return picture;
                    },
                    played.Steps,
                    (int)(share * played.Steps));
            }
        }

        law.AssertEveryFieldMoved(
            nameof(EarlyWarningMonitor), nameof(ReferenceBuilder), nameof(WindowAccumulator), nameof(PredictionWatch), nameof(OutcomeWatch), nameof(CoverageWatch), nameof(AdaptiveAlpha),
            nameof(VolumeWatch), nameof(VolumeBaseline), "Level", nameof(LabelWatch), nameof(DelayReference), "TumblingTables`1", nameof(LatencyWatch), nameof(WarningRun));
        Assert.Equal(WarningKinds.All, warned.Order());
    }

    [Fact]
    public void Damaged_early_warnings_are_refused_or_are_other_ones()
    {
        var world = World with { Shift = -1, Slower = 3, SlowerAnswers = 3, LatenciesFrom = 0 };
        var played = new Played(world, 3);
        var monitor = Make();
        for (int step = 0; step < played.Steps; step++)
        {
            played.Step(monitor, step);
            // While the reference is gathered, and at the end.
            if (step != 100 && step != played.Steps - 1) continue;
            int refused = StateLaw.AssertDamageIsHarmless($"after {step} panes", Make, StateExchange.Write(monitor), new Random(step), 1000);
            Assert.InRange(refused, 50, 950);
        }

        EarlyWarningMonitor Make() => EarlyWarningMonitor.For(new SeriesKey("m", "1", null, world.View), world.Monitor.EarlyWarningOf("m"))!;
    }

    [Fact]
    public void Label_delays_read_back_count_on_and_do_not_tell_which_delay_came_first()
    {
        for (ulong seed = 1; seed <= 50; seed++)
        {
            var random = new SplitMix(seed);
            List<(TimeSpan Delay, double Confidence, bool Outcome)> labels = [.. Enumerable.Range(0, 200).Select(_ => (TimeSpan.FromSeconds(Math.Exp(10 * random.Unit())), random.Unit(), random.Chance(0.3)))];
            DelayTable there = new(), back = new();
            foreach (var (delay, confidence, outcome) in labels) there.Add(delay, confidence, outcome);
            foreach (var (delay, confidence, outcome) in Enumerable.Reverse(labels)) back.Add(delay, confidence, outcome);
            byte[] bytes = StateExchange.Write(there);
            Assert.True(bytes.AsSpan().SequenceEqual(StateExchange.Write(back)), $"seed {seed}");

            var after = new DelayTable();
            StateExchange.Read(after, bytes);
            foreach (var table in (DelayTable[])[there, after])
            {
                foreach (var (delay, confidence, outcome) in labels.Take(150)) table.Remove(delay, confidence, outcome);
            }

            Assert.Equal(there.Labeled, after.Labeled);
            Assert.Equal(there.SumSquaredError, after.SumSquaredError);
            for (int bin = 0; bin < DelayBins.Count; bin++) Assert.Equal(there[bin], after[bin]);
        }
    }

    private static MonitorOptions Configured() => Options with
    {
        Default = Options.Default with
        {
            EarlyWarning = Options.Default.EarlyWarning with { Reference = new ReferenceOptions { From = EarlyWorld.Start + TimeSpan.FromHours(5), To = EarlyWorld.Start + TimeSpan.FromHours(60) } },
        },
    };

    /// <summary>A world cut into the panes of one series, as its monitor would hand them over.</summary>
    private sealed class Played
    {
        private readonly TimeSpan _pane;
        private readonly TimeSpan _maturity;
        private readonly List<(EventTime Time, double Confidence, bool Outcome, TimeSpan Delay)>[] _labels;
        private readonly (CalibrationSketch Closed, CalibrationSketch Mature)[] _panes;
        private readonly LatencySketch[] _latencies;

        public Played(EarlyWorld world, ulong seed)
        {
            _pane = world.Monitor.Pane;
            _maturity = world.Monitor.For("m").MaturityAge(world.Monitor.OutOfOrderness);
            Steps = (int)(TimeSpan.FromHours(world.Hours + 4) / _pane);
            _labels = [.. Enumerable.Range(0, Steps).Select(_ => new List<(EventTime, double, bool, TimeSpan)>())];
            _panes = [.. Enumerable.Range(0, Steps).Select(_ => (new CalibrationSketch(world.Monitor.Grid), new CalibrationSketch(world.Monitor.Grid)))];
            _latencies = [.. Enumerable.Range(0, Steps).Select(_ => new LatencySketch())];
            Dictionary<ulong, EventTime> predicted = [];
            foreach (var (time, id, confidence, outcome) in world.Records(seed))
            {
                if (outcome is not { } y)
                {
                    predicted[id] = time;
                    if (world.LatencyOf(time, id).Value is { } latency) _latencies[PaneOf(time)].Add(latency);
                    _panes[PaneOf(time)].Closed.AddPrediction(confidence);
                    _panes[PaneOf(time)].Mature.AddPrediction(confidence);
                }
                else if (time - predicted[id] < TimeSpan.FromHours(2) && PaneOf(time) < Steps)
                {
                    _panes[PaneOf(predicted[id])].Mature.AddOutcome(confidence, y);
                    _labels[PaneOf(time)].Add((predicted[id], confidence, y, time - predicted[id]));
                }
            }
        }

        public int Steps { get; }

        public EarlyWarningSnapshot? Step(EarlyWarningMonitor monitor, int step)
        {
            var watermark = EarlyWorld.Start + (_pane * (step + 1));
            foreach (var (time, confidence, outcome, delay) in _labels[step])
            {
                monitor.AddLabel(time, confidence, outcome, delay);
                if (time.Milliseconds % 17 == 0) monitor.RemoveLabel(time, confidence, outcome, delay); // and comes back another way
                if (time.Milliseconds % 17 == 0) monitor.AddLabel(time, confidence, !outcome, delay + TimeSpan.FromMinutes(1));
            }

            int mature = PaneOf(watermark - _maturity) - 1;
            if (mature >= 0 && _panes[mature].Mature.Predictions > 0) monitor.Observe(EarlyWorld.Start + (_pane * mature), _panes[mature].Mature);
            monitor.MatureTo(watermark - _maturity);
            if (_panes[step].Closed.Predictions > 0) monitor.ObservePredictions(EarlyWorld.Start + (_pane * step), _panes[step].Closed);
            if (_latencies[step].Count > 0) monitor.ObserveLatency(EarlyWorld.Start + (_pane * step), _latencies[step]);
            monitor.CloseTo(watermark);
            return step % 12 == 0 ? monitor.Capture() : null;
        }

        private int PaneOf(EventTime time) => (int)Math.Floor((time - EarlyWorld.Start) / _pane);
    }
}

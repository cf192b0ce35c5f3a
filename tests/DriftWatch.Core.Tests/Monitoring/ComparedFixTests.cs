using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Monitoring;

/// <summary>What labels show of a fix on the requests that were also answered without it settles its episode.</summary>
public sealed class ComparedFixTests
{
    private static readonly EventTime Start = VersionWorld.Start;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void A_map_that_helps_ends_the_episode_as_proven_though_the_claims_behind_it_are_as_wrong_as_before(int step)
    {
        var world = new World();
        world.Run(0, 96, step: 1);
        var request = Assert.Single(world.Told, one => one.Kind == RequestKind.Requested);
        Assert.Equal(AnswerResult.Completed, world.Answer(new(AnswerKind.Completed, "a", "ci", request.EpisodeId) { Fix = new("sha256:x", 1, "intercept", null) }));
        world.Run(96, 146, step, ("1+cal.1", 0));

        var told = Assert.Single(world.Told, one => one.Kind == RequestKind.Resolved);
        var report = told.Answer!.Report!;
        Assert.Equal((FixStanding.Better, "paired", Start + (96 * Hour)), (report.Standing, report.Method, report.From));
        Assert.True(report.Gain > 0 && report.GainAtAllTimes!.Value.Lower > 0 && report.LogEvidence >= report.LogThreshold && report.Until >= Start + (120 * Hour), $"{report}");
        Assert.Equal(request.EpisodeId, told.EpisodeId);
        Assert.DoesNotContain(world.Told, one => one.Kind is RequestKind.Ineffective or RequestKind.RollbackRequested);
        // The slice's episode, of which nobody was told, is over too: nobody uses its claims as they are.
        Assert.Equal([(null, null), ("region=all", "1+cal.1")], world.Monitor.Episodes.Where(one => one.Series.Version == "1").OrderBy(one => one.Series.Slice?.ToString(), StringComparer.Ordinal).Select(one => (one.Series.Slice?.ToString(), one.SupersededBy)));
        Assert.All(world.Monitor.Episodes, one => Assert.NotNull(one.Recovered));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void A_map_that_makes_it_worse_is_to_be_rolled_back_once_and_the_next_one_counts(int step)
    {
        var world = new World();
        world.Run(0, 96, step: 1);
        var request = Assert.Single(world.Told, one => one.Kind == RequestKind.Requested);
        world.Answer(new(AnswerKind.Completed, "a", "ci", request.EpisodeId) { Fix = new("sha256:x", 1, "intercept", null) });
        world.Run(96, 146, step, ("1+cal.1", 2));

        var told = Assert.Single(world.Told, one => one.Kind == RequestKind.RollbackRequested);
        Assert.Equal((FixStanding.Worse, "paired"), (told.Answer!.Report!.Standing, told.Answer.Report.Method));
        Assert.True(told.Answer.Report.Gain < 0 && told.Answer.Report.GainAtAllTimes!.Value.Upper < 0);
        Assert.Equal(EpisodeState.Worsened, world.Of("1").State);

        Assert.Equal(AnswerResult.Completed, world.Answer(new(AnswerKind.Completed, "b", "ci", request.EpisodeId) { Fix = new("sha256:y", 2, "intercept", null) }));
        world.Run(146, 200, step, ("1+cal.2", 0));
        Assert.Equal(FixStanding.Better, Assert.Single(world.Told, one => one.Kind == RequestKind.Resolved).Answer!.Standing);
    }

    [Fact]
    public void Jumps_tell_what_small_steps_tell()
    {
        World steps = new(), jumps = new();
        foreach (var world in new[] { steps, jumps })
        {
            world.Run(0, 96, step: 1);
            world.Answer(new(AnswerKind.Completed, "a", "ci", world.Told.Single(one => one.Kind == RequestKind.Requested).EpisodeId) { Fix = new("sha256:x", 1, "intercept", null) });
        }

        steps.Run(96, 156, 1, ("1+cal.1", 0));
        jumps.Run(96, 156, 60, ("1+cal.1", 0));
        Assert.Equal(steps.Told.Select(one => (one.Id, one.Kind, one.Decided)), jumps.Told.Select(one => (one.Id, one.Kind, one.Decided)));
        Assert.Equal(FixStanding.Better, jumps.Told[^1].Answer!.Standing);
    }

    /// <summary>Where nothing is compared, as by default, the map's version is judged by itself, and the claims behind it refute nothing.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(72)]
    public void Without_a_comparison_a_map_under_which_no_drift_is_found_ends_the_episode_at_its_deadline(int step)
    {
        var world = new World(compares: false);
        world.Run(0, 96, step: 1);
        var request = Assert.Single(world.Told, one => one.Kind == RequestKind.Requested);
        Assert.Equal(AnswerResult.Completed, world.Answer(new(AnswerKind.Completed, "a", "ci", request.EpisodeId) { Fix = new("sha256:x", 1, "intercept", null) }));
        world.Run(96, 96 + 312, step, ("1+cal.1", 0));

        var told = Assert.Single(world.Told, one => one.EpisodeId == request.EpisodeId && one.Kind != RequestKind.Requested && one.Kind != RequestKind.Updated);
        Assert.Equal((RequestKind.Resolved, FixStanding.Recovered, FixReport.OfMap), (told.Kind, told.Answer!.Standing!.Value, told.Answer.Report!.Method));
        Assert.Equal(Start + (96 * Hour) + TimeSpan.FromDays(10), told.Answer.Deadline);
        Assert.True(told.Answer.Report.Compared > 10_000 && told.Decided >= told.Answer.Deadline, $"{told.Answer.Report}");
        // The claims behind it are as wrong as before, and nobody uses them.
        Assert.Single(world.Told, one => one.Kind == RequestKind.Requested);
        Assert.Equal(1, world.Of("1").Suppressed.GetValueOrDefault("mapped"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(72)]
    public void Without_a_comparison_a_map_that_drifts_itself_asks_for_itself_and_proves_nothing(int step)
    {
        var world = new World(compares: false);
        world.Run(0, 96, step: 1);
        var request = Assert.Single(world.Told, one => one.Kind == RequestKind.Requested);
        world.Answer(new(AnswerKind.Completed, "a", "ci", request.EpisodeId) { Fix = new("sha256:x", 1, "intercept", null) });
        world.Run(96, 96 + 312, step, ("1+cal.1", 2));

        Assert.Equal(FixStanding.Overdue, Assert.Single(world.Told, one => one.EpisodeId == request.EpisodeId && one.Kind == RequestKind.Ineffective).Answer!.Standing);
        Assert.Contains(world.Told, one => one.Kind == RequestKind.Requested && one.Series.Version == "1+cal.1");
    }

    [Fact]
    public void Without_a_comparison_claims_that_no_map_answers_for_refute_the_fix_as_ever()
    {
        var world = new World(compares: false);
        world.Run(0, 96, step: 1);
        var request = Assert.Single(world.Told, one => one.Kind == RequestKind.Requested);
        world.Answer(new(AnswerKind.Completed, "a", "ci", request.EpisodeId) { Fix = new("sha256:x", 1, "intercept", null) });
        world.Run(96, 168, step: 1);

        Assert.Equal(FixStanding.Continues, Assert.Single(world.Told, one => one.Kind == RequestKind.Ineffective).Answer!.Standing);
    }

    /// <summary>Version 1, whose claims are too low by a nat of log-odds from hour 24 on, and behind it maps that add as much as is asked for less than what is missing.</summary>
    private sealed class World
    {
        private readonly RouteTable _routes;
        private readonly SplitMix _random = new(4);
        private ulong _id;

        public World(bool compares = true)
        {
            var options = new MonitorOptions
            {
                Pane = Hour,
                Windows = [TimeSpan.FromDays(1)],
                OutOfOrderness = TimeSpan.Zero,
                Default = new ModelOptions
                {
                    Join = new JoinRule { Horizon = Hour },
                    EarlyWarning = new EarlyWarningOptions { Enabled = false },
                    Drift = new DriftOptions { Dependence = Dependence.Independent, Pane = Hour },
                    Requests = new RequestOptions { Cooldown = Hour, ProveWithin = TimeSpan.FromDays(10) },
                    Compare = new() { Enabled = compares },
                },
            };
            _routes = new RouteTable(options.Routing);
            Monitor = new CalibrationMonitor(options, _routes);
        }

        public CalibrationMonitor Monitor { get; }

        public List<RecalibrationRequest> Told { get; } = [];

        public SeriesSnapshot Of(string version) => Monitor.Capture().Series.Single(series => series.Key.Version == version && series.Key.Slice is null);

        public AnswerResult Answer(RecalibrationAnswer answer)
        {
            var result = Monitor.Answer(answer);
            Told.AddRange(Monitor.TakeRequests());
            return result;
        }

        public void Run(int from, int to, int step, params (string Version, double Off)[] maps)
        {
            for (int hour = from; hour < to; hour++)
            {
                for (int i = 0; i < 200; i++)
                {
                    var (id, time) = (new PredictionId(0, _id++), Start + (hour * Hour) + TimeSpan.FromSeconds(18 * i));
                    double claimed = 3 * (_random.Unit() - 0.5), missing = hour < 24 ? 0 : 1;
                    Monitor.Add(new Prediction(id, time, RouteOf("1"), Sigmoid(claimed)));
                    foreach (var (version, off) in maps) Monitor.Add(new Prediction(id, time, RouteOf(version), Sigmoid(claimed + missing - off)));
                    Monitor.Add(new Label(id, time + TimeSpan.FromSeconds(1), LabelValue.Class(_random.Chance(Sigmoid(claimed + missing)) ? "1" : "0")));
                }

                if ((hour + 1 - from) % step != 0) continue;
                Monitor.AdvanceTo(Start + ((hour + 1) * Hour));
                Told.AddRange(Monitor.TakeRequests());
            }
        }

        private int RouteOf(string version)
        {
            var key = (UInt128)ClassKey.Of(version);
            if (!_routes.TryFind(key, out int route)) _routes.TryRegister(key, new RouteDescription("m", version, View.Binary, null, [new Slice("region", "all")]), out route);
            return route;
        }

        private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
    }
}

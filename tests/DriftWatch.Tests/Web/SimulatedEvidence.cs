using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Pipeline;

namespace DriftWatch.Web;

/// <summary>The busy service and three models that the sequential detector watches: one fires, one waits for labels, one is being learnt.</summary>
internal static class SimulatedEvidence
{
    private static readonly TimeSpan Horizon = TimeSpan.FromHours(1);

    public static ServiceSnapshot Service { get; } = Simulate();

    public static SeriesSnapshot Firing => Of("credit", null);

    public static SeriesSnapshot Waiting => Of("loans", null);

    public static SeriesSnapshot Of(string model, Slice? slice) => Service.Monitor.Series.First(s => s.Key.Model == model && s.Key.Slice == slice && s.Key.View.IsMain());

    private static ServiceSnapshot Simulate()
    {
        var busy = SimulatedService.Busy();
        var watermark = busy.Monitor.Watermark!.Value;
        var start = (watermark - TimeSpan.FromHours(60)).FloorTo(TimeSpan.FromHours(6));
        int hours = (int)Math.Ceiling((watermark - start) / TimeSpan.FromHours(1));
        var onset = start + TimeSpan.FromHours(40);
        var fired = onset + TimeSpan.FromHours(3.5);
        var options = busy.Options with
        {
            Models = new Dictionary<string, ModelOptions>(busy.Options.Models)
            {
                ["credit"] = new() { Team = "risk", Join = new JoinRule { Horizon = Horizon } },
                ["loans"] = new() { Team = "risk", Join = new JoinRule { Horizon = Horizon }, Drift = new DriftOptions { Guarantee = Guarantee.Predictions } },
                ["offers"] = new() { Join = new JoinRule { Horizon = Horizon }, Drift = new DriftOptions { Guarantee = Guarantee.Lifetime } },
            },
        };
        var drifted = new SimulatedSeries(SimulatedService.Key("credit", "3"), 1800, -0.3, 1.9, (z, hour) => hour < 40 ? z : z / 1.5) { State = EpisodeState.Cooling, LastRequest = fired };
        SeriesSnapshot[] series =
        [
            Run(drifted) with { Detector = Alarm(onset) },
            Run(drifted with { Key = drifted.Key with { Slice = new Slice("region", "eu") }, PerHour = 700, State = EpisodeState.Pending }) with { Detector = Quiet(5, 5.2, 7.5) },
            Run(drifted with { Key = drifted.Key with { View = View.Folded }, PerHour = 700, State = EpisodeState.Inactive }) with { Detector = Quiet(5, -1.25, 7.5) },
            Run(new SimulatedSeries(SimulatedService.Key("loans", "1"), 1200, -1.2, 1.2, (z, _) => z + 0.1)) with { Detector = WaitsForLabels() },
            Run(new SimulatedSeries(SimulatedService.Key("offers", "9"), 300, -2.2, 1.0, (z, _) => z) { InsufficientData = true }) with { Detector = Learns() },
        ];
        return busy with
        {
            Options = options,
            Monitor = busy.Monitor with
            {
                Series = [.. busy.Monitor.Series, .. series],
                Models = [.. busy.Monitor.Models, .. series.Select(s => s.Key.Model).Distinct().Select(m => new ModelSnapshot { Model = m, Options = options.For(m), Labels = 1, DelayCounts = busy.Monitor.Models[0].DelayCounts, AcrossVersions = m == "loans" ? [Across(onset)] : [] })],
                Episodes = [.. busy.Monitor.Episodes, new(series[0].Key, "e-sr", onset, fired, null, Direction.Overconfident, (0.8, 1), 6120, 9.21, "11111111-2d0b-5b8e-8f0e-93a4a6d3b7a2") { Temperature = 1.5, Question = Question.Drifted }],
            },
        };

        SeriesSnapshot Run(SimulatedSeries one) => one.Run(start, hours, watermark, Horizon, options, 11);
    }

    /// <summary>One of the models has had several versions.</summary>
    private static AcrossVersionsSnapshot Across(EventTime onset) => new()
    {
        View = View.Binary, State = EpisodeState.Pending, Leader = "1", Detector = Quiet(2, 3.5, 6.6) with { Direction = Direction.ShiftUp, Onset = onset, SharedAcrossVersions = true },
    };

    private static DetectorSnapshot Alarm(EventTime onset) => Quiet(5, 4.25, 7.5) with
    {
        LogRecovery = -2.5, LogRecoveryThreshold = 3, LogEvidenceRelative = 2.125, LogEvidenceIgnoringMissing = 4.5, Direction = Direction.Overconfident,
        Region = (0.8, 1), Temperature = 1.5, Onset = onset, LogOddsTolerance = 0.25,
    };

    private static DetectorSnapshot Quiet(int shared, double evidence, double threshold) => new()
    {
        Rule = "e-sr", LogEvidence = evidence, LogThreshold = threshold, Overdispersion = 1.75, Block = TimeSpan.FromDays(1), Blocks = 12, BlockAutocorrelation = 0.125,
        Tolerance = 0.02, LogOddsTolerance = 0, Completeness = 0.96875, SharedBy = shared,
    };

    private static DetectorSnapshot WaitsForLabels() => Quiet(1, 1.5, 18.4) with
    {
        LogEvidenceIgnoringMissing = 16.5, Completeness = 0.84, WaitsFor = DetectorWait.MissingLabels,
        Waiting = "16 % of the labels are missing when panes mature; at their worst they would explain what is seen. Waits for labels.",
    };

    private static DetectorSnapshot Learns() => new()
    {
        Rule = "e-sr", LogThreshold = 4.6, Tolerance = 0.02, LogOddsTolerance = 0, Completeness = 0.98, SharedBy = 1, Block = TimeSpan.FromDays(1), Blocks = 1,
        WaitsFor = DetectorWait.LearningDependence, Waiting = "Learns how outcomes depend on each other: 31 of 168 hours.",
    };
}

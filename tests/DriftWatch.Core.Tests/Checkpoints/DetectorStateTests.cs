using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Checkpoints;

public class DetectorStateTests
{
    // Sketches that wait to be used again hold nothing, gains are re-created at every pane, what shocks are reckoned with follows from the blocks.
    private static readonly string[] Room = ["EvidenceLog._spare", "SeriesEvidence._gains", "BlockSeries._shocks"];

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly DriftOptions Quick = new() { MinLabeled = 100, FalseAlarmEvery = TimeSpan.FromDays(20), FalseAlarmEveryPredictions = 50_000, FalseAlarmProbability = 0.05 };

    [Fact]
    public void The_sequential_detector_read_back_finds_the_same_to_the_end()
    {
        var law = new StateLaw(Room);
        HashSet<FindingKind> kinds = [];
        int cutInAlarm = 0;
        foreach (var dependence in Enum.GetValues<Dependence>())
        {
            for (ulong seed = 1; seed <= 8; seed++)
            {
                var random = new SplitMix(seed);
                bool sampled = seed == 8;
                var options = Quick with
                {
                    Dependence = dependence,
                    ClusterSize = 2,
                    Guarantee = (Guarantee)(seed % 3),
                    Tolerance = seed % 2 == 0 ? 0.01 : null,
                    Missing = sampled ? MissingLabels.WorstCase : (MissingLabels)(seed / 2 % 3),
                    NullHypothesis = sampled ? NullHypothesis.Marginal : NullHypothesis.Conditional,
                    Pane = seed % 4 == 0 ? TimeSpan.FromHours(3) : null,
                    Question = seed % 5 == 0 ? Question.Drifted : Question.Miscalibrated,
                    Block = seed % 7 == 0 ? TimeSpan.FromHours(12) : null,
                };
                bool compares = seed % 3 != 0;
                var panes = Panes(random, 36 * 24, waves: seed % 5 == 3, sampled);
                var reference = CalibrationReference.Of(ScoreLaw.D1.Sketch(random, 5000, 1.1));
                int cut = (int)(random.Unit() * panes.Length);
                law.Hold(
                    $"{dependence}, seed {seed}",
                    () => new EsrDetector(options, Hour, 2 * Hour),
                    (detector, i) =>
                    {
                        if (i == cut - 1 && detector.Firing) cutInAlarm++;
                        if (compares && i == 200) detector.SetReference(reference, panes[i].Start);
                        return Seen(detector, panes, i, kinds);
                    },
                    panes.Length,
                    cut);
            }
        }

        law.AssertEveryFieldMoved();
        Assert.Equal(Enum.GetValues<FindingKind>().Except([FindingKind.Superseded, FindingKind.Overdue, FindingKind.Compared]), kinds.Order());
        Assert.True(cutInAlarm > 5, "State was hardly ever written while an alarm lasted.");
    }

    [Fact]
    public void The_threshold_rule_read_back_finds_the_same_to_the_end()
    {
        var law = new StateLaw();
        HashSet<FindingKind> kinds = [];
        for (ulong seed = 1; seed <= 12; seed++)
        {
            var random = new SplitMix(seed);
            var panes = Panes(random, 1000);
            var options = new ThresholdOptions { Window = TimeSpan.FromDays(1), Windows = 2, MinLabeled = 900, Raise = 0.02, Clear = 0.11 };
            law.Hold($"seed {seed}", () => new ThresholdDetector(options, View.Binary, Hour, default), (detector, i) => Seen(detector, panes, i, kinds), panes.Length, (int)(random.Unit() * panes.Length));
        }

        law.AssertEveryFieldMoved();
        Assert.Equal(Enum.GetValues<FindingKind>().Except([FindingKind.Superseded, FindingKind.Overdue, FindingKind.Compared]), kinds.Order());
    }

    [Fact]
    public void A_quiet_detector_takes_no_more_than_forty_kilobytes_most_of_them_for_the_data_since_an_onset()
    {
        var random = new SplitMix(5);
        var detector = new EsrDetector(new(), Hour, Hour);
        for (int i = 0; i < 400; i++) detector.Observe(new(i * 3_600_000L), ScoreLaw.D1.Sketch(random, 100, 1), []);
        Assert.InRange(StateExchange.Write(detector).Length, 2_000, 40_000);
    }

    [Fact]
    public void A_damaged_detector_is_refused_or_is_another_one()
    {
        var options = Quick with { Tolerance = null };
        var detector = new EsrDetector(options, Hour, 2 * Hour);
        var random = new SplitMix(9);
        detector.SetReference(CalibrationReference.Of(ScoreLaw.D1.Sketch(random, 5000, 1.1)), default);
        var panes = Panes(random, 900);
        int i = 0;
        while (i < 100 || !detector.Firing) Seen(detector, panes, i++, []);
        int refused = StateLaw.AssertDamageIsHarmless($"after {i} panes", () => new EsrDetector(options, Hour, 2 * Hour), StateExchange.Write(detector), new Random(1), 1500);
        Assert.InRange(refused, 100, 1400);
    }

    [Fact]
    public void The_confidence_sequence_read_back_goes_on_the_same()
    {
        var law = new StateLaw();
        for (ulong seed = 1; seed <= 30; seed++)
        {
            var panes = Panes(new SplitMix(seed), 100);
            if (seed == 30) panes[60].Sketch.AddOutcome(0.3, true, new(SamplingWeight.Of(0.5), false));
            law.Hold(
                $"seed {seed}",
                () => new GapSequence(),
                (gap, i) =>
                {
                    gap.Observe(panes[i].Sketch);
                    return (gap.Labeled, gap.Current);
                },
                panes.Length,
                (int)seed * 3);
        }

        law.AssertEveryFieldMoved();
    }

    private static (List<Finding> Findings, DetectorSnapshot Picture) Seen(IDriftDetector detector, (EventTime Start, CalibrationSketch Sketch)[] panes, int i, HashSet<FindingKind> kinds)
    {
        List<Finding> findings = [];
        if (i % 100 == 50) detector.ProveFrom(panes[i].Start + Hour); // where an episode runs, somebody has answered
        detector.Observe(panes[i].Start, panes[i].Sketch, findings);
        if (i % 3 == 0) detector.AdvanceTo(panes[i].Start + Hour, findings);
        foreach (var finding in findings) kinds.Add(finding.Kind);
        return (findings, detector.Capture());
    }

    // Hours with gaps between some of them; stretches in which the model is off, one way or the other, days that differ, and labels that are missing.
    private static (EventTime Start, CalibrationSketch Sketch)[] Panes(SplitMix random, int count, bool waves = false, bool sampled = false)
    {
        var panes = new (EventTime, CalibrationSketch)[count];
        long hour = 0;
        double missing = random.Chance(0.5) ? 0 : 0.1;
        double day = 0;
        for (int i = 0; i < count; i++, hour += random.Chance(0.02) ? 1 + (int)(random.Unit() * 30) : 1)
        {
            if (i % (waves ? 96 : 24) == 0) day = (waves ? 0.4 : 0.1) * random.Normal(); // days that resemble each other make longer blocks
            double temperature = waves ? 1 : (i / 260 % 3) switch { 0 => 1, 1 => 2.2, _ => 0.55 };
            var frequency = DetectionPlanner.Tilted(temperature, day);
            var sketch = new CalibrationSketch();
            for (int left = (int)(random.Unit() * 90); left > 0; left--)
            {
                double p = ScoreLaw.D1.Draw(random, 1).P;
                var weight = sampled ? SamplingWeight.Of(random.Chance(0.5) ? 0.9 : 0.6) : default;
                sketch.AddPrediction(p, weight);
                if (!random.Chance(missing) && (!sampled || random.Chance(weight.Probability))) sketch.AddOutcome(p, random.Chance(frequency(p)), new(weight, weight.IsMore));
            }

            panes[i] = (new(hour * 3_600_000L), sketch);
        }

        return panes;
    }
}

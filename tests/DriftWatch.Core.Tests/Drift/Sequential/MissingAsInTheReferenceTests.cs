using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary><c>missingLabels: reference</c>: half of the labels have always been missing. What is missing like that costs little; what is missing beyond that, and for a reason, raises no alarm.</summary>
public sealed class MissingAsInTheReferenceTests
{
    private const int Pane = 500;

    private static readonly DriftOptions Options = new()
    {
        Tolerance = .02, LogOddsTolerance = 0, Dependence = Dependence.Independent, Guarantee = Guarantee.Predictions, FalseAlarmEveryPredictions = 1e6, Missing = MissingLabels.Reference,
    };

    /// <summary>Whether a prediction gets its label.</summary>
    private delegate bool Labels(SplitMix random, bool outcome);

    private static readonly Labels Half = static (random, _) => random.Chance(.5);

    [Fact]
    public void A_drift_is_found_where_the_worst_case_never_could_and_not_much_later_than_where_missing_labels_are_ignored()
    {
        int?[] reference = [.. Seeds(7).Select(seed => AlarmAfter(Options, seed, 1.6, Half))];
        int?[] ignore = [.. Seeds(7).Select(seed => AlarmAfter(Options with { Missing = MissingLabels.Ignore }, seed, 1.6, Half))];
        int?[] worst = [.. Seeds(2).Select(seed => AlarmAfter(Options with { Missing = MissingLabels.WorstCase }, seed, 1.6, Half))];

        Assert.All(worst, one => Assert.Null(one));
        Assert.All(reference, one => Assert.NotNull(one));
        Assert.True(Median(reference) <= 4 * Median(ignore), $"{Median(reference)} panes, {Median(ignore)} where they are ignored");
    }

    [Theory]
    [InlineData(.25), InlineData(.45)]
    public void Withholding_the_labels_of_one_outcome_on_top_raises_no_alarm(double instead)
    {
        foreach (bool withheld in (bool[])[false, true])
        {
            Labels labels = (random, outcome) => random.Chance(outcome == withheld ? instead : .5);
            Assert.All(Seeds(4), seed => Assert.Null(AlarmAfter(Options, seed, 1, labels)));
            // It would, were what is missing taken to be like the rest.
            if (instead < .3) Assert.All(Seeds(2), seed => Assert.NotNull(AlarmAfter(Options with { Missing = MissingLabels.Ignore }, seed, 1, labels)));
        }
    }

    [Theory]
    [InlineData(.3), InlineData(.5), InlineData(.8), InlineData(1)]
    public void Labels_that_come_more_or_less_often_whatever_the_outcome_raise_none(double share) =>
        Assert.All(Seeds(4), seed => Assert.Null(AlarmAfter(Options, seed, 1, (random, _) => random.Chance(share))));

    /// <summary>What the documents do not promise: that it is an alarm, and a false one, is known.</summary>
    [Fact]
    public void One_outcome_that_is_labeled_in_place_of_the_other_is_not_told_from_drift() =>
        Assert.NotNull(AlarmAfter(Options, 1, 1, (random, outcome) => random.Chance(outcome ? .7 : .3)));

    [Fact]
    public void Before_there_is_a_reference_all_that_is_missing_counts_at_its_worst()
    {
        var (random, detector, worst) = (new SplitMix(3), Detector(Options), Detector(Options with { Missing = MissingLabels.WorstCase }));
        List<Finding> findings = [];
        for (int pane = 0; pane < 20; pane++)
        {
            var sketch = Sketch(random, Pane, 1.6, Half);
            detector.Observe(At(pane), sketch, findings);
            worst.Observe(At(pane), sketch, findings);
            Assert.Equal(worst.Evidence, detector.Evidence);
        }

        Assert.Contains("as long as there is no reference", detector.Capture().Waiting, StringComparison.Ordinal);
    }

    [Fact]
    public void An_episode_ends_though_half_of_the_labels_are_missing()
    {
        var random = new SplitMix(21);
        var detector = Referred(Options, random);
        List<Finding> findings = [];
        for (int pane = 0; pane < 600 && !findings.Exists(f => f.Kind == FindingKind.Recovered); pane++) detector.Observe(At(pane), Sketch(random, Pane, detector.Firing || findings.Exists(f => f.Kind == FindingKind.Drift) ? 1 : 1.8, Half), findings);

        Assert.Contains(findings, f => f.Kind == FindingKind.Recovered);
    }

    [Fact]
    public void A_bet_on_what_comes_by_chance_has_a_mean_of_one_at_most_whatever_is_withheld()
    {
        // At the edge of the band: outcomes come as often as is tolerated, and all labels of the other outcome are withheld that can be.
        var random = new SplitMix(8);
        var components = TiltComponents.Of(Grid.H188);
        var band = new NullBand(.02);
        double[] atMost = new double[Grid.H188.Count];
        Array.Fill(atMost, .5);
        double[] gains = new double[components.Count], sums = new double[components.Count], squares = new double[components.Count];
        const int Rounds = 3000;
        for (int round = 0; round < Rounds; round++)
        {
            var sketch = new CalibrationSketch();
            for (int i = 0; i < 40; i++)
            {
                double p = .1 + (.8 * random.Unit());
                bool outcome = random.Chance(p + .02);
                sketch.AddPrediction(p);
                if (random.Chance(.5) && outcome) sketch.AddOutcome(p, outcome);
            }

            Array.Clear(gains);
            TiltEvidence.Add(sketch, components, band, MissingLabels.Reference, gains, atMost);
            for (int i = 0; i < gains.Length; i++)
            {
                double e = Math.Exp(gains[i]);
                sums[i] += e;
                squares[i] += e * e;
            }
        }

        for (int i = 0; i < sums.Length; i++)
        {
            double mean = sums[i] / Rounds, error = Math.Sqrt(Math.Max(0, (squares[i] / Rounds) - (mean * mean)) / Rounds);
            Assert.True(mean <= 1 + (4 * error), $"component {i}: {mean} ± {error}");
        }
    }

    /// <summary>The pane of the first alarm; null: none in 100.</summary>
    private static int? AlarmAfter(DriftOptions options, int seed, double temperature, Labels labels)
    {
        var random = new SplitMix((ulong)(100 + seed));
        var detector = Referred(options, random);
        List<Finding> findings = [];
        for (int pane = 0; pane < 100; pane++)
        {
            detector.Observe(At(pane), Sketch(random, Pane, temperature, labels), findings);
            if (findings.Exists(f => f.Kind == FindingKind.Drift)) return pane + 1;
        }

        return null;
    }

    private static EsrDetector Referred(DriftOptions options, SplitMix random)
    {
        var detector = Detector(options);
        detector.SetReference(CalibrationReference.Of(Sketch(random, 30_000, 1, Half)), default);
        return detector;
    }

    private static EsrDetector Detector(DriftOptions options) => new(options, TimeSpan.FromMinutes(1), TimeSpan.Zero);

    private static CalibrationSketch Sketch(SplitMix random, int count, double temperature, Labels labels)
    {
        var sketch = new CalibrationSketch();
        for (int i = 0; i < count; i++)
        {
            var (p, y) = ScoreLaw.D1.Draw(random, temperature);
            sketch.AddPrediction(p);
            if (labels(random, y)) sketch.AddOutcome(p, y);
        }

        return sketch;
    }

    private static EventTime At(int pane) => new(pane * 60_000L);

    private static IEnumerable<int> Seeds(int count) => Enumerable.Range(1, count);

    private static int Median(int?[] of) => of.Order().ElementAt(of.Length / 2)!.Value;
}

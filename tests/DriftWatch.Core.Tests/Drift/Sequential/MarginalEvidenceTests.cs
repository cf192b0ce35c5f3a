using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Claims that are true on average over everybody, where whoever is looked at more often comes true more often: by every way in which a pane can come out, by single predictions, and by what the detector says.</summary>
public sealed class MarginalEvidenceTests
{
    private static readonly TiltComponents Components = TiltComponents.Of(Grid.H188);
    private static readonly NullBand Band = new(.02);

    // Of the two kinds of predictions behind each claim, one comes true more often than the other by as much as it is labeled more often.
    private static readonly double[] Chances = [.8, .05];

    private static StakeScale Stakes(double probability = .2)
    {
        var stakes = new StakeScale();
        var past = new CalibrationSketch();
        for (int tenth = 0; tenth < 10; tenth++)
        {
            for (int i = 0; i < 100; i++) past.AddOutcome((tenth + .5) / 10, i % 2 == 0, new(SamplingWeight.Of(probability), false));
        }

        stakes.Note(past);
        return stakes;
    }

    private static double[] Gains(CalibrationSketch pane, StakeScale stakes, NullBand? band = null)
    {
        double[] gains = new double[Components.Count];
        MarginalEvidence.Add(pane, Components, band ?? Band, stakes, gains);
        return gains;
    }

    private static double[] Unweighted(CalibrationSketch pane, MissingLabels missing)
    {
        double[] gains = new double[Components.Count];
        TiltEvidence.Add(pane, Components, Band, missing, gains);
        return gains;
    }

    /// <summary>Every pane of these claims, with its probability: kind, label and outcome of each. Claims are true at an end of the band, on average over the two kinds.</summary>
    private static IEnumerable<(double Probability, CalibrationSketch Pane)> Panes(double[] claims, bool upper, Func<bool, bool> stays, bool announced)
    {
        int[] states = new int[claims.Length]; // 2 kinds × (unlabeled, positive, negative)
        while (true)
        {
            double probability = 1;
            var pane = new CalibrationSketch();
            for (int i = 0; i < claims.Length; i++)
            {
                var (kind, seen) = (states[i] / 3, states[i] % 3);
                int bin = Grid.H188.BinOf(claims[i]);
                double mean = upper ? Band.Upper(bin, claims[i]) : Band.Lower(bin, claims[i]), off = .9 * Math.Min(mean, 1 - mean);
                double comesTrue = kind == 0 == upper ? mean + off : mean - off, asked = Chances[kind];
                double positive = asked * comesTrue * (stays(true) ? 0 : 1), negative = asked * (1 - comesTrue) * (stays(false) ? 0 : 1);
                probability *= .5 * (seen switch { 1 => positive, 2 => negative, _ => 1 - positive - negative });
                var weight = SamplingWeight.Of(asked);
                pane.AddPrediction(claims[i], announced ? weight : default);
                if (seen > 0) pane.AddOutcome(claims[i], seen == 1, new(weight, announced));
            }

            if (probability > 0) yield return (probability, pane);
            int next = 0;
            while (next < states.Length && ++states[next] == 6) states[next++] = 0;
            if (next == states.Length) yield break;
        }
    }

    private static double[] Expected(IEnumerable<(double Probability, CalibrationSketch Pane)> panes, Func<CalibrationSketch, double[]> gains)
    {
        double[] sum = new double[Components.Count];
        double all = 0;
        foreach (var (probability, pane) in panes)
        {
            double[] each = gains(pane);
            for (int j = 0; j < sum.Length; j++) sum[j] += probability * Math.Exp(each[j]);
            all += probability;
        }

        Assert.Equal(1, all, 9);
        return sum;
    }

    public static TheoryData<double[]> Claims => new(new double[][] { [.5], [.03, .031, .9], [.502, .508, .514, .5], [.97, .2, .2], [.001, .6, .999] });

    [Theory]
    [MemberData(nameof(Claims))]
    public void No_bet_gains_on_average_whoever_is_asked_and_whatever_stays_away(double[] claims)
    {
        foreach (bool upper in (bool[])[false, true])
        {
            foreach (var stays in (Func<bool, bool>[])[_ => false, outcome => outcome, outcome => !outcome])
            {
                foreach (double scale in (double[])[.05, .2, 1])
                {
                    var stakes = Stakes(scale);
                    Assert.All(Expected(Panes(claims, upper, stays, announced: scale < 1), pane => Gains(pane, stakes)), mean => Assert.InRange(mean, 0, 1 + 1e-9));
                }
            }
        }
    }

    [Fact]
    public void Without_weights_the_same_streams_are_evidence_against_the_model()
    {
        foreach (bool upper in (bool[])[false, true])
        {
            var panes = Panes([.502, .508, .514], upper, _ => false, announced: true).ToList();
            Assert.InRange(Expected(panes, pane => Unweighted(pane, MissingLabels.Ignore)).Max(), 1.3, double.MaxValue);
            Assert.InRange(Expected(panes, pane => Unweighted(pane, MissingLabels.WorstCase)).Max(), 1.1, double.MaxValue);
        }
    }

    [Fact]
    public void Stakes_that_follow_the_probability_of_each_would_gain_on_average()
    {
        // What is staked must not know who is looked at: λ proportional to π takes the weights away again. Two kinds behind a claim of .5, λ = κ π.
        const double Kappa = .5;
        double mean = 0;
        foreach (var (asked, comesTrue) in ((double, double)[])[(.8, .95), (.05, .05)])
            mean += .5 * ((asked * comesTrue * (1 + (Kappa * (1 - .5)))) + (asked * (1 - comesTrue) * (1 - (Kappa * .5))) + (1 - asked));
        Assert.InRange(mean, 1.05, 2);
    }

    [Fact]
    public void A_bin_never_says_more_than_its_predictions_one_by_one_and_the_same_where_weights_are_alike()
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var random = new SplitMix(seed);
            bool alike = seed % 3 == 0;
            var stakes = Stakes(.05 + (.9 * random.Unit()));
            var band = new NullBand(.01, seed % 2 == 0 ? .2 : 0);
            var pane = new CalibrationSketch();
            double[] exact = new double[Components.Count];
            double[] claims = [.012, .37, .37, .5, .93];
            for (int i = 0; i < 300; i++)
            {
                double p = alike ? claims[random.Below(claims.Length)] : random.Unit();
                var weight = SamplingWeight.Of(alike ? .25 : .02 + (.98 * random.Unit()));
                pane.AddPrediction(p, weight);
                bool labeled = random.Chance(.6), outcome = random.Chance(p);
                if (labeled) pane.AddOutcome(p, outcome, new(weight, weight.IsMore));
                Alone(exact, p, labeled ? weight.Value : 0, outcome);
            }

            double[] gains = Gains(pane, stakes, band);
            for (int j = 0; j < gains.Length; j++)
            {
                Assert.True(gains[j] <= exact[j] + 1e-7, $"seed {seed}, component {j}: {gains[j]} of {exact[j]}");
                // With all weights alike and all claims of a bin too, nothing is lost but the rounding of weights.
                if (alike) Assert.True(gains[j] >= exact[j] - 1e-3, $"seed {seed}, component {j}: {gains[j]} of {exact[j]}");
            }

            void Alone(double[] sum, double p, double weight, bool outcome)
            {
                int bin = Grid.H188.BinOf(p);
                double scale = stakes.Of(Grid.H188, bin), middle = Grid.H188.Midpoints[bin];
                for (int j = 0; j < Components.Count; j++)
                {
                    double tilt = Components.Tilt(j, bin);
                    if (tilt == 0) continue;
                    bool up = tilt > 0;
                    double chance = Chance(middle), e = Math.Exp(Math.Abs(tilt));
                    double stake = scale * (1 - chance) * (e - 1) / (1 - chance + (chance * e * (1 - scale)));
                    double q = Chance(weight > 0 ? p : up ? Grid.H188.Edges[bin + 1] : Grid.H188.Edges[bin]);
                    sum[j] += Math.Log((1 + (stake * (outcome == up ? weight : 0))) / (1 + (stake * q)));

                    double Chance(double claim) => up ? band.Upper(bin, claim) : 1 - band.Lower(bin, claim);
                }
            }
        }
    }

    [Fact]
    public void Where_every_label_comes_for_certain_the_bets_are_those_without_weights()
    {
        var random = new SplitMix(4);
        var pane = ScoreLaw.D1.Sketch(random, 2000, 1.4);
        for (int i = 0; i < 100; i++) pane.AddPrediction(random.Unit());
        Assert.All(Gains(pane, Stakes(1)).Zip(Unweighted(pane, MissingLabels.WorstCase)), pair => Assert.Equal(pair.Second, pair.First, 9));
    }

    [Fact]
    public void The_evidence_that_an_episode_is_over_does_not_grow_while_it_lasts()
    {
        foreach (bool upper in (bool[])[false, true])
        {
            var pattern = DriftPattern.Of(BlockFunctional.Shift, upper, ScoreLaw.D1.Sketch(new SplitMix(1), 100, 1));
            double mean = 0;
            foreach (var (probability, pane) in Panes([.502, .508, .514, .93], upper, _ => false, announced: true))
            {
                var recovery = new TiltRecovery(pattern);
                recovery.Advance(pane, Band, MissingLabels.WorstCase, Tempers.Of(1), budget: 1, Stakes());
                mean += probability * recovery.Evidence;
            }

            Assert.InRange(mean, .5, 1 + 1e-6);
        }
    }

    [Fact]
    public void The_mean_residual_of_a_block_is_not_above_the_truth_on_average_whatever_stays_away()
    {
        var day = TimeSpan.FromDays(1);
        foreach (bool upper in (bool[])[false, true])
        {
            foreach (var stays in (Func<bool, bool>[])[_ => false, outcome => outcome, outcome => !outcome])
            {
                double mean = 0, trusting = 0;
                foreach (var (probability, pane) in Panes([.502, .508, .514, .97], upper, stays, announced: true))
                {
                    var blocks = new BlockSeries(day, false, default, weighs: true);
                    blocks.Add(default, pane, Band, MissingLabels.WorstCase, null, .3);
                    Assert.True(blocks.TryClose(new EventTime(day.Ticks / TimeSpan.TicksPerMillisecond), out var closed));
                    mean += probability * closed.Value.Shift.Beyond(upper);
                    double up = (pane.WeightedPositives - pane.WeightedConfidence) / pane.Predictions;
                    trusting += probability * ((upper ? up : -up) - Band.Tolerance);
                }

                Assert.InRange(mean, -3, 1e-9);
                if (stays(!upper)) Assert.InRange(trusting, .01, 1); // what speaks for the model is withheld
            }
        }
    }

    // Claims are true on average; those of one kind come true more often by 1.2 on the log-odds and are labeled seven times as often.
    [Theory]
    [InlineData(NullHypothesis.Conditional, 0, true)]
    [InlineData(NullHypothesis.Marginal, 0, false)]
    [InlineData(NullHypothesis.Marginal, .6, true)]
    [InlineData(NullHypothesis.Marginal, -.6, true)]
    public void The_detector_judges_the_null_that_it_was_told_to(NullHypothesis asked, double shift, bool alarms)
    {
        var detector = new EsrDetector(
            new DriftOptions { Dependence = Dependence.Independent, NullHypothesis = asked }, TimeSpan.FromHours(1), TimeSpan.Zero);
        List<Finding> findings = [];
        var random = new SplitMix(5);
        for (int pane = 0; pane < 20 * 24; pane++)
        {
            var sketch = new CalibrationSketch();
            for (int i = 0; i < 200; i++)
            {
                double p = 1 / (1 + Math.Exp(-1.5 * random.Normal())), apart = .5 * Math.Min(p, 1 - p);
                bool often = random.Chance(.5);
                var weight = SamplingWeight.Of(often ? .35 : .05);
                double truth = often ? p + apart : p - apart;
                sketch.AddPrediction(p, weight);
                if (random.Chance(weight.Probability)) sketch.AddOutcome(p, random.Chance(1 / (1 + ((1 - truth) / truth * Math.Exp(-shift)))), new(weight, true));
            }

            detector.Observe(new EventTime(pane * 3_600_000L), sketch, findings);
        }

        var found = findings.Where(finding => finding.Kind == FindingKind.Drift).Take(1).ToList();
        Assert.Equal(alarms, found.Count > 0);
        Assert.Equal(asked, detector.Capture().NullHypothesis);
        Assert.InRange(detector.Capture().Completeness!.Value, .9, 1);
        if (shift != 0) Assert.Equal(shift > 0 ? Direction.ShiftUp : Direction.ShiftDown, found[0].Direction);
    }
}

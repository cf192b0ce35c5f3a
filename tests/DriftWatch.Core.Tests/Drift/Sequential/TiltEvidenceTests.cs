using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;

namespace DriftWatch.Core.Drift.Sequential;

public sealed class TiltEvidenceTests
{
    private static readonly TiltComponents Components = TiltComponents.Of(Grid.H188);

    [Theory]
    [InlineData(TiltFamily.Shift, .2, 0, -3.262533452064332)]
    [InlineData(TiltFamily.Shift, .2, .02, -7.216513928652489)]
    [InlineData(TiltFamily.Shift, -.2, 0, -3.31568467390467)]
    [InlineData(TiltFamily.Shift, -.2, .02, -7.2699137155098015)]
    [InlineData(TiltFamily.Sharp, -.2, .02, -30.137844653010475)]
    [InlineData(TiltFamily.Sharp, .5, .02, 14.741572329724466)]
    public void Golden_vector_B_as_one_pane(TiltFamily family, double amplitude, double tolerance, double expected)
    {
        int component = Enumerable.Range(0, Components.Count).Single(j => Components.Family(j) == family && Components.Amplitude(j) == amplitude);

        Assert.Equal(expected, Gains(Pairs.B.Sketch(), new NullBand(tolerance))[component], 1e-9);
    }

    [Theory]
    [InlineData(MissingLabels.WorstCase)]
    [InlineData(MissingLabels.Ignore)]
    public void What_labels_alone_say_comes_beside_it_to_the_bit(MissingLabels missing)
    {
        var band = new NullBand(.002, .2);
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var pane = Pairs.Wild(new SplitMix(seed), 300).Sketch();
            foreach (var pair in Pairs.Wild(new SplitMix(seed + 100), 50)) pane.AddPrediction(pair.P);
            double[] both = new double[Components.Count], alone = new double[Components.Count], beside = new double[Components.Count], ignoring = new double[Components.Count];
            TiltEvidence.Add(pane, Components, band, missing, both, labeledOnly: beside);
            TiltEvidence.Add(pane, Components, band, missing, alone);
            TiltEvidence.Add(pane, Components, band, MissingLabels.Ignore, ignoring);

            Assert.Equal(alone, both);
            Assert.Equal(ignoring, beside);
            Assert.Equal(missing == MissingLabels.Ignore, both.SequenceEqual(beside));
        }
    }

    [Fact]
    public void There_are_56_components_and_their_weights_sum_to_one()
    {
        Assert.Equal(56, Components.Count);
        Assert.Equal(1, Enumerable.Range(0, Components.Count).Sum(Components.Weight), 1e-12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(.02, 0)]
    [InlineData(.002, .2)]
    [InlineData(.02, .2, ToleranceForm.Tighter)]
    public void A_sketch_never_says_more_than_its_predictions_one_by_one(double tolerance, double logOdds, ToleranceForm form = ToleranceForm.Sum)
    {
        var band = new NullBand(tolerance, logOdds, form: form);
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var pairs = Pairs.Wild(new SplitMix(seed), 300);
            double[] together = Gains(pairs.Sketch(), band);
            double[] single = OneByOne(pairs, band);
            for (int j = 0; j < Components.Count; j++)
                Assert.True(together[j] <= single[j] + 1e-9, $"seed {seed}, component {j}: {together[j]:R} above {single[j]:R}");
        }
    }

    [Fact]
    public void A_sketch_says_the_same_where_each_bin_holds_one_value()
    {
        Pair[] pairs = [.. Enumerable.Range(0, 400).Select(i => new Pair(Grid.H188.Midpoints[i % 188], i % 3 == 0))];
        double[] together = Gains(pairs.Sketch(), new NullBand(.02));
        double[] single = OneByOne(pairs, new NullBand(.02));

        for (int j = 0; j < Components.Count; j++) Assert.Equal(single[j], together[j], 1e-9);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(.02, 0)]
    [InlineData(.05, .2)]
    [InlineData(.02, .2, ToleranceForm.Tighter)]
    public void The_expected_gain_is_at_most_one_on_either_edge_of_the_band(double tolerance, double logOdds, ToleranceForm form = ToleranceForm.Sum)
    {
        // Five values of claims, 30 predictions a pane: every bet that could profit from an edge gets its chance.
        const int Panes = 20_000;
        var band = new NullBand(tolerance, logOdds, form: form);
        double[] claims = [.02, .15, .5, .77, .96];
        foreach (bool upper in (bool[])[false, true])
        {
            var random = new SplitMix(upper ? 7UL : 8UL);
            double[] sum = new double[Components.Count], squares = new double[Components.Count], tempered = new double[Components.Count];
            for (int pane = 0; pane < Panes; pane++)
            {
                var sketch = new CalibrationSketch();
                for (int i = 0; i < 30; i++)
                {
                    double claim = claims[random.Below(claims.Length)];
                    int bin = Grid.H188.BinOf(claim);
                    sketch.Add(claim, random.Chance(upper ? band.Upper(bin, claim) : band.Lower(bin, claim)));
                }

                double[] gains = Gains(sketch, band);
                for (int j = 0; j < gains.Length; j++)
                {
                    double gain = Math.Exp(gains[j]);
                    sum[j] += gain;
                    squares[j] += gain * gain;
                    tempered[j] += Math.Exp(gains[j] / 3);
                }
            }

            for (int j = 0; j < Components.Count; j++)
            {
                double mean = sum[j] / Panes;
                double error = Math.Sqrt(Math.Max(0, (squares[j] / Panes) - (mean * mean)) / Panes);
                Assert.True(mean <= 1 + (4 * error) + 1e-9, $"component {j} ({Components.Family(j)} {Components.Amplitude(j)}), upper {upper}: {mean} ± {error}");
                Assert.True(tempered[j] / Panes <= 1 + (4 * error) + 1e-9, $"component {j} tempered: {tempered[j] / Panes}");
            }
        }
    }

    [Fact]
    public void With_labels_removed_no_gain_is_above_what_all_predictions_one_by_one_would_say()
    {
        var band = new NullBand(.01);
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var random = new SplitMix(seed);
            var sketch = new CalibrationSketch();
            var pairs = Pairs.Wild(random, 400);
            foreach (var (p, y) in pairs) sketch.Add(p, y);
            double[] before = OneByOne(pairs, band);
            foreach (var (p, y) in pairs)
            {
                // Any mechanism: here one that likes to lose positive outcomes.
                if (random.Chance(y ? .3 : .05)) sketch.RemoveOutcome(p, y);
            }

            double[] after = Gains(sketch, band);
            for (int j = 0; j < Components.Count; j++) Assert.True(after[j] <= before[j] + 1e-9, $"seed {seed}, component {j}: {after[j]:R} above {before[j]:R}");
        }
    }

    [Fact]
    public void Claims_of_0_and_1_and_their_contrary_give_finite_gains()
    {
        Pair[] pairs = [new(0, true), new(0, false), new(1, true), new(1, false)];

        foreach (double gain in Gains(pairs.Sketch(), new NullBand(0))) Assert.True(double.IsFinite(gain));
    }

    [Fact]
    public void A_band_with_a_reference_contains_the_one_without()
    {
        var sketch = Pairs.B.Sketch();
        var absolute = new NullBand(.01);
        var relative = new NullBand(.01, 0, CalibrationReference.Of(sketch));
        for (int bin = 0; bin < Grid.H188.Count; bin++)
        {
            double claim = Grid.H188.Midpoints[bin];
            Assert.True(relative.Upper(bin, claim) >= absolute.Upper(bin, claim));
            Assert.True(relative.Lower(bin, claim) <= absolute.Lower(bin, claim));
        }
    }

    private static double[] OneByOne(IEnumerable<Pair> pairs, NullBand band)
    {
        double[] sum = new double[Components.Count];
        foreach (var (p, y) in pairs)
        {
            int bin = Grid.H188.BinOf(p);
            for (int j = 0; j < sum.Length; j++)
            {
                double tilt = Components.Tilt(j, bin);
                double q = tilt > 0 ? band.Upper(bin, p) : band.Lower(bin, p);
                if (tilt != 0) sum[j] += (y ? tilt : 0) - Math.Log(1 + (q * (Math.Exp(tilt) - 1)));
            }
        }

        return sum;
    }

    private static double[] Gains(CalibrationSketch pane, NullBand band, MissingLabels missing = MissingLabels.WorstCase)
    {
        double[] gains = new double[Components.Count];
        TiltEvidence.Add(pane, Components, band, missing, gains);
        return gains;
    }
}

using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

/// <summary>What always holds between the metrics, and what they are over raw pairs.</summary>
public class MoreMetricLawTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(301, 8).Select(i => (ulong)i)];

    [Theory, MemberData(nameof(Seeds))]
    public void Murphys_parts_add_up_to_the_Brier_score_and_the_reliability_is_the_mean_squared_gap(ulong seed)
    {
        var sketch = Pairs.Wild(new SplitMix(seed), 5000).Sketch();
        foreach (int bins in (int[])[1, 5, 10, 15, 60])
        {
            Assert.Equal(Scores.Brier(sketch)!.Value, BrierParts.Of(sketch, bins)!.Value.Brier, 1e-14);
            Assert.Equal(Math.Pow(CalibrationError.RootMeanSquare(sketch, bins)!.Value, 2), BrierParts.Of(sketch, bins)!.Value.Reliability, 1e-14);
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void The_exact_AUROC_lies_within_the_bounds_and_a_monotone_map_moves_it_by_no_more_than_they_say(ulong seed)
    {
        var pairs = Pairs.Wild(new SplitMix(seed), 2000);
        var ranks = Discrimination.Of(pairs.Sketch())!.Value;
        double exact = Batch.Auroc(pairs);
        Assert.InRange(exact, ranks.Lower - 1e-12, ranks.Upper + 1e-12);
        Assert.Equal((ranks.Lower + ranks.Upper) / 2, ranks.Auroc, 1e-12);

        Pair[] bent = [.. pairs.Select(q => q with { P = Math.Pow(q.P, 1.7) })];
        var after = Discrimination.Of(bent.Sketch())!.Value;
        Assert.InRange(exact, after.Lower - 1e-12, after.Upper + 1e-12);
    }

    [Fact]
    public void AUROC_needs_both_kinds_of_outcome()
    {
        var sketch = new CalibrationSketch();
        Assert.Null(Discrimination.Of(sketch));
        sketch.Add(0.7, true);
        Assert.Null(Discrimination.Of(sketch));
        sketch.Add(0.2, false);
        Assert.Equal(1, Discrimination.Of(sketch)!.Value.Auroc);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Equal_mass_ECE_of_one_value_per_fine_bin_equals_sharing_out_ties_in_fractions(ulong seed)
    {
        var pairs = OneValuePerBin(seed, 1500);
        var sketch = pairs.Sketch();
        foreach (int bins in (int[])[1, 2, 7, 10, 15, 60])
        {
            double expected = 0;
            foreach (var (positives, claims) in Fractions(pairs, bins)) expected += Math.Abs(claims - positives) / pairs.Length;
            Assert.Equal(expected, AdaptiveError.Expected(sketch, bins)!.Value, 1e-11);
        }

        Assert.Equal(Math.Abs(Scores.Gap(sketch)!.Value), AdaptiveError.Expected(sketch, 1)!.Value, 1e-12);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void The_sweep_takes_the_last_number_of_bins_before_observed_frequencies_fall(ulong seed)
    {
        var pairs = OneValuePerBin(seed, 1500);
        var (error, bins) = AdaptiveError.Sweep(pairs.Sketch())!.Value;
        for (int tried = 2; tried <= bins; tried++) Assert.True(Rises(tried), $"falls at {tried} of {bins}");
        Assert.True(bins == AdaptiveError.MostBins || !Rises(bins + 1), $"still rises at {bins + 1}");
        Assert.Equal(AdaptiveError.Expected(pairs.Sketch(), bins)!.Value, error, 1e-14);

        bool Rises(int count) => Fractions(pairs, count).Select(f => f.Positives).Aggregate((Last: -1.0, Good: true), (seen, next) => (next, seen.Good && next >= seen.Last - 1e-9)).Good;
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Reliability_at_thresholds_equals_filtering_the_pairs(ulong seed)
    {
        double[] thresholds = [0.123, 0.5, 0.95, 0.99];
        var sketch = new CalibrationSketch(Grid.H188.WithThresholds(thresholds));
        var pairs = Pairs.Wild(new SplitMix(seed), 800);
        foreach (var (p, y) in pairs) sketch.Add(p, y);
        foreach (var (told, threshold) in ThresholdReliability.Of(sketch, View.Binary).Zip(thresholds))
        {
            var above = pairs.Where(q => q.P >= threshold).ToList();
            var numbers = ThresholdMetrics.All.ToDictionary(metric => metric.Name, metric => metric.Of(told));
            Assert.Equal((threshold, above.Count), (told.Threshold, numbers["n"]));
            Assert.Equal(Batch.MeanConfidence(above), numbers["claimed"]!.Value, 1e-12);
            Assert.Equal(Batch.BaseRate(above), numbers["observed"]!.Value, 1e-15);
            Assert.Equal(Intervals.Wilson(above.Count(q => q.Y), above.Count), new Interval(numbers["lower"]!.Value, numbers["upper"]!.Value));
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void The_confusion_matrix_at_a_threshold_equals_counting_the_pairs(ulong seed)
    {
        var sketch = new CalibrationSketch(Grid.H188.WithThresholds([0.3, 0.5, 0.999]));
        var pairs = Pairs.Wild(new SplitMix(seed), 800);
        foreach (var (p, y) in pairs) sketch.Add(p, y);
        foreach (var told in ThresholdReliability.Of(sketch, View.OneClass))
        {
            double hits = pairs.Count(q => q.P >= told.Threshold && q.Y), alarms = pairs.Count(q => q.P >= told.Threshold && !q.Y);
            double misses = pairs.Count(q => q.P < told.Threshold && q.Y), rejections = pairs.Count(q => q.P < told.Threshold && !q.Y);
            var numbers = ThresholdMetrics.All.ToDictionary(metric => metric.Name, metric => metric.Of(told));
            Assert.Equal((hits, alarms, misses, rejections), (numbers["truePositives"], numbers["falsePositives"], numbers["falseNegatives"], numbers["trueNegatives"]));
            Near(hits / (hits + alarms), numbers["precision"]);
            Near(hits / (hits + misses), numbers["recall"]);
            Near(rejections / (rejections + alarms), numbers["specificity"]);
            double precision = hits / (hits + alarms), recall = hits / (hits + misses);
            if (hits > 0) Near(2 * precision * recall / (precision + recall), numbers["f1"]);
        }

        static void Near(double expected, double? told)
        {
            if (double.IsNaN(expected)) Assert.Null(told);
            else Assert.Equal(expected, told!.Value, 1e-14);
        }
    }

    [Fact]
    public void Where_an_outcome_is_rightness_no_threshold_decides()
    {
        var sketch = Pairs.B.Sketch();
        foreach (var view in (View[])[View.TopLabel, View.Folded, View.PredictedClass])
        {
            var known = ThresholdMetrics.All.Where(metric => metric.Of(ThresholdReliability.Of(sketch, view)[0]) is not null);
            Assert.Equal(["n", "claimed", "observed", "lower", "upper"], known.Select(metric => metric.Name));
        }
    }

    [Fact]
    public void Without_labeled_predictions_a_threshold_has_counts_of_0_and_no_shares() =>
        Assert.All(ThresholdMetrics.All, metric => Assert.Equal(metric.Unit == MetricUnit.Count ? 0.0 : null, metric.Of(ThresholdReliability.Of(new CalibrationSketch(), View.Binary)[0])));

    [Theory, MemberData(nameof(Seeds))]
    public void Post_stratified_ECE_weighs_bins_by_all_predictions(ulong seed)
    {
        var random = new SplitMix(seed);
        var sketch = new CalibrationSketch();
        List<Pair> labeled = [];
        List<Pair> all = [];
        foreach (var pair in Pairs.Wild(random, 1000))
        {
            all.Add(pair);
            sketch.AddPrediction(pair.P);
            if (!random.Chance(pair.P)) continue; // labels come more often where confidence is high
            labeled.Add(pair);
            sketch.AddOutcome(pair.P, pair.Y);
        }

        var (bins, weights) = (Batch.Bins(labeled, 15), Batch.Bins(all, 15));
        double sum = 0, total = 0;
        for (int bin = 0; bin < 15; bin++)
        {
            if (bins[bin].Count == 0) continue;
            sum += weights[bin].Count * Math.Abs(Batch.Gap(bins[bin]));
            total += weights[bin].Count;
        }

        Assert.Equal(sum / total, CalibrationError.PostStratified(sketch)!.Value, 1e-12);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Hosmer_and_Lemeshows_groups_hold_everything_and_are_large_enough(ulong seed)
    {
        var random = new SplitMix(seed);
        foreach (int count in (int[])[12, 40, 300, 3000])
        {
            var sketch = ScoreLaw.D3.Sketch(random, count, 1);
            var test = HosmerLemeshow.EqualMass(sketch);
            if (test is not { } told) continue;
            Assert.InRange(told.Degrees, 1, Math.Min(10, count / 10 + 1));
            Assert.InRange(told.PValue, 0, 1);
        }

        // One group is the squared gap in its standard deviations.
        var whole = ScoreLaw.D1.Sketch(random, 500, 1.5);
        double claims = whole.SumConfidence;
        double expected = Math.Pow(whole.Positives - claims, 2) / (claims * (1 - (claims / 500)));
        Assert.Equal(expected, HosmerLemeshow.EqualMass(whole, groups: 1)!.Value.ChiSquare, 1e-9);
    }

    [Fact]
    public void Without_labels_nothing_is_told()
    {
        var sketch = new CalibrationSketch();
        sketch.AddPrediction(0.4);
        Assert.Null(AdaptiveError.Expected(sketch));
        Assert.Null(AdaptiveError.Sweep(sketch));
        Assert.Null(LargestGaps.Significant(sketch));
        Assert.Null(LargestGaps.Average(sketch));
        Assert.Null(BrierParts.Of(sketch));
        Assert.Null(CalibrationError.PostStratified(sketch));
        Assert.Null(HosmerLemeshow.EqualMass(sketch));
        Assert.Null(SmoothError.Of(sketch));
    }

    private static Pair[] OneValuePerBin(ulong seed, int count) =>
        [.. Pairs.Wild(new SplitMix(seed), count).Select(q => q with { P = Grid.H188.Midpoints[Grid.H188.BinOf(q.P)] })];

    /// <summary>Positives and claims of equal-mass bins, every prediction cut where the bins are.</summary>
    private static List<(double Positives, double Claims)> Fractions(Pair[] pairs, int bins)
    {
        // Each group of ties as one block whose outcomes are spread evenly over it.
        var blocks = pairs.GroupBy(q => q.P).OrderBy(g => g.Key).Select(g => (Size: (double)g.Count(), Rate: g.Count(q => q.Y) / (double)g.Count(), P: g.Key)).ToList();
        List<(double, double)> result = [];
        for (int bin = 0; bin < bins; bin++)
        {
            double from = (double)pairs.Length * bin / bins, to = (double)pairs.Length * (bin + 1) / bins, at = 0, positives = 0, claims = 0;
            foreach (var (size, rate, p) in blocks)
            {
                double overlap = Math.Max(0, Math.Min(to, at + size) - Math.Max(from, at));
                positives += overlap * rate;
                claims += overlap * p;
                at += size;
            }

            result.Add((positives, claims));
        }

        return result;
    }
}

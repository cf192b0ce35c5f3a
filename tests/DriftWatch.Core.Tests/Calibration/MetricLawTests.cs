using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

public class MetricLawTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(101, 10).Select(i => (ulong)i)];

    [Theory, MemberData(nameof(Seeds))]
    public void Every_metric_of_the_stream_equals_a_batch_recomputation_after_every_update(ulong seed)
    {
        var random = new SplitMix(seed);
        var sketch = new CalibrationSketch();
        List<Pair> pairs = [];
        foreach (var pair in Pairs.Wild(random, 300))
        {
            if (pairs.Count > 0 && random.Chance(0.1))
            {
                int which = random.Below(pairs.Count); // a corrected label
                var old = pairs[which];
                sketch.RemoveOutcome(old.P, old.Y);
                sketch.AddOutcome(old.P, !old.Y);
                pairs[which] = old with { Y = !old.Y };
            }

            sketch.Add(pair.P, pair.Y);
            pairs.Add(pair);
            var report = sketch.Report(View.Binary);
            Equal(Batch.Ece(pairs, 15), report.Ece);
            Equal(Batch.Ece(pairs, 10), report[WindowMetrics.Ece10]);
            Equal(Batch.Mce(pairs, 15, 30), report.Mce);
            Equal(Batch.Rmsce(pairs, 15), report[WindowMetrics.Rmsce]);
            Equal(Batch.Gap(pairs), report.Gap);
            Equal(Batch.Brier(pairs), report.Brier);
            Equal(Batch.LogLoss(pairs), report.LogLoss);
            Equal(Batch.Accuracy(pairs), report[WindowMetrics.Accuracy]);
            Equal(Batch.BaseRate(pairs), report.BaseRate);
            Equal(Batch.MeanConfidence(pairs), report.MeanConfidence);
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void ECE_over_any_divisor_of_60_equals_the_batch(ulong seed)
    {
        var pairs = Pairs.Wild(new SplitMix(seed), 500);
        var sketch = pairs.Sketch();
        foreach (int bins in (int[])[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60]) Equal(Batch.Ece(pairs, bins), CalibrationError.Expected(sketch, bins));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void The_metrics_keep_their_order(ulong seed)
    {
        var pairs = Pairs.Wild(new SplitMix(seed), 3000);
        var sketch = pairs.Sketch();
        foreach (int bins in (int[])[1, 5, 15, 60])
        {
            double ece = CalibrationError.Expected(sketch, bins)!.Value;
            double rmsce = CalibrationError.RootMeanSquare(sketch, bins)!.Value;
            double mce = CalibrationError.Maximum(sketch, bins, 1)!.Value;
            Assert.InRange(ece, Math.Abs(Scores.Gap(sketch)!.Value) - 1e-15, rmsce + 1e-15);
            Assert.InRange(rmsce, ece - 1e-15, mce + 1e-15);
            Assert.InRange(mce, 0, 1);
        }

        Assert.Equal(Math.Abs(Scores.Gap(sketch)!.Value), CalibrationError.Expected(sketch, 1)!.Value, 1e-15);
    }

    [Fact]
    public void Only_bins_with_enough_labeled_predictions_count_for_the_largest_gap()
    {
        var sketch = new CalibrationSketch();
        for (int i = 0; i < 29; i++) sketch.Add(0.95, false);
        for (int i = 0; i < 30; i++) sketch.Add(0.25, i % 2 == 0);
        Assert.Equal(0.25, CalibrationError.Maximum(sketch)!.Value, 1e-15);
        Assert.Equal(0.95, CalibrationError.Maximum(sketch, minCount: 29)!.Value, 1e-15);
        Assert.Null(CalibrationError.Maximum(sketch, minCount: 31));
    }

    [Fact]
    public void Spiegelhalters_excess_equals_its_textbook_sum()
    {
        double expected = Batch.Sum(Pairs.B, q => ((q.Y ? 1 : 0) - q.P) * (1 - (2 * q.P)));
        Assert.Equal(expected, Pairs.B.Sketch().SumSquaredErrorExcess, 1e-11);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_reliability_diagram_holds_every_labeled_prediction_in_its_bin(ulong seed)
    {
        var pairs = Pairs.Wild(new SplitMix(seed), 300);
        var diagram = ReliabilityDiagram.Of(pairs.Sketch());
        var expected = Batch.Bins(pairs, 15);
        Assert.Equal(15, diagram.Count);
        for (int bin = 0; bin < 15; bin++)
        {
            Assert.Equal((bin / 15.0, (bin + 1) / 15.0), (diagram[bin].Lower, diagram[bin].Upper));
            Assert.Equal((expected[bin].Count, expected[bin].Count(q => q.Y)), (diagram[bin].Count, diagram[bin].Positives));
            Assert.Equal(Batch.Sum(expected[bin], q => q.P), diagram[bin].SumConfidence, 1e-12);
        }
    }

    [Fact]
    public void Coverage_is_the_labeled_share_of_predictions()
    {
        var sketch = Pairs.B.Sketch();
        for (int i = 0; i < 3000; i++) sketch.AddPrediction(0.3);
        Assert.Equal(0.25, Scores.Coverage(sketch));
    }

    private static void Equal(double? expected, double? actual)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is not null) Assert.Equal(expected.Value, actual!.Value, 1e-12);
    }
}

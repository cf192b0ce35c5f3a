using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

/// <summary>Labels that were asked for by chance: sums against plain arithmetic over the pairs, and the laws that every sketch has.</summary>
public sealed class SampledLabelsTests
{
    private static readonly double[] Chances = [1, 0.5, 0.2, 0.05, 0.01, 0.3, 1e-6];

    private static List<Pair> Draw(SplitMix random, int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        double p = random.Unit(), chance = Chances[(int)(random.Unit() * Chances.Length)];
        return new Pair(p, random.Chance(p * p), SamplingWeight.Of(chance), random.Chance(0.5));
    })];

    private static CalibrationSketch SketchOf(IEnumerable<Pair> pairs)
    {
        var sketch = new CalibrationSketch();
        foreach (var pair in pairs) pair.AddTo(sketch);
        return sketch;
    }

    [Fact]
    public void Averages_are_those_of_the_weighted_pairs()
    {
        var random = new SplitMix(3);
        var pairs = Draw(random, 4000).Where(pair => pair.Weight.Value < 1e5).ToList();
        var sketch = SketchOf(pairs);
        double weight = pairs.Sum(pair => pair.W), squares = pairs.Sum(pair => pair.W * pair.W);

        var report = sketch.Report(View.Binary);
        double Mean(Func<Pair, double> of) => pairs.Sum(pair => pair.W * of(pair)) / weight;
        Close(Mean(pair => pair.P - pair.Outcome), report.Gap);
        Close(Mean(pair => pair.Outcome), report.BaseRate);
        Close(Mean(pair => pair.P), report.MeanConfidence);
        Close(Mean(pair => (pair.P - pair.Outcome) * (pair.P - pair.Outcome)), report.Brier);
        Close(Mean(pair => -Math.Log(pair.Y ? pair.P : 1 - pair.P)), report.LogLoss);
        Close(Mean(pair => (pair.P >= 0.5) == pair.Y ? 1 : 0), report[WindowMetrics.Accuracy]);
        Close(pairs.GroupBy(pair => (int)(pair.P * 15)).Sum(bin => Math.Abs(bin.Sum(pair => pair.W * (pair.P - pair.Outcome)))) / weight, report.Ece);
        Close(weight * weight / squares, report[WindowMetrics.EffectiveN]);
        var above = ThresholdReliability.Of(sketch, View.Binary)[0];
        Close(pairs.Where(pair => pair.P >= above.Threshold && pair.Y).Sum(pair => pair.W), above.TruePositives);
        Close(report[WindowMetrics.BrierReliability] - report[WindowMetrics.BrierResolution] + report[WindowMetrics.BrierUncertainty] + report[WindowMetrics.BrierRemainder], report.Brier);

        static void Close(double? expected, double? actual) => Assert.Equal(expected!.Value, actual!.Value, 1e-9 * Math.Max(1, Math.Abs(expected.Value)));
    }

    [Fact]
    public void Every_order_and_grouping_gives_the_same_bits_and_what_is_taken_back_leaves_no_trace()
    {
        var random = new SplitMix(7);
        var pairs = Draw(random, 600);
        var (others, whole) = (Draw(random, 300), SketchOf(pairs));
        var merged = SketchOf(pairs.Take(200));
        merged.Merge(SketchOf(pairs.Skip(200).Reverse()));
        Assert.True(whole.HoldsSameAs(merged));
        Assert.Equal(whole.Report(View.Binary), merged.Report(View.Binary));

        var more = whole.Clone();
        foreach (var pair in others) more.AddOutcome(pair.P, pair.Y, pair.Choice);
        Assert.False(whole.HoldsSameAs(more));
        foreach (var pair in Enumerable.Reverse(others)) more.RemoveOutcome(pair.P, pair.Y, pair.Choice);
        Assert.True(whole.HoldsSameAs(more));

        merged.Merge(SketchOf(others));
        merged.Subtract(SketchOf(others));
        Assert.True(whole.HoldsSameAs(merged));
        Assert.Throws<InvalidOperationException>(() => SketchOf([pairs[0] with { Weight = default, Announced = false }]).RemoveOutcome(pairs[0].P, pairs[0].Y, new(SamplingWeight.Of(0.5), false)));
    }

    [Fact]
    public void A_sketch_read_back_holds_the_same()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var random = new SplitMix(seed);
            var before = SketchOf(Draw(random, 200));
            for (int certain = (int)(seed * 4); certain > 0; certain--) before.AddOutcome(1, false); // the number of cut losses marks what follows
            byte[] bytes = StateExchange.Write(before);
            var after = SketchOf(Draw(random, 20));
            StateExchange.Read(after, bytes);

            Assert.True(before.HoldsSameAs(after), $"seed {seed}");
            Assert.Equal(bytes, StateExchange.Write(after));
        }
    }

    [Fact]
    public void Weights_of_one_change_no_bit_of_numbers_and_state()
    {
        var random = new SplitMix(11);
        var plain = new CalibrationSketch();
        var stated = new CalibrationSketch();
        foreach (var pair in Draw(random, 2000))
        {
            plain.AddPrediction(pair.P);
            plain.AddOutcome(pair.P, pair.Y);
            stated.AddPrediction(pair.P, SamplingWeight.Of(1));
            stated.AddOutcome(pair.P, pair.Y, new(SamplingWeight.Of(1), false));
        }

        Assert.Equal(plain.Report(View.Binary), stated.Report(View.Binary));
        Assert.Equal(StateExchange.Write(plain), StateExchange.Write(stated));
        Assert.Equal(plain.Labeled, plain.Report(View.Binary)[WindowMetrics.EffectiveN]);
    }

    [Fact]
    public void Equal_weights_leave_every_average_and_interval_where_it_was()
    {
        var random = new SplitMix(13);
        var (plain, weighted) = (new CalibrationSketch(), new CalibrationSketch());
        foreach (var pair in Draw(random, 800))
        {
            plain.AddOutcome(pair.P, pair.Y);
            weighted.AddOutcome(pair.P, pair.Y, new(SamplingWeight.Of(0.05), false));
        }

        var (one, other) = (plain.Report(View.Binary), weighted.Report(View.Binary));
        foreach (var metric in WindowMetrics.All)
        {
            if (metric == WindowMetrics.Clipped || one[metric] is not { } value) continue;
            // Only the noise floor scales its bins where it knows the exact variance, and the interval of the gap reckons with who was chosen.
            bool isClose = metric == WindowMetrics.EceNull || metric == WindowMetrics.EceExcess || metric == WindowMetrics.EceZ || metric.Name.EndsWith("Lower", StringComparison.Ordinal) || metric.Name.EndsWith("Upper", StringComparison.Ordinal);
            Assert.True(Math.Abs(value - other[metric]!.Value) <= (isClose ? 5e-3 : 1e-9) * Math.Max(1, Math.Abs(value)), $"{metric.Name}: {value} and {other[metric]}");
        }
    }

    [Fact]
    public void Labels_that_were_never_asked_for_are_not_missing()
    {
        var sketch = new CalibrationSketch();
        for (int i = 0; i < 1000; i++) sketch.AddPrediction(0.3, SamplingWeight.Of(0.05));
        for (int i = 0; i < 100; i++) sketch.AddPrediction(0.3);
        for (int i = 0; i < 45; i++) sketch.AddOutcome(0.3, i % 3 == 0, new(SamplingWeight.Of(0.05), true));
        for (int i = 0; i < 90; i++) sketch.AddOutcome(0.3, i % 3 == 0);

        Assert.Equal(150, sketch.ExpectedLabels, 1e-4);
        Assert.Equal(135 / 150.0, Scores.Coverage(sketch)!.Value, 1e-6);
    }

    private readonly record struct Pair(double P, bool Y, SamplingWeight Weight, bool Announced)
    {
        public double Outcome => Y ? 1 : 0;

        public double W => Weight.Value;

        public LabelChoice Choice => new(Weight, Announced && Weight.IsMore);

        public void AddTo(CalibrationSketch sketch)
        {
            sketch.AddPrediction(P, Announced ? Weight : default);
            sketch.AddOutcome(P, Y, Choice);
        }
    }
}

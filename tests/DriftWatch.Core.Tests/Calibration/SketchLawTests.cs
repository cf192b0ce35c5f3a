using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

public class SketchLawTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 20).Select(i => (ulong)i)];

    [Theory, MemberData(nameof(Seeds))]
    public void Any_order_gives_the_same_bits(ulong seed)
    {
        var random = new SplitMix(seed);
        var pairs = Pairs.Wild(random, 500);
        var first = pairs.Sketch();
        random.Shuffle<Pair>(pairs);
        Assert.True(first.HoldsSameAs(pairs.Sketch()));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Merging_is_associative_and_commutative_to_the_bit(ulong seed)
    {
        var random = new SplitMix(seed);
        var (a, b, c) = (Pairs.Wild(random, random.Below(300)).Sketch(), Pairs.Wild(random, 50).Sketch(), Pairs.Wild(random, random.Below(5)).Sketch());
        var left = Merged(Merged(a, b), c);
        Assert.True(left.HoldsSameAs(Merged(a, Merged(b, c))));
        Assert.True(left.HoldsSameAs(Merged(Merged(c, b), a)));
        Assert.True(Merged(a, new CalibrationSketch()).HoldsSameAs(a));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Merging_parts_equals_adding_everything_to_one(ulong seed)
    {
        var random = new SplitMix(seed);
        var pairs = Pairs.Wild(random, 400);
        var parts = Enumerable.Range(0, 1 + random.Below(8)).Select(_ => new CalibrationSketch()).ToArray();
        foreach (var (p, y) in pairs) parts[random.Below(parts.Length)].Add(p, y);
        Assert.True(parts.Aggregate(Merged).HoldsSameAs(pairs.Sketch()));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Removing_what_was_added_leaves_no_trace(ulong seed)
    {
        var random = new SplitMix(seed);
        var sketch = Pairs.Wild(random, 200).Sketch();
        var before = sketch.Clone();
        var more = Pairs.Wild(random, 100);
        foreach (var (p, y) in more) sketch.AddOutcome(p, y);
        random.Shuffle<Pair>(more);
        Assert.False(sketch.HoldsSameAs(before));
        foreach (var (p, y) in more) sketch.RemoveOutcome(p, y);
        Assert.True(sketch.HoldsSameAs(before));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Subtracting_what_was_merged_leaves_no_trace(ulong seed)
    {
        var random = new SplitMix(seed);
        var a = Pairs.Wild(random, 200).Sketch();
        var b = Pairs.Wild(random, 200).Sketch();
        var both = Merged(a, b);
        both.Subtract(b);
        Assert.True(both.HoldsSameAs(a));
    }

    [Fact]
    public void What_is_not_there_cannot_be_taken_back_and_nothing_changes()
    {
        var sketch = new CalibrationSketch();
        sketch.Add(0.25, true);
        var before = sketch.Clone();
        Assert.Throws<InvalidOperationException>(() => sketch.RemoveOutcome(0.25, false));
        Assert.Throws<InvalidOperationException>(() => sketch.RemoveOutcome(0.75, true));
        Assert.Throws<InvalidOperationException>(() => sketch.Subtract(Pairs.B.Sketch()));
        Assert.True(sketch.HoldsSameAs(before));
    }

    [Fact]
    public void A_billion_additions_lose_nothing()
    {
        const long Count = 1_000_000_000;
        var direct = new CalibrationSketch();
        for (int i = 0; i < 1_000_000; i++) direct.Add(0.1, i % 10 == 0);
        var thousand = new CalibrationSketch();
        for (int i = 0; i < 1000; i++) thousand.Merge(direct);

        Assert.Equal(Count, thousand.Labeled);
        Assert.Equal((UInt128)(0.1 * Math.Pow(2, 63)) * Count, thousand.ExactSumConfidence);
        Assert.Equal(1e8, thousand.SumConfidence);
        Assert.Equal(0, CalibrationError.Expected(thousand)!.Value, 1e-16);
        Assert.Equal(0.09, Scores.Brier(thousand)!.Value, 1e-15);
        Assert.Equal((-0.1 * Math.Log(0.1)) - (0.9 * Math.Log(0.9)), Scores.LogLoss(thousand)!.Value, 1e-15);
    }

    [Theory]
    [InlineData(0.0, false, 0.0)]
    [InlineData(1.0, true, 0.0)]
    [InlineData(0.0, true, 36.04365338911715)]
    [InlineData(1.0, false, 36.04365338911715)]
    public void Certainty_is_legal_and_costs_at_most_36_nats(double p, bool y, double loss)
    {
        var sketch = new CalibrationSketch();
        sketch.Add(p, y);
        Assert.Equal(loss, sketch.SumLogLoss, 1e-14);
        Assert.Equal(loss > 0 ? 1 : 0, sketch.Clipped);
        Assert.Equal(loss > 0 ? 1 : 0, sketch.SumSquaredError);
        Assert.Equal(p, sketch.SumConfidence);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void No_sequence_of_updates_gives_a_number_that_is_none(ulong seed)
    {
        var random = new SplitMix(seed);
        var sketch = new CalibrationSketch();
        List<Pair> held = [];
        for (int step = 0; step < 300; step++)
        {
            switch (random.Below(4))
            {
                case 0 when held.Count > 0:
                    int which = random.Below(held.Count);
                    sketch.RemoveOutcome(held[which].P, held[which].Y);
                    held.RemoveAt(which);
                    break;
                case 1:
                    sketch.AddPrediction(random.Unit());
                    break;
                default:
                    var pair = Pairs.Wild(random, 1)[0];
                    sketch.Add(pair.P, pair.Y);
                    held.Add(pair);
                    break;
            }

            foreach (var (name, value) in Numbers(sketch)) Assert.True(value is null || double.IsFinite(value.Value), $"seed {seed}, step {step}: {name} is {value}");
        }
    }

    [Fact]
    public void Without_labeled_predictions_there_are_no_numbers_but_coverage()
    {
        var sketch = new CalibrationSketch();
        Assert.All(Numbers(sketch), number => Assert.Null(number.Value));
        sketch.AddPrediction(0.4);
        Assert.Equal(("coverage", 0.0), Assert.Single(Numbers(sketch), number => number.Value is not null));
    }

    [Fact]
    public void A_cleared_sketch_is_as_new_and_a_copy_stands_alone()
    {
        var sketch = Pairs.B.Sketch();
        var copy = sketch.Clone();
        sketch.Clear();
        Assert.True(sketch.HoldsSameAs(new CalibrationSketch()));
        Assert.True(copy.HoldsSameAs(Pairs.B.Sketch()));
        foreach (var (p, y) in Pairs.A) sketch.Add(p, y);
        Assert.True(sketch.HoldsSameAs(Pairs.A.Sketch()));
    }

    [Fact]
    public void A_pool_hands_out_sketches_that_are_as_new()
    {
        var pool = new SketchPool(1);
        var first = pool.Rent();
        first.Add(0.5, true);
        pool.Return(first);
        pool.Return(Pairs.B.Sketch());
        Assert.Same(first, pool.Rent());
        Assert.True(first.HoldsSameAs(new CalibrationSketch()));
        Assert.NotSame(first, pool.Rent());
    }

    [Fact]
    public void Adding_to_bins_in_use_allocates_nothing()
    {
        var sketch = Pairs.B.Sketch();
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var (p, y) in Pairs.B)
        {
            sketch.AddPrediction(p);
            sketch.AddOutcome(p, y);
            sketch.RemoveOutcome(p, y);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_dozen_predictions_take_a_kibibyte_and_any_number_takes_eight()
    {
        var few = Pairs.B.Take(12).Sketch();
        var many = new CalibrationSketch();
        foreach (double p in many.Grid.Midpoints) many.Add(p, true);
        Assert.InRange(Size(few), 1, 1024);
        Assert.InRange(Size(many), 188 * 40, 8 * 1024);

        static long Size(CalibrationSketch sketch)
        {
            sketch.Clone();
            long before = GC.GetAllocatedBytesForCurrentThread();
            sketch.Clone();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Cells_of_the_sketch_add_up_to_its_totals()
    {
        var sketch = Pairs.B.Sketch();
        var sum = Enumerable.Range(0, sketch.Grid.Count).Select(bin => sketch[bin]).Aggregate((a, b) => a + b);
        Assert.Equal(new SketchCell(sketch.Predictions, sketch.Labeled, sketch.Positives, sketch.ExactSumConfidence), sum);
    }

    internal static IEnumerable<(string Name, double? Value)> Numbers(CalibrationSketch sketch)
    {
        var report = sketch.Report(View.Binary);
        foreach (var metric in WindowMetrics.All) yield return (metric.Name, report[metric]);

        yield return ("Debiased", CalibrationError.Debiased(sketch));
        yield return ("DebiasedSquared", CalibrationError.DebiasedSquared(sketch));
        yield return ("NoiseDeviation", NoiseFloor.Of(sketch)?.Deviation);
        yield return ("SpiegelhalterZ", Scores.SpiegelhalterZ(sketch));
    }

    private static CalibrationSketch Merged(CalibrationSketch left, CalibrationSketch right)
    {
        var sum = left.Clone();
        sum.Merge(right);
        return sum;
    }
}

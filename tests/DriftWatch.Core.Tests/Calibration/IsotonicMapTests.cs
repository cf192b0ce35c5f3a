using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

public class IsotonicMapTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(501, 10).Select(i => (ulong)i)];

    [Fact]
    public void A_case_by_hand()
    {
        // Frequencies .2, .5, .3, .9 at .1, .3, .5, .9 with weights 10, 10, 30, 10: the middle two pool to 14 of 40.
        var sketch = new CalibrationSketch();
        foreach (var (p, count, positives) in new[] { (0.1, 10, 2), (0.3, 10, 5), (0.5, 30, 9), (0.9, 10, 9) })
        {
            for (int i = 0; i < count; i++) sketch.Add(p, i < positives);
        }

        var map = IsotonicMap.Fit(sketch)!;

        Assert.Equal(3, map.Blocks);
        foreach (var (confidence, frequency) in new[] { (0.1, 0.2), (0.3, 0.35), (0.5, 0.35), (0.9, 0.9) }) Assert.Equal(frequency, map.At(confidence), 1e-12);
        Assert.Equal(0.2, map.At(0), 1e-12);
        Assert.Equal(0.275, map.At(0.2), 1e-12);
        Assert.Equal(0.35, map.At(0.4), 1e-12);
        Assert.Equal(0.625, map.At(0.7), 1e-12);
        Assert.Equal(0.9, map.At(1), 1e-12);
    }

    [Fact]
    public void Certainty_is_kept_off_by_one_in_n_plus_two()
    {
        var sketch = new CalibrationSketch();
        for (int i = 0; i < 8; i++) sketch.Add(0.2, false);
        for (int i = 0; i < 10; i++) sketch.Add(0.8, true);

        var map = IsotonicMap.Fit(sketch)!;

        Assert.Equal(1.0 / 20, map.At(0.2), 1e-15);
        Assert.Equal(19.0 / 20, map.At(0.8), 1e-15);
        Assert.Null(IsotonicMap.Fit(new CalibrationSketch()));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void It_never_decreases_and_keeps_the_mean(ulong seed)
    {
        var sketch = Pairs.Wild(new SplitMix(seed), 4000).Sketch();
        var map = IsotonicMap.Fit(sketch)!;

        double last = 0;
        for (int i = 0; i <= 1000; i++)
        {
            double here = map.At(i / 1000.0);
            Assert.InRange(here, last, 1 - (1.0 / 4002));
            last = here;
        }

        double mean = Cells(sketch).Sum(cell => cell.Labeled * map.At(cell.Mean)) / sketch.Labeled;
        Assert.Equal((double)sketch.Positives / sketch.Labeled, mean, 1.0 / 4002);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Each_level_is_the_min_max_of_means(ulong seed)
    {
        // The closed form of isotonic regression: the largest over lower ends, of the least over upper ends, of the mean in between.
        var sketch = Pairs.Wild(new SplitMix(seed), 300).Sketch();
        var map = IsotonicMap.Fit(sketch)!;
        var cells = Cells(sketch);
        double least = 1.0 / 302;
        for (int i = 0; i < cells.Count; i++)
        {
            double best = 0;
            for (int from = 0; from <= i; from++)
            {
                double lowest = 1;
                for (int to = i; to < cells.Count; to++)
                {
                    var range = cells[from..(to + 1)];
                    lowest = Math.Min(lowest, (double)range.Sum(cell => cell.Positives) / range.Sum(cell => cell.Labeled));
                }

                best = Math.Max(best, lowest);
            }

            Assert.Equal(Math.Clamp(best, least, 1 - least), map.At(cells[i].Mean), 1e-12);
        }
    }

    private static List<(double Mean, long Labeled, long Positives)> Cells(CalibrationSketch sketch) =>
        [.. Enumerable.Range(0, sketch.Grid.Count).Select(bin => sketch[bin]).Where(cell => cell.Labeled > 0).Select(cell => (cell.MeanConfidence, cell.Labeled, cell.Positives))];
}

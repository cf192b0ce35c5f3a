using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

public class CalibrationReferenceTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(301, 8).Select(i => (ulong)i)];

    [Theory, MemberData(nameof(Seeds))]
    public void Regions_are_whole_fine_bins_of_about_equal_mass_and_hold_every_labeled_prediction(ulong seed)
    {
        var sketch = ScoreLaw.D1.Sketch(new SplitMix(seed), 20_000, 1.3);
        var reference = CalibrationReference.Of(sketch);

        Assert.Equal(10, reference.Regions.Length);
        Assert.Equal(sketch.Labeled, reference.Regions.Sum(region => region.Labeled));
        Assert.Equal(sketch.Positives, reference.Regions.Sum(region => region.Positives));
        Assert.Equal((0.0, 1.0), (reference.Regions[0].Lower, reference.Regions[^1].Upper));
        // A fine bin at a border may lie on either side: a region is off by at most the larger of its two border bins.
        long largest = Enumerable.Range(0, sketch.Grid.Count).Max(bin => sketch[bin].Labeled);
        Assert.All(reference.Regions, region => Assert.InRange(region.Labeled, 2000 - largest, 2000 + largest));
        for (int bin = 0; bin < sketch.Grid.Count; bin++)
        {
            var region = reference.Regions[reference.RegionOf[bin]];
            Assert.InRange(sketch.Grid.Midpoints[bin], region.Lower, region.Upper);
            Assert.Equal((region.Offset, region.HalfWidth), (reference.Offsets[bin], reference.HalfWidths[bin]));
        }
    }

    [Fact]
    public void A_hand_made_reference_has_the_offsets_and_half_widths_of_the_formula()
    {
        var sketch = new CalibrationSketch();
        for (int i = 0; i < 100; i++) sketch.Add(0.25, i < 35);
        for (int i = 0; i < 100; i++) sketch.Add(0.75, i < 75);

        var reference = CalibrationReference.Of(sketch, regions: 2, level: 0.02);

        // z of 1 − .02 ÷ 2 ÷ 2 is 2.5758293; Wilson for 35 of 100: [.2399919, .4786743], for 75 of 100: [.6253195, .8435702].
        Assert.Equal(0.10, reference.Offsets[sketch.Grid.BinOf(0.25)], 1e-12);
        Assert.Equal(0.1286743, reference.HalfWidths[sketch.Grid.BinOf(0.25)], 1e-6);
        Assert.Equal(0.0, reference.Offsets[sketch.Grid.BinOf(0.75)], 1e-12);
        Assert.Equal(0.1246805, reference.HalfWidths[sketch.Grid.BinOf(0.75)], 1e-6);
    }

    [Fact]
    public void A_confidence_that_most_predictions_share_is_a_region_of_its_own_and_none_is_empty()
    {
        var sketch = new CalibrationSketch();
        for (int i = 0; i < 900; i++) sketch.Add(0.5, i % 2 == 0);
        for (int i = 0; i < 100; i++) sketch.Add(0.9, true);

        var reference = CalibrationReference.Of(sketch);

        Assert.Equal([900L, 100L], reference.Regions.Select(region => region.Labeled));
        Assert.Equal([(0.0, 0.9), (0.9, 1.0)], reference.Regions.Select(region => (region.Lower, region.Upper)));
        Assert.Equal(0, reference.RegionOf[0]);
        Assert.Equal(1, reference.RegionOf[sketch.Grid.BinOf(0.95)]);
    }

    [Fact]
    public void Without_labeled_predictions_nothing_is_known()
    {
        var sketch = new CalibrationSketch();
        sketch.AddPrediction(0.3);

        var reference = CalibrationReference.Of(sketch);

        Assert.Empty(reference.Regions);
        Assert.All(reference.Offsets.ToArray(), offset => Assert.Equal(0, offset));
        Assert.All(reference.HalfWidths.ToArray(), half => Assert.Equal(1, half));
    }

    [Fact]
    public void All_regions_hold_the_truth_at_once_as_often_as_the_level_says()
    {
        const int Runs = 1500;
        var random = new SplitMix(31);
        int missed = 0;
        for (int run = 0; run < Runs; run++)
        {
            var sketch = new CalibrationSketch();
            for (int i = 0; i < 600; i++)
            {
                double p = random.Unit();
                sketch.Add(p, random.Chance(p));
            }

            var reference = CalibrationReference.Of(sketch, level: 0.1);
            if (reference.Regions.Any(region => Math.Abs(region.Offset) > region.HalfWidth)) missed++;
        }

        double error = Math.Sqrt(0.1 * 0.9 / Runs);
        Assert.True((double)missed / Runs <= 0.1 + (3 * error), $"{missed} of {Runs} references miss the truth somewhere; 10 % may");
    }
}

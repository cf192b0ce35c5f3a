using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

public class GridTests
{
    private static readonly Grid H188 = Grid.H188;

    [Fact]
    public void H188_has_188_bins_that_cover_the_unit_interval_in_order()
    {
        Assert.Equal(188, H188.Count);
        Assert.Equal(189, H188.Edges.Length);
        Assert.Equal(0, H188.Edges[0]);
        Assert.Equal(1, H188.Edges[^1]);
        for (int i = 1; i < H188.Edges.Length; i++) Assert.True(H188.Edges[i] - H188.Edges[i - 1] > 1e-9);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.3, 18)]
    [InlineData(0.6, 36)]
    [InlineData(0.7, 42)]
    [InlineData(0.95, 57)]
    [InlineData(1, 59)]
    public void A_decimal_that_equals_an_edge_belongs_to_the_bin_above_it(double confidence, int sixtieth) =>
        Assert.Equal(sixtieth, H188.CoarseOf(H188.BinOf(confidence), 60));

    [Fact]
    public void Looking_up_a_bin_equals_searching_all_edges()
    {
        var random = new SplitMix(7);
        IEnumerable<double> confidences =
        [
            .. H188.Edges,
            .. H188.Edges.Skip(1).Select(Math.BitDecrement),
            .. H188.Edges.SkipLast(1).Select(Math.BitIncrement),
            .. Enumerable.Range(0, 4097).Select(i => i / 4096.0),
            double.Epsilon,
            1e-300,
            -0.0,
            .. Enumerable.Range(0, 100_000).Select(_ => random.Unit()),
            .. Enumerable.Range(0, 10_000).Select(_ => random.Unit() * 1e-3),
        ];
        foreach (double p in confidences)
        {
            int expected = Math.Min(H188.Count - 1, H188.Edges.Count(edge => edge <= p) - 1);
            Assert.True(expected == H188.BinOf(p), $"{p:R}: bin {H188.BinOf(p)}, should be {expected}");
        }
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6)]
    [InlineData(10), InlineData(12), InlineData(15), InlineData(20), InlineData(30), InlineData(60)]
    public void Equal_width_bins_are_unions_of_fine_bins(int bins)
    {
        for (int bin = 0; bin < H188.Count; bin++)
        {
            int coarse = H188.CoarseOf(bin, bins);
            Assert.True((double)coarse / bins <= H188.Edges[bin], $"bin {bin} starts before its {coarse}th of {bins}");
            Assert.True(H188.Edges[bin + 1] <= (double)(coarse + 1) / bins, $"bin {bin} ends after its {coarse}th of {bins}");
        }
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(7), InlineData(61), InlineData(120)]
    public void Bins_that_do_not_divide_60_are_refused(int bins) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => H188.CoarseOf(0, bins));

    [Fact]
    public void A_threshold_between_edges_becomes_an_edge_and_one_at_an_edge_changes_nothing()
    {
        var grid = H188.WithThresholds([0.99, 0.3, 0.123, 0.3 + 1e-12]);
        Assert.Equal([0.123, 0.3, 0.99], grid.Thresholds);
        Assert.Equal(190, grid.Count);
        Assert.Equal(H188.Edges.Append(0.123).Append(0.99).Order(), grid.Edges);
        Assert.Equal(189, Grid.Default.Count);
        Assert.Equal(124, Grid.Compact.Count);
        foreach (double p in (double[])[0, 0.1229, 0.123, 0.5, Math.BitDecrement(0.99), 0.99, 1])
        {
            int expected = Math.Min(grid.Count - 1, grid.Edges.Count(edge => edge <= p) - 1);
            Assert.Equal(expected, grid.BinOf(p));
        }

        for (int bin = 0; bin < grid.Count; bin++) Assert.Equal(H188.CoarseOf(H188.BinOf(grid.Midpoints[bin]), 60), grid.CoarseOf(bin, 60));
    }

    [Fact]
    public void Thresholds_outside_the_unit_interval_and_too_many_of_them_are_refused()
    {
        foreach (double bad in (double[])[0, 1, -0.1, 1.1, double.NaN]) Assert.Throws<ArgumentException>(() => H188.WithThresholds([bad]));
        Assert.Throws<ArgumentException>(() => H188.WithThresholds([.. Enumerable.Range(0, 63).Select(i => 0.40001 + (i * 0.0031))]));
    }

    [Fact]
    public void Sketches_of_grids_that_cut_alike_can_be_combined_and_others_cannot()
    {
        var sketch = new CalibrationSketch(new MonitorOptions().Grid);
        sketch.Merge(new CalibrationSketch(H188.WithThresholds([0.99])));
        Assert.Throws<ArgumentException>(() => sketch.Merge(new CalibrationSketch()));
        Assert.False(sketch.HoldsSameAs(new CalibrationSketch()));
    }

    [Fact]
    public void Midpoints_lie_in_their_bins()
    {
        for (int bin = 0; bin < H188.Count; bin++) Assert.Equal(bin, H188.BinOf(H188.Midpoints[bin]));
    }
}

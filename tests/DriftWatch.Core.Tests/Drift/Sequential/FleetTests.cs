using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;

namespace DriftWatch.Core.Drift.Sequential;

public sealed class FleetTests
{
    [Fact]
    public void E_BH_reports_the_largest_set_that_its_thresholds_allow()
    {
        // Ten series, q = .1: the k-th largest needs 100 / k.
        double[] values = [1, 60, 40, 2, 26, 0.1, 33, 5, 3, 1];

        Assert.Equal([1, 2, 6, 4], FalseDiscoveries.EBenjaminiHochberg([.. values.Select(value => Math.Log(value))], .1));
        Assert.Empty(FalseDiscoveries.EBenjaminiHochberg([.. values.Select(value => Math.Log(value / 3))], .1));
    }

    [Fact]
    public void The_share_of_false_discoveries_is_bounded_under_dependence()
    {
        // All null series share one lucky factor, which averages to one: e-BH must not care.
        var random = new SplitMix(21);
        double share = 0;
        const int Worlds = 2000;
        for (int world = 0; world < Worlds; world++)
        {
            double common = random.Chance(.01) ? 100 : 0;
            double[] values = [.. Enumerable.Range(0, 50).Select(i => i < 45 ? common : 400.0)];
            var reported = FalseDiscoveries.EBenjaminiHochberg([.. values.Select(value => Math.Log(value))], .2);
            share += reported.Count == 0 ? 0 : (double)reported.Count(i => i < 45) / reported.Count;
        }

        Assert.InRange(share / Worlds, 0, .2);
    }

    [Fact]
    public void The_slice_that_is_off_explains_the_whole()
    {
        var random = new SplitMix(22);
        (string, CalibrationSketch)[] slices = [.. "abcde".Select(name => (name.ToString(), Slice(random, name == 'c' ? .12 : 0)))];
        var whole = new CalibrationSketch();
        foreach (var (_, sketch) in slices) whole.Merge(sketch);

        Assert.Equal(["c"], SliceExplanation.Of(whole, slices, new NullBand(.01)));
    }

    [Fact]
    public void Where_all_slices_are_off_none_explains_it_alone()
    {
        var random = new SplitMix(23);
        (string, CalibrationSketch)[] slices = [.. "abcd".Select(name => (name.ToString(), Slice(random, .12)))];
        var whole = new CalibrationSketch();
        foreach (var (_, sketch) in slices) whole.Merge(sketch);

        Assert.InRange(SliceExplanation.Of(whole, slices, new NullBand(.01))!.Count, 2, 3);
        Assert.Equal([], SliceExplanation.Of(Slice(random, 0), slices[..0], new NullBand(.05))!);
    }

    private static CalibrationSketch Slice(SplitMix random, double gap)
    {
        var sketch = new CalibrationSketch();
        for (int i = 0; i < 10_000; i++)
        {
            double p = .2 + (.6 * random.Unit());
            sketch.Add(p, random.Chance(p - gap));
        }

        return sketch;
    }
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;
using static DriftWatch.Evaluation.Reference.ReferenceBinning;

namespace DriftWatch.Evaluation.Reference;

/// <summary>Each convention against what the library itself gave, or what its rule says of confidences on edges.</summary>
public class ReferenceBinningTests
{
    private const double Tight = 1e-12;
    private const double Single = 1e-7;

    public static TheoryData<ReferenceBinning, int, double, double> VectorA => new()
    {
        { Torchmetrics, 5, .1966666666666667, Tight }, { Torchmetrics, 10, .29666666666666663, Tight }, { Torchmetrics, 15, .32333333333333336, Tight },
        { Guo, 5, .15666666279236474, Single }, { Guo, 10, .316666671137015, Single }, { Guo, 15, .316666671137015, Single },
        { Netcal, 5, .21000000000000002, Tight }, { Netcal, 10, .25, Tight }, { Netcal, 15, .31666666666666665, Tight },
        { Kumar, 5, .15666666666666665, Tight }, { Kumar, 10, .3166666666666667, Tight }, { Kumar, 15, .3166666666666667, Tight },
        { Tfp, 5, .19666666666666668, Tight }, { Tfp, 10, .30333333333333334, Tight }, { Tfp, 15, .3166666666666667, Tight },
        { ScikitUniform, 5, .15666666666666665, Tight }, { ScikitUniform, 10, .3166666666666667, Tight }, { ScikitUniform, 15, .3166666666666667, Tight },
        { ReferenceBinning.DriftWatch, 5, .19666666666666668, Tight }, { ReferenceBinning.DriftWatch, 10, .30333333333333334, Tight },
        { ReferenceBinning.DriftWatch, 15, .31666666666666665, Tight },
    };

    [Theory]
    [MemberData(nameof(VectorA))]
    public void Confidences_on_edges_give_each_librarys_own_ECE(ReferenceBinning library, int bins, double expected, double precision) =>
        Assert.Equal(expected, Of(library, Pairs.A, bins).Expected!.Value, precision);

    [Theory]
    [InlineData(10, 0.0706514681008129)]
    [InlineData(15, 0.0815615591835362)]
    public void Libraries_agree_where_no_confidence_lies_on_an_edge(int bins, double expected)
    {
        foreach (var library in new[] { Torchmetrics, Netcal, Kumar, Tfp, ScikitUniform, Relplot, Tcal, ReferenceBinning.DriftWatch })
            Assert.Equal(expected, Of(library, Pairs.B, bins).Expected!.Value, 1e-15);
        Assert.Equal(expected, Of(TorchmetricsMulticlass, Pairs.B, bins).Expected!.Value, Single);
    }

    [Theory]
    [InlineData(10, 0.07065146815276241)]
    [InlineData(15, 0.08156155949330422)]
    public void Guo_computes_in_float32(int bins, double expected) => Assert.Equal(expected, Of(Guo, Pairs.B, bins).Expected!.Value, Single);

    [Theory]
    [InlineData(10, 0.08474945896503816, 0.16196203201480838, 0.06961743270737517, 0.07686394443819887, 0.0058730999577619085)]
    [InlineData(15, 0.09472561673794487, 0.1702384882077823, 0.08052827193415972, 0.08425799239370672, 0.0070099234642683455)]
    public void Other_measures_equal_those_of_their_libraries(int bins, double rmsce, double mce, double ace, double debiased, double plugIn)
    {
        Assert.Equal(rmsce, Of(Torchmetrics, Pairs.B, bins).RootMeanSquare!.Value, 1e-14);
        Assert.Equal(mce, Of(Torchmetrics, Pairs.B, bins).Maximum!.Value, 1e-14);
        Assert.Equal(mce, Of(Netcal, Pairs.B, bins).Maximum!.Value, 1e-14);
        Assert.Equal(ace, Of(Netcal, Pairs.B, bins).Average!.Value, 1e-14);
        Assert.Equal(debiased, Of(Kumar, Pairs.B, bins).DebiasedL2!.Value, 1e-14);
        Assert.Equal(plugIn, Of(Tcal, Pairs.B, bins).DebiasedPlugIn!.Value, 1e-14);
    }

    [Theory]
    [InlineData(10, 0.06867238120631476, 0.0696314621964408)]
    [InlineData(15, 0.0761906334227134, 0.07747767634972955)]
    public void Equal_mass_bins_are_cut_as_uncertainty_calibration_cuts_them(int bins, double expected, double debiased)
    {
        Assert.Equal(expected, Of(KumarEqualMass, Pairs.B, bins).Expected!.Value, 1e-14);
        Assert.Equal(debiased, Of(KumarEqualMass, Pairs.B, bins).DebiasedL2!.Value, 1e-14);
    }

    [Fact]
    public void Torchmetrics_documented_examples_come_out()
    {
        Pair[] binary = [new(.25, false), new(.25, false), new(.55, true), new(.75, true), new(.75, true)];
        Assert.Equal(.29, Of(Torchmetrics, binary, 2).Expected!.Value, Tight);
        Assert.Equal(.2918, Of(Torchmetrics, binary, 2).RootMeanSquare!.Value, 5e-5);
        Assert.Equal(.3167, Of(Torchmetrics, binary, 2).Maximum!.Value, 5e-5);

        Pair[] top = [new(.55, false), new(.55, false), new(.6, true), new(.9, true)];
        Assert.Equal(.2, Of(TorchmetricsMulticlass, top, 3).Expected!.Value, Single);
        Assert.Equal(.2082, Of(TorchmetricsMulticlass, top, 3).RootMeanSquare!.Value, 5e-5);
        Assert.Equal(.2333, Of(TorchmetricsMulticlass, top, 3).Maximum!.Value, 5e-5);
    }

    [Fact]
    public void Torchmetrics_own_test_with_a_confidence_of_zero_comes_out() =>
        Assert.Equal(.6, Of(Torchmetrics, [new(1, false), new(1, false), new(1, true), new(1, true), new(0, true)], 2).Expected!.Value, Tight);

    [Fact]
    public void A_confidence_of_1_gets_a_bin_of_its_own_where_the_library_gives_it_one()
    {
        // .95 and 1 are 5 % too low and 100 % too high: alone 1.05 in all, together .95.
        Pair[] pairs = [new(.95, true), new(1, false)];
        foreach (var library in new[] { Torchmetrics, TorchmetricsMulticlass, Relplot, Tcal }) Assert.Equal(1.05 / 2, Of(library, pairs, 10).Expected!.Value, Single);
        foreach (var library in new[] { Guo, Netcal, Kumar, ScikitUniform, Tfp, ReferenceBinning.DriftWatch }) Assert.Equal(.95 / 2, Of(library, pairs, 10).Expected!.Value, Single);
    }

    [Fact]
    public void A_confidence_of_0_is_lost_to_Guo_only()
    {
        foreach (var library in All) Assert.Equal(library == Guo ? 0 : 1, Of(library, [new(0, true), new(0, true)], 10).Expected!.Value, Single);
    }

    /// <summary>Which side of each edge i/60 a library puts i/60 itself on, seen through a partner a little below and one a little above it.</summary>
    [Fact]
    public void Confidences_on_sixtieths_go_up_where_bins_are_closed_on_the_left_and_down_where_on_the_right()
    {
        for (int i = 1; i < 60; i++)
        {
            double edge = i / 60.0;
            Assert.True(GoesUp(ReferenceBinning.DriftWatch, edge), $"{i}/60");
            Assert.False(GoesUp(Kumar, edge), $"{i}/60");
            Assert.Equal(edge >= i * (1.0 / 60), GoesUp(Netcal, edge));
            Assert.Equal(edge > i * (1.0 / 60), GoesUp(ScikitUniform, edge));
            Assert.Equal(edge >= (i < 30 ? i * (1.0 / 60) : 1 - ((60 - i) * (1.0 / 60))), GoesUp(Torchmetrics, edge));
            Assert.Equal(Math.Floor(60 * edge) >= i, GoesUp(Tfp, edge));
            Assert.Equal(GoesUp(Tfp, edge), GoesUp(Tcal, edge));
            Assert.Equal(Math.Truncate(edge / (1.0 / 60)) >= i, GoesUp(Relplot, edge));
        }

        static bool GoesUp(ReferenceBinning library, double edge) =>
            Of(library, [new(edge, true), new(edge + 0.001, false)], 60).Expected!.Value < Of(library, [new(edge, true), new(edge - 0.001, false)], 60).Expected!.Value;
    }

    [Fact]
    public void A_tenth_in_float32_is_above_a_tenth_in_float64_and_on_the_edge_of_float32()
    {
        // 0.1f = 0.100000001490116: above every float64 edge, exactly on the float32 one.
        Pair[] withLower = [new(.1f, true), new(.05, false)];
        Assert.Equal((.9 + .05) / 2, Of(Kumar, withLower, 10).Expected!.Value, Single);
        Assert.Equal((.9 + .05) / 2, Of(Torchmetrics, withLower, 10).Expected!.Value, Single);
        Assert.Equal((.9 + .05) / 2, Of(TorchmetricsMulticlass, withLower, 10).Expected!.Value, Single);
        Assert.Equal((.9 - .05) / 2, Of(Guo, withLower, 10).Expected!.Value, Single);
        Assert.Equal((.9 - .05) / 2, Of(Kumar, [new(.1, true), new(.05, false)], 10).Expected!.Value, Tight);
    }

    [Fact]
    public void DriftWatchs_convention_is_that_of_the_sketch()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var pairs = Pairs.Wild(new SplitMix(seed), 500);
            var sketch = pairs.Sketch();
            foreach (int bins in new[] { 1, 2, 5, 10, 15, 60 })
            {
                var reference = Of(ReferenceBinning.DriftWatch, pairs, bins);
                Assert.Equal(reference.Expected!.Value, CalibrationError.Expected(sketch, bins)!.Value, Tight);
                Assert.Equal(reference.RootMeanSquare!.Value, CalibrationError.RootMeanSquare(sketch, bins)!.Value, Tight);
            }
        }
    }

    [Fact]
    public void Scikit_learns_quantile_bins_are_those_of_numpy_percentile()
    {
        // percentile([0, .1, .2, .7], [0, 50, 100]) = [0, .15, .7]: two and two.
        Pair[] pairs = [new(0, false), new(.1, true), new(.2, false), new(.7, true)];
        Assert.Equal((Math.Abs(.1 - 1) + Math.Abs(.9 - 1)) / 4, Of(ScikitQuantile, pairs, 2).Expected!.Value, Tight);
        // percentile(…, [0, 100/3, 200/3, 100]) = [0, .1, .2, .7]: what lies on an edge stays below it.
        Assert.Equal((.9 + .2 + .3) / 4, Of(ScikitQuantile, pairs, 3).Expected!.Value, Tight);
    }

    [Fact]
    public void Nothing_measures_nothing()
    {
        foreach (var library in All)
        {
            var none = Of(library, [], 10);
            Assert.Null(none.Expected);
            Assert.Null(none.Maximum);
            Assert.Null(none.DebiasedL2);
        }
    }

    internal static ReferenceBins Of(ReferenceBinning library, IReadOnlyCollection<Pair> pairs, int bins) =>
        library.Bin([.. pairs.Select(pair => pair.P)], [.. pairs.Select(pair => pair.Y)], bins);
}

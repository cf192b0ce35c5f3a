using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;

namespace DriftWatch.Evaluation.Reference;

/// <summary>Golden vector B by raw pairs: scikit-learn, SciPy, relplot and the prototype computed the right-hand sides.</summary>
public class RawScoreTests
{
    private readonly double[] _p = [.. Pairs.B.Select(pair => pair.P)];
    private readonly bool[] _y = [.. Pairs.B.Select(pair => pair.Y)];

    [Fact]
    public void Scores_without_bins_equal_the_references()
    {
        Assert.Equal(.12778998142261047, RawScores.Brier(_p, _y)!.Value, 1e-14);
        Assert.Equal(.4036635390425661, RawScores.LogLoss(_p, _y)!.Value, 1e-14);
        Assert.Equal(.9095465527448439, RawScores.Auroc(_p, _y)!.Value, 1e-15);
        Assert.Equal(-6.281767750937162, RawScores.SpiegelhalterZ(_p, _y)!.Value, 1e-12);
    }

    [Fact]
    public void SmoothECE_equals_relplot()
    {
        var smooth = new RelplotSmoothError(_p, _y);
        Assert.Equal(.07146903338771786, smooth.At(.05), 1e-12);
        Assert.Equal(.06962315268958767, smooth.Value, 1e-12);
    }

    [Fact]
    public void SmoothECE_of_one_sure_mistake_is_the_mistake()
    {
        // All residual mass has one sign, so smoothing cannot cancel any; the floor of the density takes a ten-thousandth.
        Assert.Equal(1, new RelplotSmoothError([1, 1, 1, 1], [false, false, false, false]).Value, 1e-3);
        Assert.Equal(0, new RelplotSmoothError([1, 0, 1, 0], [true, false, true, false]).Value, 1e-12);
    }

    [Fact]
    public void Numbers_that_cannot_be_had_are_absent()
    {
        Assert.Null(RawScores.Brier([], []));
        Assert.Null(RawScores.LogLoss([], []));
        Assert.Null(RawScores.Auroc([.1, .2], [true, true]));
        Assert.Null(RawScores.SpiegelhalterZ([0, 1, .5], [false, true, true]));
        Assert.Throws<ArgumentException>(() => new RelplotSmoothError([], []));
    }

    [Fact]
    public void AUROC_counts_ties_half() => Assert.Equal(1.5 / 3, RawScores.Auroc([.1, .5, .5, .9], [true, false, true, true])!.Value, 1e-15);

    private ReferenceBins Ten() => ReferenceBinning.DriftWatch.Bin(_p, _y, 10);
}

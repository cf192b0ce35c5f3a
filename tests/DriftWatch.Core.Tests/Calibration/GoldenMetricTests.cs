using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

/// <summary>Golden vector B against the further metrics of statistics §3: values from the references where the sketch is exact, near them where it is not.</summary>
public class GoldenMetricTests
{
    private const double Tight = 1e-14;
    private readonly CalibrationSketch _b = Pairs.B.Sketch();

    [Theory]
    [InlineData(10, 0.06961743270737517)]
    [InlineData(15, 0.08052827193415972)]
    public void The_unweighted_mean_gap_equals_netcals_ACE(int bins, double expected) =>
        Assert.Equal(expected, LargestGaps.Average(_b, bins)!.Value, Tight);

    [Fact]
    public void Murphys_parts_equal_the_reference_and_add_up_to_the_Brier_score()
    {
        var parts = BrierParts.Of(_b, 10)!.Value;
        Assert.Equal(.007182470794866685, parts.Reliability, Tight);
        Assert.Equal(.12719640151276107, parts.Resolution, Tight);
        Assert.Equal(.249996, parts.Uncertainty, Tight);
        Assert.Equal(-.002192087859495123, parts.Remainder, Tight);
        Assert.Equal(.12778998142261047, parts.Brier, Tight);
    }

    [Fact]
    public void AUROC_of_the_sketch_equals_the_reference_with_its_bounds_around_the_exact_one()
    {
        var ranks = Discrimination.Of(_b)!.Value;
        Assert.Equal(.9094585513368214, ranks.Auroc, Tight);
        Assert.Equal(.0030560488967823485, (ranks.Upper - ranks.Lower) / 2, Tight);
        Assert.InRange(.9095465527448439, ranks.Lower, ranks.Upper);
    }

    [Theory]
    [InlineData(10, 0.06867238120631476)]
    [InlineData(15, 0.0761906334227134)]
    public void Equal_mass_ECE_is_near_the_one_over_raw_pairs(int bins, double expected) =>
        Assert.Equal(expected, AdaptiveError.Expected(_b, bins)!.Value, 2.5e-3); // cuts fall inside fine bins, and the reference's edges between pairs

    [Fact]
    public void SmoothECE_of_the_sketch_is_near_relplots()
    {
        Assert.Equal(.06962315268958767, SmoothError.Of(_b)!.Value, 1e-4);
        Assert.Equal(.07146903338771786, SmoothError.At(_b, 0.05)!.Value, 1e-4);
    }

    [Fact]
    public void SmoothECE_of_one_value_per_bin_is_relplots_to_the_last_digits()
    {
        Pair[] pairs = [.. Pairs.B.Select(q => q with { P = Grid.H188.Midpoints[Grid.H188.BinOf(q.P)] })];
        var relplot = new RelplotSmoothError([.. pairs.Select(q => q.P)], [.. pairs.Select(q => q.Y)]);
        Assert.Equal(relplot.Value, SmoothError.Of(pairs.Sketch())!.Value, 1e-12);
    }

    [Fact]
    public void The_report_holds_the_new_numbers_too()
    {
        var report = _b.Report(View.Binary);
        Assert.Equal(0.08425799239370672, report[WindowMetrics.DebiasedL2]!.Value, Tight);
        Assert.Equal(0.08052827193415972, report[WindowMetrics.AverageGap]!.Value, Tight);
        Assert.Equal(CalibrationError.Debiased(_b)!.Value, report[WindowMetrics.DebiasedEce]!.Value, Tight);
        Assert.Equal(-6.281767750937162, report[WindowMetrics.SpiegelhalterZ]!.Value, 1e-12);
        Assert.Equal(.9094585513368214, report[WindowMetrics.Auroc]!.Value, Tight);
        Assert.Equal(report.Brier!.Value, (report[WindowMetrics.BrierReliability] - report[WindowMetrics.BrierResolution] + report[WindowMetrics.BrierUncertainty] + report[WindowMetrics.BrierRemainder])!.Value, Tight);
        Assert.Equal(AdaptiveError.Expected(_b)!.Value, report[WindowMetrics.EceEqualMass]!.Value, Tight);
        Assert.Equal(AdaptiveError.Sweep(_b)!.Value.Error, report[WindowMetrics.EceSweep]!.Value, Tight);
        Assert.Equal(report.Ece!.Value, report[WindowMetrics.EcePostStratified]!.Value, Tight);
        Assert.Equal(LargestGaps.Significant(_b)!.Value, report[WindowMetrics.SignificantMce]!.Value, Tight);
        Assert.Equal(HosmerLemeshow.EqualMass(_b)?.PValue, report[WindowMetrics.HosmerLemeshowP]);
        var noise = NoiseFloor.Of(_b)!.Value;
        Assert.Equal((report.Ece.Value - noise.Mean) / noise.Deviation, report[WindowMetrics.EceZ]!.Value, 1e-10);
        Assert.Equal(0, report[WindowMetrics.Clipped]);
    }
}

using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

/// <summary>Numbers that others computed from the same pairs: torchmetrics, netcal, uncertainty-calibration, scikit-learn, SciPy.</summary>
public class GoldenTests
{
    private const double Tight = 1e-14;
    private readonly CalibrationSketch _a = Pairs.A.Sketch();
    private readonly CalibrationSketch _b = Pairs.B.Sketch();

    [Theory]
    [InlineData(5, .19666666666666668)]
    [InlineData(10, .30333333333333334)]
    [InlineData(15, .31666666666666665)]
    public void ECE_of_confidences_on_edges_follows_left_closed_bins(int bins, double expected) =>
        Assert.Equal(expected, CalibrationError.Expected(_a, bins)!.Value, Tight);

    [Theory]
    [InlineData(10, 0.0706514681008129)]
    [InlineData(15, 0.0815615591835362)]
    [InlineData(20, 0.0870878022813483)]
    public void ECE_equals_the_reference_libraries(int bins, double expected) =>
        Assert.Equal(expected, CalibrationError.Expected(_b, bins)!.Value, Tight);

    [Theory]
    [InlineData(10, 0.08474945896503816)]
    [InlineData(15, 0.09472561673794487)]
    public void RMSCE_equals_torchmetrics_l2(int bins, double expected) =>
        Assert.Equal(expected, CalibrationError.RootMeanSquare(_b, bins)!.Value, Tight);

    [Theory]
    [InlineData(10, 0.16196203201480838)]
    [InlineData(15, 0.1702384882077823)]
    public void MCE_equals_the_reference_libraries(int bins, double expected) =>
        Assert.Equal(expected, CalibrationError.Maximum(_b, bins)!.Value, Tight);

    [Theory]
    [InlineData(10, 0.07686394443819887)]
    [InlineData(15, 0.08425799239370672)]
    public void Debiased_L2_error_equals_uncertainty_calibration(int bins, double expected) =>
        Assert.Equal(expected, Math.Sqrt(CalibrationError.DebiasedSquared(_b, bins)!.Value), Tight);

    /// <summary>The prototype takes the normal law in bins of twenty predictions and more; here those with few outcomes of a kind are exact too.</summary>
    [Fact]
    public void The_noise_floor_is_the_prototype_s_but_for_bins_with_few_outcomes_of_a_kind() =>
        Assert.Equal(0.03140851848851404, NoiseFloor.Of(_b, 10)!.Value.Mean, 3e-5);

    [Fact]
    public void Sums_and_scores_equal_the_references()
    {
        Assert.Equal(0.7415648787718233, Pairs.B[0].P);
        Assert.Equal(1000, _b.Labeled);
        Assert.Equal(502, _b.Positives);
        Assert.Equal(501.8721727945078, _b.SumConfidence, 1e-12);
        Assert.Equal(.12778998142261047, Scores.Brier(_b)!.Value, Tight);
        Assert.Equal(.4036635390425661, Scores.LogLoss(_b)!.Value, Tight);
        Assert.Equal(-6.281767750937162, Scores.SpiegelhalterZ(_b)!.Value, 1e-12);
    }

    [Fact]
    public void The_report_holds_the_same_numbers()
    {
        var report = _b.Report(View.Binary);
        Assert.Equal(0.0815615591835362, report.Ece!.Value, Tight);
        Assert.Equal(0.0706514681008129, report[WindowMetrics.Ece10]!.Value, Tight);
        Assert.Equal(0.1702384882077823, report.Mce!.Value, Tight);
        Assert.Equal(0.09472561673794487, report[WindowMetrics.Rmsce]!.Value, Tight);
        Assert.Equal(.12778998142261047, report.Brier!.Value, Tight);
        Assert.Equal(.502, report.BaseRate!.Value, Tight);
        Assert.Equal(Batch.Accuracy(Pairs.B), report[WindowMetrics.Accuracy]!.Value, Tight);
        Assert.Equal(.502, _b.Report(View.TopLabel)[WindowMetrics.Accuracy]!.Value, Tight);
        Assert.Equal(1, report.Coverage);
    }
}

using DriftWatch.Core.Series;
using static DriftWatch.Core.Calibration.MetricUnit;

namespace DriftWatch.Core.Calibration;

/// <summary>The catalogue of calibration metrics: a row says all that is said of one. Unless a name says otherwise, over 15 equal-width bins.</summary>
/// <remarks>A further metric is a row here and the file of its formula. The order is that of the JSON; rows are only ever added.</remarks>
public static class WindowMetrics
{
    private static readonly List<WindowMetric> Rows = [];

    public static readonly WindowMetric Ece = Row("ece", "ECE", "Expected calibration error, 15 equal-width bins.",
        (in m) => m.Ece, m => m with { Family = "ece_ratio", OfParts = true, Column = 9 });

    public static readonly WindowMetric Ece10 = Row("ece10", "ECE, 10 bins", "Expected calibration error, 10 equal-width bins.",
        (in m) => CalibrationError.Expected(m.Fewer, m.Weight));

    public static readonly WindowMetric EceNull = Row("eceNull", "noise floor", "ECE that a perfectly calibrated model would show on average with these confidences: the noise floor.",
        (in m) => m.Noise.Mean, m => m with { Family = "ece_null_ratio", OfParts = true, Column = 7 });

    public static readonly WindowMetric EceExcess = Row("eceExcess", "excess", "ECE above its noise floor; 0 where it is below.",
        (in m) => Math.Max(0, m.Ece - m.Noise.Mean), m => m with { Family = "ece_excess_ratio" });

    public static readonly WindowMetric EceLower = Row("eceLower", "ECE, lower bound", "Bounds of the 95 % interval of the ECE, which holds at zero and away from it.",
        (in m) => m.EceInterval.Lower, m => m with { Family = "ece_bound_ratio", Tag = ("bound", "lower") });

    public static readonly WindowMetric EceUpper = Row("eceUpper", "ECE, upper bound", EceLower.Meaning,
        (in m) => m.EceInterval.Upper, m => m with { Family = "ece_bound_ratio", Tag = ("bound", "upper") });

    public static readonly WindowMetric Mce = Row("mce", "MCE", "Largest absolute gap of a bin with at least 30 labeled predictions.",
        (in m) => CalibrationError.Maximum(m.Cells, CalibrationError.DefaultMinCount), m => m with { Family = "mce_ratio" });

    public static readonly WindowMetric Gap = Row("gap", "gap", "Mean confidence minus base rate; above 0 the claims are too high.",
        (in m) => Scores.Gap(m.Sketch), m => m with { Unit = Difference, Family = "gap_ratio", OfParts = true, Column = 8 });

    public static readonly WindowMetric GapLower = Row("gapLower", "gap, lower bound", "Bounds of the 95 % interval of the gap, for rare events too.",
        (in m) => m.GapInterval.Lower, m => m with { Unit = Difference, Family = "gap_bound_ratio", Tag = ("bound", "lower") });

    public static readonly WindowMetric GapUpper = Row("gapUpper", "gap, upper bound", GapLower.Meaning, (in m) => m.GapInterval.Upper, m => m with { Unit = Difference, Family = "gap_bound_ratio", Tag = ("bound", "upper") });

    public static readonly WindowMetric Rmsce = Row("rmsce", "RMSCE", "Quadratic mean of the bins' gaps, weighted by labeled predictions.",
        (in m) => CalibrationError.RootMeanSquare(m.Cells, m.Weight));

    public static readonly WindowMetric EceEqualMass = Row("eceEqualMass", "adaptive ECE", "ECE over 15 bins of equally many labeled predictions.",
        (in m) => AdaptiveError.Expected(m.Fine, m.Weight, ReliabilityDiagram.DefaultBins), m => m with { Family = "adaptive_ece_ratio" });

    /// <summary>Of a model version whose class views are kept; <c>Monitoring</c> puts it in, since it is of several series.</summary>
    public static readonly WindowMetric ClasswiseEce = Row("classwiseEce", "class-wise ECE", "Mean over all watched classes of the ECE of one class against the rest.",
        (in _) => null, m => m with { Family = "classwise_ece_ratio" });

    public static readonly WindowMetric BrierReliability = Row("brierReliability", "Brier: reliability", "Murphy's part of the Brier score that is miscalibration: the mean squared gap of the bins.", (in m) => m.Brier.Reliability);

    public static readonly WindowMetric BrierResolution = Row("brierResolution", "Brier: resolution", "Murphy's part of the Brier score that is told apart: mean squared distance of the bins' observed frequencies from the base rate; higher is better.", (in m) => m.Brier.Resolution);

    public static readonly WindowMetric BrierUncertainty = Row("brierUncertainty", "Brier: uncertainty", "Murphy's part of the Brier score that no model changes: base rate × (1 − base rate).", (in m) => m.Brier.Uncertainty);

    public static readonly WindowMetric SpiegelhalterZ = Row("spiegelhalterZ", "Spiegelhalter's Z", "Standard normal if the model is calibrated.", (in m) => Scores.SpiegelhalterZ(m.Sketch), m => m with { Unit = Score });

    public static readonly WindowMetric HosmerLemeshow = Row("hosmerLemeshow", "Hosmer-Lemeshow chi-square", "Hosmer and Lemeshow's statistic over ten groups of about equally many labeled predictions.",
        (in m) => m.HosmerLemeshow?.ChiSquare, m => m with { Unit = Score });

    public static readonly WindowMetric DebiasedL2 = Row("debiasedL2", "debiased L2", "Root of the mean squared gap less what noise adds to it; 0 where that is below zero.",
        (in m) => Math.Sqrt(Math.Max(0, CalibrationError.DebiasedSquared(m.Cells, m.Weight))));

    public static readonly WindowMetric Brier = Row("brier", "Brier score", "Mean squared error of the predicted probabilities.",
        (in m) => Scores.Brier(m.Sketch), m => m with { Unit = Score, Family = "brier_score" });

    public static readonly WindowMetric LogLoss = Row("logLoss", "log loss", "Mean log loss in nats, each at most 36.04.", (in m) => Scores.LogLoss(m.Sketch), m => m with { Unit = Score });

    public static readonly WindowMetric Accuracy = Row("accuracy", "accuracy", "Share of right predictions: at threshold 0.5 for a binary view, of the top class otherwise.",
        (in m) => m.View.OutcomeIsRightness() ? Scores.BaseRate(m.Sketch) : Scores.Right(m.Fewer) / m.Weight);

    public static readonly WindowMetric Auroc = Row("auroc", "AUROC", "Share of (positive, negative) pairs that the probabilities put in order, ties half; in a top-label view, of being right.",
        (in m) => m.Discrimination?.Auroc, m => m with { Family = "auroc_ratio", Column = 2 });

    public static readonly WindowMetric BaseRate = Row("baseRate", "base rate", "Share of outcomes that came true.", (in m) => Scores.BaseRate(m.Sketch), m => m with { Column = 3 });

    public static readonly WindowMetric MeanProbability = Row("meanProbability", "mean confidence", "Mean confidence of the labeled predictions.", (in m) => Scores.MeanConfidence(m.Sketch), m => m with { Column = 3 });

    public static readonly WindowMetric Coverage = Row("coverage", "coverage", "Share of the window's predictions that have their label; of those whose label is asked for by chance, of the labels expected.",
        (in m) => Scores.Coverage(m.Sketch), m => m with { Family = "window_coverage_ratio", OfFew = true });

    public static readonly WindowMetric EceZ = Row("eceZ", "distance from noise", "(ECE − noise floor) ÷ standard deviation of a calibrated model's ECE.", (in m) => m.Noise.Z(m.Ece), m => m with { Unit = Score });

    public static readonly WindowMetric DebiasedEce = Row("debiasedEce", "debiased ECE", "ECE less an estimate of what noise adds to it; can be below zero.",
        (in m) => CalibrationError.Debiased(m.Cells, m.Weight), m => m with { Unit = Difference });

    public static readonly WindowMetric EceSweep = Row("eceSweep", "ECE_sweep", "ECE over as many equal-mass bins as keep observed frequencies in order.", (in m) => AdaptiveError.Sweep(m.Fine, m.Weight).Error);

    public static readonly WindowMetric EcePostStratified = Row("ecePostStratified", "post-stratified ECE", "ECE with bins weighted by all predictions, labeled or not.", (in m) => CalibrationError.PostStratified(m.Cells));

    public static readonly WindowMetric AverageGap = Row("ace", "ACE", "Unweighted mean of the bins' absolute gaps (netcal's ACE).", (in m) => LargestGaps.Average(m.Cells));

    public static readonly WindowMetric SignificantMce = Row("significantMce", "significant MCE", "How far the worst bin's gap surely is from 0, all bins considered; 0 where noise explains them all.",
        (in m) => LargestGaps.Significant(m.Cells), m => m with { Family = "significant_mce_ratio" });

    public static readonly WindowMetric BrierRemainder = Row("brierRemainder", "Brier: remainder", "What goes on inside the bins; with it, Murphy's parts add up to the Brier score.", (in m) => m.Brier.Remainder, m => m with { Unit = Difference });

    public static readonly WindowMetric AurocLower = Row("aurocLower", "AUROC, lower bound", "Bounds that the fine bins leave for the AUROC: the exact one lies between.",
        (in m) => m.Discrimination?.Lower, m => m with { Family = "auroc_bound_ratio", Tag = ("bound", "lower") });

    public static readonly WindowMetric AurocUpper = Row("aurocUpper", "AUROC, upper bound", AurocLower.Meaning, (in m) => m.Discrimination?.Upper, m => m with { Family = "auroc_bound_ratio", Tag = ("bound", "upper") });

    public static readonly WindowMetric HosmerLemeshowDegrees = Row("hosmerLemeshowDegrees", "Hosmer-Lemeshow degrees of freedom", "As many as groups: the model was not fitted to these outcomes.",
        (in m) => m.HosmerLemeshow?.Degrees, m => m with { Unit = Count });

    public static readonly WindowMetric HosmerLemeshowP = Row("hosmerLemeshowP", "Hosmer-Lemeshow p", "Probability that a calibrated model shows as much or more.", (in m) => m.HosmerLemeshow?.PValue);

    public static readonly WindowMetric Clipped = Row("clipped", "clipped", "Labeled predictions whose log loss was cut at 36.04 nats.", (in m) => m.Sketch.Clipped, m => m with { Unit = Count });

    public static readonly WindowMetric EffectiveN = Row("effectiveN", "effective labels", "As how many labels of equal weight the labeled predictions tell: (Σw)² ÷ Σw², w = 1 ÷ the probability with which each was asked for; their number where every label is asked for.",
        (in m) => m.Sketch.EffectiveN, m => m with { Unit = Count, Family = "window_effective_labels" });

    /// <summary>All, in the order of the JSON.</summary>
    public static IReadOnlyList<WindowMetric> All => Rows;

    private static WindowMetric Row(string name, string title, string meaning, WindowMetric.Formula of, Func<WindowMetric, WindowMetric>? more = null)
    {
        var row = new WindowMetric(name, title, meaning, of) { Place = Rows.Count };
        Rows.Add(more?.Invoke(row) ?? row);
        return Rows[^1];
    }
}

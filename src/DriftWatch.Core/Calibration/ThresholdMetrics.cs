using static DriftWatch.Core.Calibration.MetricUnit;

namespace DriftWatch.Core.Calibration;

/// <summary>The catalogue of metrics at a threshold. The order is that of the JSON; rows are only ever added.</summary>
/// <remarks>
/// Those of a decision "positive from the threshold on" are null in views whose outcome is whether the claim was right (top-label, folded, predicted class):
/// there, nothing is decided by a threshold. Class views (one class against the rest) have them.
/// </remarks>
public static class ThresholdMetrics
{
    /// <summary>All, in the order of the JSON.</summary>
    public static readonly IReadOnlyList<ThresholdMetric> All =
    [
        new("n", "labeled", "Labeled predictions with at least that confidence.", t => t.Above.Labeled) { Unit = Count },
        new("claimed", "claimed", "Their mean confidence.", t => Number(t.Above.WeightedMean)),
        new("observed", "observed", "Share of them that came true.", t => Number(t.Above.WeightedFrequency)),
        new("lower", "lower bound", "Lower end of Wilson's 95 % interval for the observed share.", t => t.ObservedInterval?.Lower),
        new("upper", "upper bound", "Its upper end.", t => t.ObservedInterval?.Upper),
        Confusion("truePositives", "true positives", "true_positive", t => t.TruePositives),
        Confusion("falsePositives", "false positives", "false_positive", t => t.FalsePositives),
        Confusion("falseNegatives", "false negatives", "false_negative", t => t.FalseNegatives),
        Confusion("trueNegatives", "true negatives", "true_negative", t => t.TrueNegatives),
        new("precision", "precision", "Share of the predictions called positive at the threshold that are.", t => Share(t.TruePositives, t.TruePositives + t.FalsePositives)) { Family = "precision_ratio" },
        new("recall", "recall", "Share of the positives that the threshold calls positive: the true positive rate, sensitivity.", t => Share(t.TruePositives, t.TruePositives + t.FalseNegatives)) { Family = "recall_ratio" },
        new("specificity", "specificity", "Share of the negatives that the threshold calls negative: the true negative rate.", t => Share(t.TrueNegatives, t.TrueNegatives + t.FalsePositives)) { Family = "specificity_ratio" },
        new("f1", "F1", "Harmonic mean of precision and recall at the threshold.", t => Share(2 * t.TruePositives, (2 * t.TruePositives) + t.FalsePositives + t.FalseNegatives)) { Family = "f1_ratio" },
    ];

    private static ThresholdMetric Confusion(string name, string title, string cell, Func<ThresholdReliability, double?> of) =>
        new(name, title, "Labeled predictions by the confusion matrix of the threshold.", of) { Unit = Count, Family = "confusion_predictions", Tag = ("cell", cell) };

    private static double? Share(double? part, double? whole) => whole > 0 ? part / whole : null;

    private static double? Number(double value) => double.IsNaN(value) ? null : value;
}

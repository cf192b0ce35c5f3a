using DriftWatch.Core.Calibration;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Windowing;

/// <summary>An immutable picture of one window of one series.</summary>
/// <param name="Start">First moment of prediction time that it covers.</param>
/// <param name="End">First moment after it.</param>
/// <param name="Mature">Whether the watermark has passed its end by the maturity age: labels are in as far as they are waited for.</param>
/// <param name="Predictions">Predictions accepted, labeled or not.</param>
/// <param name="Labeled">Labeled predictions.</param>
/// <param name="Positives">Outcomes that came true.</param>
/// <param name="SumConfidence">Sum of the confidences of labeled predictions.</param>
/// <param name="Metrics">Functions of the window's sketch.</param>
/// <param name="Bins">The reliability diagram, 15 equal-width bins, empty ones too.</param>
public sealed record WindowSnapshot(
    EventTime Start,
    EventTime End,
    bool Mature,
    long Predictions,
    long Labeled,
    long Positives,
    double SumConfidence,
    CalibrationReport Metrics,
    IReadOnlyList<ReliabilityBin> Bins)
{
    /// <summary>What was claimed and what came true from each configured threshold on, ascending.</summary>
    public IReadOnlyList<ThresholdReliability> Thresholds { get; init; } = [];
}

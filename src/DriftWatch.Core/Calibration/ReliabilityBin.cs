namespace DriftWatch.Core.Calibration;

/// <summary>One bin of a reliability diagram.</summary>
/// <param name="Lower">Lower edge, inside the bin.</param>
/// <param name="Upper">Upper edge, outside the bin but for the last.</param>
/// <param name="Count">Labeled predictions whose confidence lies in the bin.</param>
/// <param name="Positives">Those whose outcome came true.</param>
/// <param name="SumConfidence">Sum of their confidences.</param>
public readonly record struct ReliabilityBin(double Lower, double Upper, long Count, long Positives, double SumConfidence);

namespace DriftWatch.Core.Windowing;

/// <summary>Cumulative sums of one exported bin.</summary>
/// <param name="Upper">Its upper edge.</param>
/// <param name="Count">Labeled predictions.</param>
/// <param name="SumConfidence">Sum of their confidences.</param>
/// <param name="Positives">Outcomes that came true.</param>
/// <param name="SumVariance">Sum of p(1 − p): the variance that the positives would have if the model were calibrated.</param>
public readonly record struct BinCounter(double Upper, long Count, double SumConfidence, long Positives, double SumVariance);

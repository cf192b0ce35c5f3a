namespace DriftWatch.Core.Calibration;

/// <summary>What a sketch knows of one bin, fine or coarse.</summary>
/// <param name="Predictions">Predictions, labeled or not (m).</param>
/// <param name="Labeled">Labeled predictions (n).</param>
/// <param name="Positives">Those whose outcome came true (c).</param>
/// <param name="SumConfidence">Sum of the confidences of the labeled ones (S), in units of 2⁻⁶³.</param>
public readonly record struct SketchCell(long Predictions, long Labeled, long Positives, UInt128 SumConfidence)
{
    /// <summary>Mean confidence of the labeled predictions; NaN without any.</summary>
    public double MeanConfidence => FixedPoint.ToDouble(SumConfidence) / Labeled;

    /// <summary>Share of outcomes that came true; NaN without labeled predictions.</summary>
    public double ObservedFrequency => (double)Positives / Labeled;

    /// <summary>Mean confidence − observed frequency: positive where the claims are too high. NaN without labeled predictions.</summary>
    public double Gap => (FixedPoint.ToDouble(SumConfidence) - Positives) / Labeled;

    /// <summary>|S − c| in units of 2⁻⁶³, exactly: the bin's share of the ECE, times all labeled predictions.</summary>
    internal UInt128 Distance => FixedPoint.Distance(SumConfidence, Positives);

    /// <summary>Whether <paramref name="part"/> can be a part of this.</summary>
    internal bool Contains(SketchCell part) =>
        part.Predictions <= Predictions
        && part.Positives <= Positives
        && part.Labeled - part.Positives <= Labeled - Positives
        && part.SumConfidence <= SumConfidence;

    public static SketchCell operator +(SketchCell left, SketchCell right) => new(
        left.Predictions + right.Predictions,
        left.Labeled + right.Labeled,
        left.Positives + right.Positives,
        left.SumConfidence + right.SumConfidence);

    public static SketchCell operator -(SketchCell left, SketchCell right) => new(
        left.Predictions - right.Predictions,
        left.Labeled - right.Labeled,
        left.Positives - right.Positives,
        left.SumConfidence - right.SumConfidence);
}

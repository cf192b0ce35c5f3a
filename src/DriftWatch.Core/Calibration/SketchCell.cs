namespace DriftWatch.Core.Calibration;

/// <summary>What a sketch knows of one bin, fine or coarse.</summary>
/// <param name="Predictions">Predictions, labeled or not (m).</param>
/// <param name="Labeled">Labeled predictions (n).</param>
/// <param name="Positives">Those whose outcome came true (c).</param>
/// <param name="SumConfidence">Sum of the confidences of the labeled ones (S), in units of 2⁻⁶³.</param>
/// <param name="Extra">By how much the labeled ones count for more, where labels were asked for by chance.</param>
public readonly record struct SketchCell(long Predictions, long Labeled, long Positives, UInt128 SumConfidence, ExtraWeight Extra = default)
{
    /// <summary>For how many predictions the labeled ones stand (Σw): as many as they are, unless labels were asked for by chance.</summary>
    public double Weight => Labeled + Extra.SumWeight;

    /// <summary>Σw².</summary>
    public double SquaredWeight => Labeled + Extra.SumSquares;

    /// <summary>As how many labels of equal weight they tell of a mean: (Σw)² ÷ Σw².</summary>
    public double Effective => Extra.IsNone ? Labeled : Weight * Weight / SquaredWeight;

    public double WeightedPositives => Positives + Extra.SumPositives;

    public double WeightedConfidence => FixedPoint.ToDouble(SumConfidence + Extra.Confidence);

    /// <summary>Mean confidence of the predictions for which the labeled ones stand; NaN without any.</summary>
    public double WeightedMean => WeightedConfidence / Weight;

    /// <summary>Share of them that came true; NaN without any.</summary>
    public double WeightedFrequency => WeightedPositives / Weight;

    /// <summary>As many as came true of <see cref="Effective"/> ones.</summary>
    public double EffectivePositives => Extra.IsNone ? Positives : WeightedFrequency * Effective;

    /// <summary>Mean confidence of the labeled predictions; NaN without any.</summary>
    public double MeanConfidence => FixedPoint.ToDouble(SumConfidence) / Labeled;

    /// <summary>Share of outcomes that came true; NaN without labeled predictions.</summary>
    public double ObservedFrequency => (double)Positives / Labeled;

    /// <summary>Mean confidence − observed frequency: positive where the claims are too high. NaN without labeled predictions.</summary>
    public double Gap => (FixedPoint.ToDouble(SumConfidence) - Positives) / Labeled;

    /// <summary>|Σw p − Σw y| in units of 2⁻⁶³, exactly: the bin's share of the ECE, times the weight of all labeled predictions.</summary>
    internal UInt128 Distance => FixedPoint.Distance(SumConfidence + Extra.Confidence, ((UInt128)(ulong)Positives << FixedPoint.FractionBits) + Extra.ExactPositives);

    /// <summary>Whether <paramref name="part"/> can be a part of this.</summary>
    internal bool Contains(SketchCell part) =>
        part.Predictions <= Predictions
        && part.Positives <= Positives
        && part.Labeled - part.Positives <= Labeled - Positives
        && part.SumConfidence <= SumConfidence
        && Extra.Contains(part.Extra);

    public static SketchCell operator +(SketchCell left, SketchCell right) => new(
        left.Predictions + right.Predictions,
        left.Labeled + right.Labeled,
        left.Positives + right.Positives,
        left.SumConfidence + right.SumConfidence,
        left.Extra + right.Extra);

    public static SketchCell operator -(SketchCell left, SketchCell right) => new(
        left.Predictions - right.Predictions,
        left.Labeled - right.Labeled,
        left.Positives - right.Positives,
        left.SumConfidence - right.SumConfidence,
        left.Extra - right.Extra);
}

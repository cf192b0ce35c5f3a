using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Calibration;

/// <summary>By how much labeled predictions count for more than one each, where labels are asked for by chance: w = 1 ÷ the probability. Nothing for a label of weight 1.</summary>
/// <param name="Weight">Σ(w − 1), in units of 2⁻²³.</param>
/// <param name="Positives">The same of those that came true.</param>
/// <param name="Confidence">Σ(w − 1) p, in units of 2⁻⁶³.</param>
/// <param name="Squares">Σ(w² − 1), in units of 2⁻⁴⁶.</param>
public readonly record struct ExtraWeight(UInt128 Weight, UInt128 Positives, UInt128 Confidence, UInt128 Squares)
{
    private const double WeightScale = 1 << SamplingWeight.FractionBits;

    internal ExtraWeight(in Contribution one)
        : this(one.Excess, one.Positive ? one.Excess : 0, one.ExcessConfidence, one.ExcessSquare)
    {
    }

    public bool IsNone => Weight == 0;

    /// <summary>Σ(w − 1).</summary>
    public double SumWeight => (double)Weight / WeightScale;

    /// <summary>Σ(w − 1) y.</summary>
    public double SumPositives => (double)Positives / WeightScale;

    /// <summary>Σ(w² − 1).</summary>
    public double SumSquares => (double)Squares / (WeightScale * WeightScale);

    /// <summary>Σ(w − 1) y in units of 2⁻⁶³.</summary>
    internal UInt128 ExactPositives => Positives << (FixedPoint.FractionBits - SamplingWeight.FractionBits);

    internal bool Contains(in ExtraWeight part) => part.Weight <= Weight && part.Positives <= Positives && part.Confidence <= Confidence && part.Squares <= Squares;

    public static ExtraWeight operator +(ExtraWeight left, ExtraWeight right) =>
        new(left.Weight + right.Weight, left.Positives + right.Positives, left.Confidence + right.Confidence, left.Squares + right.Squares);

    public static ExtraWeight operator -(ExtraWeight left, ExtraWeight right) =>
        new(left.Weight - right.Weight, left.Positives - right.Positives, left.Confidence - right.Confidence, left.Squares - right.Squares);

    internal static ExtraWeight Exchange(StateExchange state, ExtraWeight extra)
    {
        var (weight, positives, confidence, squares) = extra;
        state.Exchange(ref weight);
        state.Exchange(ref positives);
        state.Exchange(ref confidence);
        state.Exchange(ref squares);
        return new(weight, positives, confidence, squares);
    }
}

using System.Runtime.Intrinsics;
using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Labeled predictions of a fine bin with the same outcome, each of which stands for w ≥ 1 predictions, by what a sketch knows of their weights.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Extra">Σ(w − 1).</param>
/// <param name="Squares">Σ(w − 1)², or more.</param>
internal readonly record struct WeightedOutcomes(double Count, double Extra, double Squares)
{
    // A weight is a float: 1 ÷ it may be below the probability that was stated by so much.
    private const double RoundedDown = 1 - (1.0 / (1 << 23));

    /// <summary>Those of a bin that came true, and those that did not.</summary>
    /// <remarks>
    /// A sketch has Σ(w − 1)² of both together. What the others have of it is at least their Σ(w − 1), squared, by their number (Cauchy): the rest is left for these, and never more than if one of them stood for all. Exact where
    /// the others have one weight, or there is one of these.
    /// </remarks>
    public static (WeightedOutcomes Positives, WeightedOutcomes Negatives) Of(in SketchCell cell)
    {
        double positives = cell.Positives, negatives = cell.Labeled - cell.Positives;
        if (cell.Extra.IsNone) return (new(positives, 0, 0), new(negatives, 0, 0));
        double ofPositives = cell.Extra.SumPositives, ofNegatives = Math.Max(0, cell.Extra.SumWeight - ofPositives);
        double squares = cell.Extra.SumSquares - (2 * cell.Extra.SumWeight);
        return (One(positives, ofPositives, negatives, ofNegatives), One(negatives, ofNegatives, positives, ofPositives));

        WeightedOutcomes One(double count, double extra, double others, double ofOthers)
        {
            if (extra <= 0 || count <= 0) return new(count, 0, 0);
            double left = others > 0 ? squares - (ofOthers * ofOthers / others) : squares;
            return new(count, extra, Math.Clamp(left, extra * extra / count, extra * extra));
        }
    }

    /// <summary>Σ ln(1 + stake · w), or less.</summary>
    /// <remarks>
    /// The least that number, sum and squares allow: of some weights at 1 and the others at one and the same, since the quadratic that meets ln(1 + stake · w) at 1 and touches it there lies below it for all w ≥ 1 (its third derivative is
    /// positive). With all weights alike it is exact.
    /// </remarks>
    public Vector256<double> Gain(Vector256<double> stakes)
    {
        if (Count == 0) return Vector256<double>.Zero;
        if (Extra == 0) return Vector256.Log(Vector256<double>.One + stakes) * Count;
        stakes *= RoundedDown;
        double heavy = Math.Min(Count, Extra * Extra / Squares), weight = 1 + (Squares / Extra);
        var gain = Vector256.Log(Vector256<double>.One + (stakes * weight)) * heavy;
        return heavy < Count ? gain + (Vector256.Log(Vector256<double>.One + stakes) * (Count - heavy)) : gain;
    }
}

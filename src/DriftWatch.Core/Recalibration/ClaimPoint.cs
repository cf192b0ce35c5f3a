namespace DriftWatch.Core.Recalibration;

/// <summary>All outcomes of one claim.</summary>
/// <param name="Claim">In [0, 1].</param>
/// <param name="Positive">Weight of those that came true.</param>
/// <param name="Negative">Weight of those that did not.</param>
/// <param name="Squares">Sum of squared weights: what tells how many labeled predictions it is worth.</param>
/// <param name="Count">Labeled predictions.</param>
public readonly record struct ClaimPoint(double Claim, double Positive, double Negative, double Squares, long Count)
{
    public double Weight => Positive + Negative;

    public static ClaimPoint operator +(ClaimPoint left, ClaimPoint right) => new(
        left.Claim, left.Positive + right.Positive, left.Negative + right.Negative, left.Squares + right.Squares, left.Count + right.Count);
}

using DriftWatch.Core.State;

namespace DriftWatch.Core.Calibration;

/// <summary>What a bin knows of predictions that said that their label comes with a probability below 1: most of these labels were never asked for.</summary>
/// <param name="Predictions">How many there are.</param>
/// <param name="Labeled">How many of them are labeled.</param>
/// <param name="Positives">How many of these came true.</param>
/// <param name="SumConfidence">Sum of the confidences of the labeled ones, in units of 2⁻⁶³.</param>
/// <param name="ExactExpected">Sum of the probabilities of all, in units of 2⁻⁶³.</param>
/// <param name="ExactExpectedConfidence">Sum of probability times confidence, in the same.</param>
public readonly record struct AnnouncedCell(long Predictions, long Labeled, long Positives, UInt128 SumConfidence, UInt128 ExactExpected, UInt128 ExactExpectedConfidence)
{
    internal AnnouncedCell(in Claim one)
        : this(1, 0, 0, 0, one.Chance, one.ChanceOfClaim)
    {
    }

    internal AnnouncedCell(in Contribution one)
        : this(0, 1, one.Positive ? 1 : 0, one.Confidence, 0, 0)
    {
    }

    /// <summary>How many labels were expected.</summary>
    public double Expected => FixedPoint.ToDouble(ExactExpected);

    /// <summary>How many of them should come true.</summary>
    public double ExpectedConfidence => FixedPoint.ToDouble(ExactExpectedConfidence);

    public static AnnouncedCell operator +(AnnouncedCell left, AnnouncedCell right) => new(
        left.Predictions + right.Predictions, left.Labeled + right.Labeled, left.Positives + right.Positives,
        left.SumConfidence + right.SumConfidence, left.ExactExpected + right.ExactExpected, left.ExactExpectedConfidence + right.ExactExpectedConfidence);

    public static AnnouncedCell operator -(AnnouncedCell left, AnnouncedCell right) => new(
        left.Predictions - right.Predictions, left.Labeled - right.Labeled, left.Positives - right.Positives,
        left.SumConfidence - right.SumConfidence, left.ExactExpected - right.ExactExpected, left.ExactExpectedConfidence - right.ExactExpectedConfidence);

    internal static AnnouncedCell Exchange(StateExchange state, AnnouncedCell cell)
    {
        var (predictions, labeled, positives, sum, expected, expectedConfidence) = cell;
        state.Exchange(ref predictions);
        state.Exchange(ref labeled);
        state.Exchange(ref positives);
        state.Exchange(ref sum);
        state.Exchange(ref expected);
        state.Exchange(ref expectedConfidence);
        return new(predictions, labeled, positives, sum, expected, expectedConfidence);
    }
}

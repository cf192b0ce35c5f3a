using System.Globalization;
using DriftWatch.Core.Input.Json;

namespace DriftWatch.Core.Input;

/// <summary>What a producer sends in the place of a probability.</summary>
public enum ProbabilityTransform : byte
{
    /// <summary>The probability itself.</summary>
    None,

    /// <summary>Its natural logarithm, as language models give it.</summary>
    Exp,

    /// <summary>A logit: what a logistic function makes a probability.</summary>
    Sigmoid,

    /// <summary>A number from 0 to 100.</summary>
    Percent,

    /// <summary>The probability of the opposite.</summary>
    OneMinus,
}

/// <summary>Makes probabilities of what is sent in their place.</summary>
/// <remarks>
/// <c>percent</c> and <c>one-minus</c> of a decimal are the double nearest to the decimal that comes out: 93.7 is 0.937, and 1 − 0.9 is 0.1. <c>exp</c> and <c>sigmoid</c> are this machine's own exponential function.
/// </remarks>
public static class ProbabilityTransforms
{
    /// <summary>How each is configured.</summary>
    public static readonly IReadOnlyList<(string Word, ProbabilityTransform Transform)> Words =
        [("none", ProbabilityTransform.None), ("exp", ProbabilityTransform.Exp), ("sigmoid", ProbabilityTransform.Sigmoid), ("percent", ProbabilityTransform.Percent), ("one-minus", ProbabilityTransform.OneMinus)];

    /// <summary>Digits that a decimal has at most, so that it is exact as <see cref="decimal"/>.</summary>
    private const int ExactLength = 28;

    /// <summary>What is expected in the place of a probability, for messages.</summary>
    public static string Expected(this ProbabilityTransform transform) => transform switch
    {
        ProbabilityTransform.None => "a number from 0 to 1",
        ProbabilityTransform.Exp => "a log probability: a number of at most 0 (transform exp)",
        ProbabilityTransform.Sigmoid => "a logit: a finite number (transform sigmoid)",
        ProbabilityTransform.Percent => "a number from 0 to 100 (transform percent)",
        ProbabilityTransform.OneMinus => "a number from 0 to 1 (transform one-minus)",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Whether a number is not merely a probability that was rounded badly, but something else.</summary>
    internal static bool IsOfOtherKind(double number) => number is < -0.01 or > 1.01;

    /// <summary>The probability of a number that has no text; outside 0 to 1, or NaN, where there is none.</summary>
    public static double Of(this ProbabilityTransform transform, double number) => transform switch
    {
        ProbabilityTransform.None => number,
        ProbabilityTransform.Exp => Math.Exp(number),
        ProbabilityTransform.Sigmoid => double.IsFinite(number) ? Sigmoid(number) : double.NaN,
        ProbabilityTransform.Percent => number / 100,
        ProbabilityTransform.OneMinus => 1 - number,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The probability of a number as it is written.</summary>
    /// <param name="transform">What the number is.</param>
    /// <param name="text">The number's text.</param>
    /// <param name="number">The number.</param>
    internal static double Of(this ProbabilityTransform transform, ReadOnlySpan<byte> text, double number)
    {
        if (transform is not (ProbabilityTransform.Percent or ProbabilityTransform.OneMinus) || text.Length > ExactLength) return transform.Of(number);
        // Decimals stay decimals until the end: binary fractions are cut once.
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal written)) return transform.Of(number);
        if (written == 0 && number != 0) return transform.Of(number); // too small for a decimal
        decimal probability = transform == ProbabilityTransform.Percent ? written / 100 : 1 - written;
        Span<byte> digits = stackalloc byte[40];
        return probability.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture) && NumberText.TryDouble(digits[..length], out double nearest) ? nearest : transform.Of(number);
    }

    // Of large logits either way the smaller exponential, which cannot overflow.
    private static double Sigmoid(double logit)
    {
        double small = Math.Exp(-Math.Abs(logit));
        return logit >= 0 ? 1 / (1 + small) : small / (1 + small);
    }
}

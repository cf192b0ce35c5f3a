using DriftWatch.Core.State;

namespace DriftWatch.Core.Series;

/// <summary>For how many predictions a labeled one stands: 1 ÷ the probability with which its label was asked for. Nothing said is 1.</summary>
/// <remarks>
/// Held as a 32-bit float: 20 for 0.05 and 100 for 0.01 are exact, others are within 6·10⁻⁸. At or above 1 every such number is a whole multiple of 2⁻²³, so that weights, their
/// squares and their products with claims add up as integers.
/// </remarks>
public readonly record struct SamplingWeight
{
    /// <summary>A smaller probability is refused: one label would stand for more than a million predictions.</summary>
    public const double LeastProbability = 1e-6;

    /// <summary>Binary digits after the point of any weight.</summary>
    internal const int FractionBits = 23;

    private readonly float _weight; // 0: nobody said

    private SamplingWeight(float weight) => _weight = weight;

    /// <summary>Whether a record said so, be it 1.</summary>
    public bool IsStated => _weight != 0;

    /// <summary>Whether it is more than the one prediction that it is of.</summary>
    public bool IsMore => _weight > 1;

    public double Value => IsStated ? _weight : 1;

    /// <summary>The probability that it was made of.</summary>
    public double Probability => 1 / Value;

    /// <summary>What exceeds 1, in units of 2⁻²³.</summary>
    internal ulong Excess => IsMore ? (ulong)((_weight - 1.0) * (1 << FractionBits)) : 0;

    /// <param name="probability">From <see cref="LeastProbability"/> to 1.</param>
    public static SamplingWeight Of(double probability) => new((float)(1 / probability));

    /// <summary>This, or the other one where nobody said this.</summary>
    public SamplingWeight Or(SamplingWeight other) => IsStated ? this : other;

    internal static SamplingWeight Exchange(StateExchange state, SamplingWeight weight)
    {
        float value = weight._weight;
        state.Exchange(ref value);
        if (value is not (0 or (>= 1 and <= 1.1e6f))) throw new StateFormatException($"{value} is no weight of a label.");
        return new(value);
    }
}

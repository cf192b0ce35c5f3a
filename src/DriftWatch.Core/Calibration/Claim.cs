using DriftWatch.Core.Series;

namespace DriftWatch.Core.Calibration;

/// <summary>What one prediction adds to a sketch before its outcome is known.</summary>
internal readonly struct Claim
{
    private const double RoundedUp = 1 + (1.0 / (1 << SamplingWeight.FractionBits));

    public readonly int Bin;

    /// <summary>Whether its label was said to come with a probability below 1.</summary>
    public readonly bool Announced;

    /// <summary>That probability, and its product with the claim.</summary>
    public readonly ulong Chance;
    public readonly ulong ChanceOfClaim;

    public Claim(Grid grid, double confidence, SamplingWeight weight = default)
    {
        Bin = grid.BinOf(confidence);
        Announced = weight.IsMore;
        if (!Announced) return;
        // Rounded up: what is bet on it must not expect fewer labels than were asked for.
        double chance = Math.Min(1, weight.Probability * RoundedUp);
        Chance = FixedPoint.FromUnit(chance);
        ChanceOfClaim = FixedPoint.FromUnit(chance * confidence);
    }
}

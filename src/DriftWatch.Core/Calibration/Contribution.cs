using DriftWatch.Core.Series;

namespace DriftWatch.Core.Calibration;

/// <summary>What one labeled prediction adds to a sketch. Computed once, added to pane, windows and total alike.</summary>
internal readonly struct Contribution
{
    /// <summary>The claim for what happened is never taken as less than this: one certain error costs 36 nats, not infinity.</summary>
    public const double LogLossClip = 1.0 / (1L << 52);

    public readonly int Bin;
    public readonly bool Positive;
    public readonly bool Clipped;
    public readonly ulong Confidence;
    public readonly ulong SquaredError;
    public readonly ulong Variance;
    public readonly ulong SquaredErrorVariance;
    public readonly ulong LogLoss;

    /// <summary>By how much it counts for more than one, in units of 2⁻²³; 0 nearly always.</summary>
    public readonly ulong Excess;

    /// <summary>Whether its prediction said that it would be labeled with a probability below 1.</summary>
    public readonly bool Announced;

    public Contribution(Grid grid, double confidence, bool outcome, LabelChoice choice = default)
    {
        Excess = choice.Weight.Excess;
        Announced = choice.Announced;
        double claim = outcome ? confidence : 1 - confidence;
        double miss = outcome ? 1 - confidence : confidence;
        double variance = confidence * (1 - confidence);
        double slope = 1 - (2 * confidence);
        Bin = grid.BinOf(confidence);
        Positive = outcome;
        Clipped = claim < LogLossClip;
        Confidence = FixedPoint.FromUnit(confidence);
        SquaredError = FixedPoint.FromUnit(miss * miss);
        Variance = FixedPoint.FromUnit(variance);
        SquaredErrorVariance = FixedPoint.FromUnit(slope * slope * variance);
        LogLoss = FixedPoint.FromLogLoss(-Logarithm.Of(Clipped ? LogLossClip : claim));
    }

    /// <summary>Whether it is more than one labeled prediction among others.</summary>
    public bool IsSampled => Excess != 0 || Announced;

    public UInt128 ExcessConfidence => Weighted(Confidence);

    public UInt128 ExcessSquaredError => Weighted(SquaredError);

    public UInt128 ExcessVariance => Weighted(Variance);

    public UInt128 ExcessLogLoss => Weighted(LogLoss);

    /// <summary>w² − 1, in units of 2⁻⁴⁶.</summary>
    public UInt128 ExcessSquare => ((UInt128)Excess * Excess) + ((UInt128)Excess << (SamplingWeight.FractionBits + 1));

    /// <summary>Of the variance of the squared error, times w².</summary>
    public UInt128 ExcessSquaredErrorVariance => ((ExcessSquare >> SamplingWeight.FractionBits) * SquaredErrorVariance) >> SamplingWeight.FractionBits;

    private UInt128 Weighted(ulong term) => ((UInt128)Excess * term) >> SamplingWeight.FractionBits;
}

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

    public Contribution(Grid grid, double confidence, bool outcome)
    {
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
        LogLoss = FixedPoint.FromLogLoss(-Math.Log(Clipped ? LogLossClip : claim));
    }
}

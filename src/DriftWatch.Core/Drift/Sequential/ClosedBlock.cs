using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>A block that is over: its mean residuals beyond the tolerance, and what earlier blocks say of their spread.</summary>
/// <param name="Start">When it starts.</param>
/// <param name="End">First moment after it.</param>
/// <param name="Labeled">Its labeled predictions.</param>
/// <param name="MeanClaim">Mean claim of its predictions.</param>
/// <param name="Shift">The mean residual.</param>
/// <param name="Slope">The residual weighted by how extreme claims are.</param>
internal readonly record struct ClosedBlock(EventTime Start, EventTime End, long Labeled, double MeanClaim, BlockGap Shift, BlockGap Slope)
{
    public BlockGap this[BlockFunctional functional] => functional == BlockFunctional.Shift ? Shift : Slope;
}

/// <summary>One functional of a block.</summary>
/// <param name="Up">Mean of y − p, missing labels counted as negative.</param>
/// <param name="Down">Mean of p − y, missing labels counted as positive.</param>
/// <param name="ToleratedUp">What of <paramref name="Up"/> the null allows.</param>
/// <param name="ToleratedDown">What of <paramref name="Down"/> the null allows.</param>
/// <param name="Scale">How far chance and shocks may take the mean residual, from the blocks before; null: not known.</param>
internal readonly record struct BlockGap(double Up, double Down, double ToleratedUp, double ToleratedDown, double? Scale)
{
    /// <summary>By how much the block exceeds what is tolerated to one side.</summary>
    public double Beyond(bool up) => up ? Up - ToleratedUp : Down - ToleratedDown;

    /// <summary>By how much the block stays behind a gap that is only just not tolerated.</summary>
    public double Within(bool up) => up ? Down + ToleratedUp : Up + ToleratedDown;
}

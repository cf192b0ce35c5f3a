using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>The null hypothesis: how often a claim of p may come true without it being called drift (statistics §6.2).</summary>
/// <remarks>
/// <para>Upper(p) = min(1, σ(logit p + τ) + ε) and Lower(p) = max(0, σ(logit p − τ) − ε): concave and convex in p, which is what lets a bin's mean
/// claim stand for its claims without ever overstating evidence (Jensen).</para>
/// <para>With a reference the band also holds everything between the claim and where outcomes were in the reference, give or take what is
/// not known of it: leaving that band means "worse than it was", while coming back from a bad reference leaves nothing. It contains the absolute
/// band, so evidence against it is never above evidence against the absolute one.</para>
/// </remarks>
public sealed class NullBand
{
    private readonly double _odds; // e^τ
    private readonly double _tolerance;
    private readonly double[]? _up;
    private readonly double[]? _down;

    /// <param name="tolerance">ε, in probability.</param>
    /// <param name="logOddsTolerance">τ, in log-odds.</param>
    /// <param name="reference">What "worse than it was" is measured against; null: the claims alone.</param>
    public NullBand(double tolerance, double logOddsTolerance = 0, CalibrationReference? reference = null)
    {
        _tolerance = tolerance;
        _odds = Math.Exp(logOddsTolerance);
        if (reference is null) return;
        _up = [.. reference.Offsets.ToArray().Zip(reference.HalfWidths.ToArray(), (offset, half) => Math.Max(0, offset + half))];
        _down = [.. reference.Offsets.ToArray().Zip(reference.HalfWidths.ToArray(), (offset, half) => Math.Max(0, half - offset))];
    }

    public double Tolerance => _tolerance;

    public double LogOddsTolerance => Math.Log(_odds);

    /// <summary>Most often that a claim of <paramref name="claim"/> in a fine bin may come true.</summary>
    public double Upper(int bin, double claim) => Math.Min(1, (claim * _odds / (1 - claim + (claim * _odds))) + _tolerance + (_up?[bin] ?? 0));

    /// <summary>Least often.</summary>
    public double Lower(int bin, double claim) => Math.Max(0, (claim / (claim + ((1 - claim) * _odds))) - _tolerance - (_down?[bin] ?? 0));
}

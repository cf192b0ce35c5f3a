using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>The null hypothesis: how often a claim of p may come true without it being called drift (statistics §6.2).</summary>
/// <remarks>
/// <para><see cref="ToleranceForm.Sum"/>: Upper(p) = min(1, σ(logit p + τ) + ε) and Lower(p) = max(0, σ(logit p − τ) − ε). <see cref="ToleranceForm.Tighter"/>:
/// Upper(p) = min(1, σ(logit p + τ), p + ε) and Lower(p) = max(0, σ(logit p − τ), p − ε). Either way concave and convex in p, which is what lets a bin's mean
/// claim stand for its claims without ever overstating evidence (Jensen).</para>
/// <para>With a reference the band also holds everything between the claim and where outcomes were in the reference, give or take what is
/// not known of it: leaving that band means "worse than it was", while coming back from a bad reference leaves nothing. It contains the absolute
/// band, so evidence against it is never above evidence against the absolute one.</para>
/// </remarks>
public sealed class NullBand
{
    private readonly double _odds; // e^τ
    private readonly double _tolerance;
    private readonly bool _tighter;
    private readonly double[]? _up;
    private readonly double[]? _down;

    /// <param name="tolerance">ε, in probability.</param>
    /// <param name="logOddsTolerance">τ, in log-odds.</param>
    /// <param name="reference">What "worse than it was" is measured against; null: the claims alone.</param>
    /// <param name="form">How the two make one band.</param>
    public NullBand(double tolerance, double logOddsTolerance = 0, CalibrationReference? reference = null, ToleranceForm form = ToleranceForm.Sum)
    {
        _tolerance = tolerance;
        _tighter = form == ToleranceForm.Tighter;
        _odds = Math.Exp(logOddsTolerance);
        if (reference is null) return;
        _up = [.. reference.Offsets.ToArray().Zip(reference.HalfWidths.ToArray(), (offset, half) => Math.Max(0, offset + half))];
        _down = [.. reference.Offsets.ToArray().Zip(reference.HalfWidths.ToArray(), (offset, half) => Math.Max(0, half - offset))];
    }

    /// <summary>Two points in the middle, a fifth of the odds at both ends: what is tolerated where nobody said. The two cross near .12 and .88.</summary>
    public static NullBand Default { get; } = new(.02, .2, form: ToleranceForm.Tighter);

    public double Tolerance => _tolerance;

    public double LogOddsTolerance => Math.Log(_odds);

    public ToleranceForm Form => _tighter ? ToleranceForm.Tighter : ToleranceForm.Sum;

    /// <summary>The same tolerances around how it was.</summary>
    public NullBand RelativeTo(CalibrationReference reference) => new(_tolerance, LogOddsTolerance, reference, Form);

    /// <summary>Most often that a claim of <paramref name="claim"/> in a fine bin may come true.</summary>
    public double Upper(int bin, double claim)
    {
        double odds = claim * _odds / (1 - claim + (claim * _odds));
        return Math.Min(1, (_tighter ? Math.Min(odds, claim + _tolerance) : odds + _tolerance) + (_up?[bin] ?? 0));
    }

    /// <summary>Least often.</summary>
    public double Lower(int bin, double claim)
    {
        double odds = claim / (claim + ((1 - claim) * _odds));
        return Math.Max(0, (_tighter ? Math.Max(odds, claim - _tolerance) : odds - _tolerance) - (_down?[bin] ?? 0));
    }

    /// <summary>Mean distance from a labeled claim to the end of the band that is further away: what an ECE over them may be.</summary>
    public double? Mean(CalibrationSketch claims)
    {
        double sum = 0;
        for (int bin = 0; bin < claims.Grid.Count; bin++)
        {
            if (claims[bin] is not { Labeled: > 0 } cell) continue;
            double claim = Math.Clamp(cell.MeanConfidence, claims.Grid.Edges[bin], claims.Grid.Edges[bin + 1]);
            sum += cell.Labeled * Math.Max(Upper(bin, claim) - claim, claim - Lower(bin, claim));
        }

        return claims.Labeled > 0 ? sum / claims.Labeled : null;
    }
}

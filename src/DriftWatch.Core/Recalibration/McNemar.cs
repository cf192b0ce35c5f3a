using MathNet.Numerics.Distributions;

namespace DriftWatch.Core.Recalibration;

/// <summary>McNemar's exact test of decisions that a map changes: are as many made right as wrong?</summary>
/// <param name="Worse">Right before, wrong after.</param>
/// <param name="Better">Wrong before, right after.</param>
public readonly record struct McNemar(long Worse, long Better)
{
    /// <summary>Two-sided: how likely so uneven a split is if both are as likely.</summary>
    public double PValue => Worse + Better == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, (int)(Worse + Better), Math.Min(Worse, Better)));

    /// <summary>Whether decisions became worse, and not by chance.</summary>
    public bool Rejects => Worse > Better && PValue < 0.05;

    internal static McNemar Of(Judged[] all)
    {
        long worse = 0, better = 0;
        foreach (ref readonly var one in all.AsSpan())
        {
            if (one.Before.Outcome && !one.After.Outcome) worse += one.Count;
            if (!one.Before.Outcome && one.After.Outcome) better += one.Count;
        }

        return new(worse, better);
    }
}

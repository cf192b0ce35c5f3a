using DriftWatch.Core.State;
using MathNet.Numerics;

namespace DriftWatch.Core.EarlyWarning.Statistics;

/// <summary>How far two histograms of independent things are apart, and how far chance alone would put them.</summary>
/// <remarks>
/// <para>Every measure here is one and the same sum seen differently: with n and m counts, (1/n + 1/m)⁻¹ · PSI, (1/n + 1/m)⁻¹ · 8 JS and X² all follow
/// chi-square with <see cref="DegreesOfFreedom"/> degrees of freedom if both come from one law. So a large n makes a trifle significant, and a small n makes
/// a large PSI out of nothing: read an effect size <em>and</em> <see cref="Z"/>.</para>
/// <para>Regions that are empty in both do not count. Laws: PSI ≥ 0, 0 ≤ JS ≤ ln 2, both symmetric but for how PSI fills empty regions.</para>
/// </remarks>
/// <param name="Count">How many are compared (n).</param>
/// <param name="ReferenceCount">With how many (m).</param>
/// <param name="DegreesOfFreedom">Regions that hold any, less one.</param>
/// <param name="Psi">Population stability index: Σ (f − h) ln(f ÷ h); an empty region counts 0.5 ÷ (n + 0.5 B).</param>
/// <param name="JensenShannon">Jensen–Shannon divergence in nats.</param>
/// <param name="ChiSquare">Two-sample X².</param>
public readonly record struct HistogramComparison(
    long Count, long ReferenceCount, int DegreesOfFreedom, double Psi, double JensenShannon, double ChiSquare)
{
    /// <summary>PSI that chance alone would show on average.</summary>
    public double PsiNull => DegreesOfFreedom * Noise;

    /// <summary>max(0, PSI − what chance would show): an effect size that does not depend on the counts.</summary>
    public double PsiExcess => Math.Max(0, Psi - PsiNull);

    /// <summary>Jensen–Shannon distance with base-2 logarithms: 0 for equals, 1 for histograms without a region in common.</summary>
    public double JensenShannonDistance => Math.Sqrt(JensenShannon / Math.Log(2));

    /// <summary>Cramér's V: √(X² ÷ (n + m)), an effect size in [0, 1].</summary>
    public double CramersV => Math.Sqrt(ChiSquare / (Count + ReferenceCount));

    /// <summary>Probability of an X² as large, if both came from one law.</summary>
    public double PValue => Survival(ChiSquare);

    /// <summary>Unbiased estimate of the chi-square distance Σ (f − h)² ÷ mixture between the two laws; can be a little below 0.</summary>
    public double Distance => (ChiSquare - DegreesOfFreedom) * Noise;

    private double Noise => (1.0 / Count) + (1.0 / ReferenceCount);

    /// <summary>Standard deviations by which X² exceeds what is expected of laws that are <paramref name="dispersion"/> apart; 0 where there is only one region.</summary>
    /// <remarks>Non-central chi-square with λ = dispersion ÷ (1/n + 1/m): mean B − 1 + λ, variance 2 (B − 1 + 2 λ).</remarks>
    /// <param name="dispersion">A <see cref="Distance"/> that is no news, such as that of Monday from Sunday.</param>
    public double Z(double dispersion = 0)
    {
        double beyond = dispersion / Noise;
        return DegreesOfFreedom == 0 ? 0 : (ChiSquare - DegreesOfFreedom - beyond) / Math.Sqrt(2 * (DegreesOfFreedom + (2 * beyond)));
    }

    /// <summary>By how much the counts vary more than independent ones would (φ), if laws are <paramref name="dispersion"/> apart.</summary>
    public double Overdispersion(double dispersion) => DegreesOfFreedom == 0 ? 1 : 1 + (dispersion / Noise / DegreesOfFreedom);

    /// <summary>Compares two histograms over the same regions; null if either is empty.</summary>
    public static HistogramComparison? Of(ReadOnlySpan<long> counts, ReadOnlySpan<long> reference)
    {
        if (counts.Length != reference.Length) throw new ArgumentException("Both histograms need the same regions.", nameof(reference));
        long n = Sum(counts);
        long m = Sum(reference);
        if (n == 0 || m == 0) return null;

        int regions = 0;
        for (int i = 0; i < counts.Length; i++) regions += counts[i] + reference[i] > 0 ? 1 : 0;

        double psi = 0, divergence = 0, chiSquare = 0;
        var (scale, inverse) = (Math.Sqrt((double)m / n), Math.Sqrt((double)n / m));
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] + reference[i] == 0) continue;
            double f = (double)counts[i] / n;
            double h = (double)reference[i] / m;
            double middle = (f + h) / 2;
            divergence += (Term(f, middle) + Term(h, middle)) / 2;
            double difference = (counts[i] * scale) - (reference[i] * inverse);
            chiSquare += difference * difference / (counts[i] + reference[i]);
            double filled = counts[i] > 0 ? f : 0.5 / (n + (0.5 * regions));
            double filledReference = reference[i] > 0 ? h : 0.5 / (m + (0.5 * regions));
            psi += (filled - filledReference) * Math.Log(filled / filledReference);
        }

        return new(n, m, regions - 1, psi, Math.Max(0, divergence), chiSquare);
    }

    internal static HistogramComparison Exchange(StateExchange state, HistogramComparison one) => new(
        state.Kept(one.Count), state.Kept(one.ReferenceCount), state.Kept(one.DegreesOfFreedom), state.Kept(one.Psi), state.Kept(one.JensenShannon), state.Kept(one.ChiSquare));

    private static double Term(double share, double middle) => share == 0 ? 0 : share * Math.Log(share / middle);

    private static long Sum(ReadOnlySpan<long> counts)
    {
        long sum = 0;
        foreach (long count in counts) sum += count;
        return sum;
    }

    private double Survival(double chiSquare) =>
        DegreesOfFreedom == 0 ? 1 : SpecialFunctions.GammaUpperRegularized(DegreesOfFreedom / 2.0, Math.Max(0, chiSquare) / 2);
}

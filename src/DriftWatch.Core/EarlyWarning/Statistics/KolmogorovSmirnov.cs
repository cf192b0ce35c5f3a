using DriftWatch.Core.State;

namespace DriftWatch.Core.EarlyWarning.Statistics;

/// <summary>The largest distance between two distribution functions, and how probable one as large is by chance.</summary>
/// <remarks>
/// Looked at only where bins end, so it can fall short of the distance of the raw values by at most the mass of one bin; the probability is then too large, never
/// too small. Kolmogorov's limit law: good from some fifty of each on.
/// </remarks>
/// <param name="Distance">D = max |F − H|, in [0, 1].</param>
/// <param name="PValue">2 Σ (−1)^(i−1) exp(−2 i² D² nm ÷ (n + m)).</param>
public readonly record struct KolmogorovSmirnov(double Distance, double PValue)
{
    /// <summary>Compares two histograms over the same ordered bins; null if either is empty.</summary>
    public static KolmogorovSmirnov? Of(ReadOnlySpan<long> counts, ReadOnlySpan<long> reference)
    {
        if (counts.Length != reference.Length) throw new ArgumentException("Both histograms need the same bins.", nameof(reference));
        long n = 0, m = 0;
        for (int i = 0; i < counts.Length; i++) (n, m) = (n + counts[i], m + reference[i]);
        if (n == 0 || m == 0) return null;

        double distance = 0;
        long below = 0, referenceBelow = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            below += counts[i];
            referenceBelow += reference[i];
            distance = Math.Max(distance, Math.Abs(((double)below / n) - ((double)referenceBelow / m)));
        }

        double effective = (double)n * m / ((double)n + m);
        return new(distance, Survival(2 * distance * distance * effective));
    }

    internal static KolmogorovSmirnov Exchange(StateExchange state, KolmogorovSmirnov one) => new(state.Kept(one.Distance), state.Kept(one.PValue));

    /// <param name="exponent">2 D² nm ÷ (n + m).</param>
    private static double Survival(double exponent)
    {
        // Below this the law is 1 to fifteen digits, and the series needs many terms to say so.
        if (exponent < 0.08) return 1;
        double sum = 0;
        for (int i = 1; i <= 100; i++)
        {
            double term = Math.Exp(-exponent * i * i);
            if (term < 1e-300) break;
            sum += i % 2 == 1 ? term : -term;
        }

        return Math.Clamp(2 * sum, 0, 1);
    }
}

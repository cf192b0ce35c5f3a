namespace DriftWatch.Core.EarlyWarning.Statistics;

/// <summary>Tenths of a reference, cut along the bins of a histogram: regions in which another histogram over the same bins is compared with it.</summary>
internal sealed class Tenths(int bins)
{
    private const int Regions = 10;

    private readonly byte[] _regionOf = new byte[bins];

    /// <summary>Cuts anew.</summary>
    public void Cut(ReadOnlySpan<long> reference)
    {
        long all = 0;
        foreach (long count in reference) all += count;
        long below = 0;
        byte region = 0;
        for (int bin = 0; bin < bins; bin++)
        {
            if (reference[bin] > 0) region = (byte)(((2 * below) + reference[bin]) * Regions / (2 * all));
            _regionOf[bin] = region;
            below += reference[bin];
        }
    }

    /// <summary>Null if either is empty.</summary>
    public HistogramComparison? Compare(ReadOnlySpan<long> window, ReadOnlySpan<long> reference)
    {
        Span<long> counts = stackalloc long[Regions], before = stackalloc long[Regions];
        for (int bin = 0; bin < bins; bin++)
        {
            counts[_regionOf[bin]] += window[bin];
            before[_regionOf[bin]] += reference[bin];
        }

        return HistogramComparison.Of(counts, before);
    }
}

using Prometheus;

namespace DriftWatch.Metrics;

/// <summary>A histogram that follows bucket counts and a sum kept elsewhere.</summary>
/// <remarks>
/// prometheus-net's histograms take observations, they cannot be set. So what a bucket gained since the last round is observed at one value
/// inside that bucket: its count is then exact. The values are chosen so that the sum comes out right too: all gains are placed at the same
/// relative height of their bucket, and the height follows from the sum (it exists, since each true delay lies in its bucket). The two
/// outermost buckets have no end; what a height cannot reach goes there. A rest from rounding is made good in the next round, since
/// the histogram's own sum is what the target is compared with.
/// </remarks>
internal sealed class DelayHistogram : TaggedFamily<Histogram.Child>
{
    private readonly IReadOnlyList<double> _bounds;
    private readonly Dictionary<string[], long[]> _observed = new(TagComparer.Instance);

    public DelayHistogram(ExportRound round, Histogram histogram, IReadOnlyList<double> bounds)
        : base(round, histogram, seriesPerChild: bounds.Count + 3) => _bounds = bounds;

    /// <summary>Brings the histogram of these tags to these counts (of the bounds, and one more above) and this sum.</summary>
    public void Follow(IReadOnlyList<long> counts, double sum, params string[] tags)
    {
        var child = Export(tags);
        child.Publish();
        if (!_observed.TryGetValue(tags, out var before)) _observed.Add(tags, before = new long[_bounds.Count + 1]);

        Span<long> gains = stackalloc long[before.Length];
        bool any = false;
        for (int i = 0; i < before.Length && i < counts.Count; i++)
        {
            gains[i] = Math.Max(0, counts[i] - before[i]);
            any |= gains[i] > 0;
        }

        if (!any) return;
        Span<double> values = stackalloc double[before.Length];
        Place(gains, sum - child.Sum, values);
        for (int i = 0; i < before.Length; i++)
        {
            if (gains[i] == 0) continue;
            child.Observe(values[i], gains[i]);
            before[i] += gains[i];
        }
    }

    protected override void Left(string[] tags) => _observed.Remove(tags);

    /// <summary>Chooses a value inside each bucket so that gains × values add up to <paramref name="sum"/>.</summary>
    private void Place(ReadOnlySpan<long> gains, double sum, Span<double> values)
    {
        int last = gains.Length - 1;
        double lowest = 0, highest = 0;
        for (int i = 0; i < gains.Length; i++)
        {
            lowest += gains[i] * Lower(i);
            highest += gains[i] * Upper(i);
        }

        // Bounds belong to the bucket below them, so the height is never quite 0.
        double height = Math.Clamp((sum - lowest) / (highest - lowest), 1e-9, 1);
        double rest = sum;
        for (int i = 0; i < gains.Length; i++)
        {
            values[i] = i < last ? Math.Min(Lower(i) + (height * (Upper(i) - Lower(i))), Upper(i)) : Lower(i) + (height * (Upper(i) - Lower(i)));
            rest -= gains[i] * values[i];
        }

        if (rest > 0 && gains[last] > 0) values[last] += rest / gains[last];
        if (rest < 0 && gains[0] > 0) values[0] += rest / gains[0];
    }

    private double Lower(int bucket) => bucket == 0 ? 0 : _bounds[bucket - 1];

    private double Upper(int bucket) => bucket < _bounds.Count ? _bounds[bucket] : 2 * _bounds[^1];
}

namespace DriftWatch.Core.Monitoring;

public static class LabelDelays
{
    /// <summary>Upper bounds of the delay histogram in seconds, 1 s to 7 d.</summary>
    public static readonly IReadOnlyList<double> UpperBounds = [1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 86_400, 3 * 86_400, 7 * 86_400];

    /// <summary>The bucket of a delay: that of the first bound which it does not exceed.</summary>
    public static int BucketOf(TimeSpan delay)
    {
        double seconds = delay.TotalSeconds;
        int bound = 0;
        while (bound < UpperBounds.Count && seconds > UpperBounds[bound]) bound++;
        return bound;
    }
}

namespace DriftWatch.Core.Time;

/// <summary>Buckets of a histogram, cut as Prometheus cuts them: a bound belongs to the bucket below it.</summary>
public static class Buckets
{
    /// <summary>The bucket of a duration; the number of bounds if it is longer than all.</summary>
    /// <param name="duration">The duration.</param>
    /// <param name="upperBounds">Upper bounds in seconds, ascending.</param>
    public static int Of(TimeSpan duration, IReadOnlyList<double> upperBounds)
    {
        double seconds = duration.TotalSeconds;
        int bucket = 0;
        while (bucket < upperBounds.Count && seconds > upperBounds[bucket]) bucket++;
        return bucket;
    }
}

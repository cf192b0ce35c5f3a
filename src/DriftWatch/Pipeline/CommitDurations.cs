using DriftWatch.Core.Time;

namespace DriftWatch.Pipeline;

/// <summary>How long commits took, from the end of an epoch to its acknowledgement: a histogram that is never changed.</summary>
internal sealed record CommitDurations
{
    /// <summary>Upper bounds in seconds.</summary>
    public static readonly IReadOnlyList<double> UpperBounds = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10];

    /// <summary>Commits by bound, and one more above.</summary>
    public IReadOnlyList<long> Counts { get; init; } = new long[UpperBounds.Count + 1];

    public double SumSeconds { get; init; }

    /// <summary>The least bound that this share of the commits kept; null if there are none, or the last bound is too low.</summary>
    public double? Within(double share)
    {
        double needed = share * Counts.Sum();
        if (needed <= 0) return null;
        long sum = 0;
        for (int i = 0; i < UpperBounds.Count; i++)
        {
            sum += Counts[i];
            if (sum >= needed) return UpperBounds[i];
        }

        return null;
    }

    /// <summary>These commits and those.</summary>
    public CommitDurations Plus(CommitDurations other) => new() { Counts = [.. Counts.Zip(other.Counts, (a, b) => a + b)], SumSeconds = SumSeconds + other.SumSeconds };

    public CommitDurations With(TimeSpan duration)
    {
        long[] counts = [.. Counts];
        counts[Buckets.Of(duration, UpperBounds)]++;
        return new() { Counts = counts, SumSeconds = SumSeconds + duration.TotalSeconds };
    }
}

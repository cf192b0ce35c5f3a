namespace DriftWatch.Core.Monitoring;

/// <summary>Labels that joined no prediction, by cause.</summary>
public sealed record OrphanSnapshot
{
    /// <summary>All of them; more than the causes add up to where an older version counted some without.</summary>
    public long Total { get; init; }

    /// <summary>Given up for age: no prediction of the id was seen.</summary>
    public long NoPrediction { get; init; }

    /// <summary>Given up for age: the id had predictions, none of the model or version that the label names.</summary>
    public long OtherModel { get; init; }

    /// <summary>Before their prediction by more than the lead, and by how much before it.</summary>
    public DelayCounts Early { get; init; } = DelayCounts.None;

    /// <summary>After their prediction by more than the horizon, and by how much after it.</summary>
    public DelayCounts Late { get; init; } = DelayCounts.None;

    /// <summary>The causes by name.</summary>
    public IReadOnlyList<(string Cause, long Count)> Causes =>
        [("no_prediction", NoPrediction), ("other_model", OtherModel), ("too_early", Early.Count), ("too_late", Late.Count)];
}

/// <summary>How many, by time between prediction and label.</summary>
/// <param name="Counts">Of <see cref="LabelDelays.UpperBounds"/> and one more above.</param>
/// <param name="SumSeconds">All of them together.</param>
public sealed record DelayCounts(IReadOnlyList<long> Counts, double SumSeconds)
{
    public static readonly DelayCounts None = new(new long[LabelDelays.UpperBounds.Count + 1], 0);

    public long Count => Counts.Sum();

    /// <summary>The bound within which a share of them lies; null where there are none, or it is above the last bound.</summary>
    public TimeSpan? Within(double share)
    {
        double need = share * Count;
        if (need == 0) return null;
        long sum = 0;
        for (int i = 0; i < LabelDelays.UpperBounds.Count; i++)
        {
            sum += Counts[i];
            if (sum >= need) return TimeSpan.FromSeconds(LabelDelays.UpperBounds[i]);
        }

        return null;
    }
}

namespace DriftWatch.Core.Joining;

/// <summary>What became of the records that could be read. Counts from the start of the process.</summary>
public sealed record JoinCounts
{
    public long Predictions { get; init; }
    public long Labels { get; init; }

    /// <summary>Labels that joined a prediction, or several.</summary>
    public long JoinedLabels { get; init; }

    /// <summary>Predictions that have their label.</summary>
    public long Matched { get; init; }

    /// <summary>Predictions given up for age.</summary>
    public long Expired { get; init; }

    /// <summary>Labels given up for age, or whose first prediction was outside the interval.</summary>
    public long Orphaned { get; init; }
    public long DuplicatePredictions { get; init; }
    public long DuplicateLabels { get; init; }

    /// <summary>Outcomes that a later label replaced.</summary>
    public long Corrected { get; init; }
    public long LatePredictions { get; init; }
    public long LateLabels { get; init; }

    /// <summary>Labels that the view of their first prediction could not read.</summary>
    public long Unreadable { get; init; }

    /// <summary>Entries given up for want of room: among them matched predictions that only caught duplicates, and labels that were held for further ones.</summary>
    public long Evicted { get; init; }

    /// <summary>Predictions among <see cref="Evicted"/> that still waited for their label; they do not count as expired.</summary>
    public long EvictedPredictions { get; init; }

    /// <summary>Labels among <see cref="Evicted"/> that still waited for their prediction.</summary>
    public long EvictedLabels { get; init; }

    /// <summary>Predictions waiting for their label now.</summary>
    public long Pending { get; init; }

    /// <summary>Labels that have met no prediction yet.</summary>
    public long WaitingLabels { get; init; }
}

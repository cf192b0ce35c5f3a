namespace DriftWatch.Core.Monitoring;

/// <summary>What is known of one model over all its versions.</summary>
public sealed record ModelSnapshot
{
    public required string Model { get; init; }
    public required ModelOptions Options { get; init; }
    public long Labels { get; init; }
    public long Pending { get; init; }
    public long Orphaned { get; init; }

    /// <summary>Labels that the view of their prediction could not read.</summary>
    public long Unreadable { get; init; }

    /// <summary>How its labels were read where only the positive one is declared; null where both are.</summary>
    public UndeclaredLabels? Undeclared { get; init; }

    /// <summary>Joined predictions by event-time delay of the label: counts of <see cref="LabelDelays.UpperBounds"/> and one more above.</summary>
    public IReadOnlyList<long> DelayCounts { get; init; } = [];

    /// <summary>Sum of the delays in seconds; negative delays count as they are.</summary>
    public double DelaySumSeconds { get; init; }
}

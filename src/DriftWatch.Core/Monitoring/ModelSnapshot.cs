namespace DriftWatch.Core.Monitoring;

/// <summary>What is known of one model over all its versions.</summary>
public sealed record ModelSnapshot
{
    public required string Model { get; init; }
    public required ModelOptions Options { get; init; }
    public long Labels { get; init; }
    public long Pending { get; init; }

    /// <summary>Predictions that were given up for age: their label never came.</summary>
    public long Expired { get; init; }

    /// <summary>Copies of predictions: the same id, model and version. Counted since the version that tells models apart.</summary>
    public long Duplicates { get; init; }

    /// <summary>Predictions that came behind the watermark by more than the retention. Counted since the version that tells models apart.</summary>
    public long Late { get; init; }

    /// <summary>Labels that met the model's predictions outside the interval, or that named the model and met none.</summary>
    public OrphanSnapshot Orphans { get; init; } = new();

    /// <summary>Labels that the view of their prediction could not read.</summary>
    public long Unreadable { get; init; }

    /// <summary>How its labels were read where only the positive one is declared; null where both are.</summary>
    public UndeclaredLabels? Undeclared { get; init; }

    /// <summary>The first names of sources that labels carried since the start of the process and that no model knows; null where nobody asks.</summary>
    public IReadOnlyList<string>? UnknownSources { get; init; }

    /// <summary>Where it stands over all its versions, for each view of them; empty as long as there is one.</summary>
    public IReadOnlyList<AcrossVersionsSnapshot> AcrossVersions { get; init; } = [];

    /// <summary>Joined predictions by event-time delay of the label: counts of <see cref="LabelDelays.UpperBounds"/> and one more above.</summary>
    public IReadOnlyList<long> DelayCounts { get; init; } = [];

    /// <summary>Sum of the delays in seconds; negative delays count as they are.</summary>
    public double DelaySumSeconds { get; init; }
}

using DriftWatch.Core.Drift;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>An immutable picture of everything a <see cref="CalibrationMonitor"/> knows: what metrics page, status page and API read.</summary>
public sealed record MonitorSnapshot
{
    /// <summary>How far event time has come; null before the first record.</summary>
    public EventTime? Watermark { get; init; }

    public JoinCounts Join { get; init; } = new();
    public IReadOnlyList<ModelSnapshot> Models { get; init; } = [];

    /// <summary>Labels that were given up and belong to no model: they name none, or one that has scored nothing.</summary>
    public OrphanSnapshot Orphans { get; init; } = new();
    public IReadOnlyList<SeriesSnapshot> Series { get; init; } = [];

    /// <summary>Versions of a model beside each other, on the requests that both have scored.</summary>
    public IReadOnlyList<VersionsCompared> Comparisons { get; init; } = [];

    /// <summary>Episodes, oldest first, running and ended, the newest <c>1000</c>.</summary>
    public IReadOnlyList<Episode> Episodes { get; init; } = [];

    /// <summary>Predictions and outcomes that found no pane, because a series had as many as it may (<see cref="MonitorOptions.MaxPanes"/>).</summary>
    public long Refused { get; init; }

    /// <summary>Values that were folded into "__other__", by what they are: <c>version</c>, <c>slice</c>.</summary>
    public IReadOnlyDictionary<string, long> Overflows { get; init; } = new Dictionary<string, long>();
}

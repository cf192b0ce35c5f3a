using DriftWatch.Core.Drift;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>What is known of a model over all its versions, in one view, as soon as there have been two.</summary>
public sealed record AcrossVersionsSnapshot
{
    public required View View { get; init; }
    public EpisodeState State { get; init; }

    /// <summary>Where the detector stands.</summary>
    public required DetectorSnapshot Detector { get; init; }

    /// <summary>Whether there was too little to judge.</summary>
    public bool InsufficientData { get; init; }

    /// <summary>The version whose panes are judged now; null before the first.</summary>
    public string? Leader { get; init; }

    /// <summary>The running episode, with the versions that it rests on; null: none runs.</summary>
    public Episode? Episode { get; init; }

    /// <summary>Event time of the newest request; null if none.</summary>
    public EventTime? LastRequest { get; init; }
    public long Requests { get; init; }

    /// <summary>Requests that were due and not sent, by reason, as in <see cref="SeriesSnapshot.Suppressed"/>; <c>covered</c>: a version that has a part in it has asked for itself.</summary>
    public IReadOnlyDictionary<string, long> Suppressed { get; init; } = new Dictionary<string, long>();
}

using DriftWatch.Drift;
using DriftWatch.Series;
using DriftWatch.Windowing;

namespace DriftWatch.Messages;

/// <summary>A decision for the outside: recalibrate this series, here is why. Published once per episode.</summary>
public sealed record RecalibrationRequest
{
    /// <summary>UUIDv5 of (source, model, version, slice, metric, episode, sequence): a replay gives the same one.</summary>
    public required string Id { get; init; }

    /// <summary>Id of the episode: the same in request and resolution.</summary>
    public required string EpisodeId { get; init; }
    public required RequestKind Kind { get; init; }
    public required SeriesKey Series { get; init; }
    public required string Rule { get; init; }

    /// <summary>Event time of the decision.</summary>
    public required EventTime Decided { get; init; }
    public required EventTime Onset { get; init; }

    /// <summary>0 for the request of an episode, 1 for its resolution.</summary>
    public required int Sequence { get; init; }
    public Direction? Direction { get; init; }
    public double Threshold { get; init; }

    /// <summary>Everything from onset to the decision, in one window.</summary>
    public required WindowSnapshot Evidence { get; init; }
}

public enum RequestKind : byte
{
    /// <summary>Please recalibrate.</summary>
    Requested,

    /// <summary>The episode is over.</summary>
    Resolved,
}

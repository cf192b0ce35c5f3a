using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Drift;

/// <summary>A decision for the outside: recalibrate this series, here is why. Published once per episode.</summary>
public sealed record RecalibrationRequest
{
    /// <summary>UUIDv5 of (source, model, version, slice, metric, episode, sequence): a replay gives the same one.</summary>
    public required string Id { get; init; }

    /// <summary>Id of the episode: the same in request and resolution.</summary>
    public required string EpisodeId { get; init; }
    public required RequestKind Kind { get; init; }
    public required SeriesKey Series { get; init; }

    /// <summary>Of the model over all its versions: those that it rests on, while <see cref="Series"/> names the one to recalibrate; null: that of a series alone.</summary>
    public JudgedVersions? Versions { get; init; }
    public required DriftRule Rule { get; init; }

    /// <summary>Event time of the decision.</summary>
    public required EventTime Decided { get; init; }
    public required EventTime Onset { get; init; }

    /// <summary>A 95 % interval for it; null where the rule cannot tell.</summary>
    public OnsetInterval? OnsetInterval { get; init; }

    /// <summary>0 for the request of an episode, and one more with each further event of it: 1 for its end where nobody has answered.</summary>
    public required int Sequence { get; init; }
    public Direction? Direction { get; init; }

    /// <summary>What the ECE of the evidence is to be held against: the threshold rule's bound, the sequential detector's tolerance, null for rules that look at something else.</summary>
    public double? Threshold { get; init; }

    /// <summary>Which question was answered with yes.</summary>
    public Question Question { get; init; }

    /// <summary>The region of claims that is off, for <see cref="Drift.Direction.Local"/>.</summary>
    public (double Low, double High)? Region { get; init; }

    /// <summary>T, where the strongest component is a slope: above 1 overconfident.</summary>
    public double? Temperature { get; init; }

    /// <summary>Natural logarithm of the evidence at the decision and of what it had to reach, where the rule has one; of a resolution: the evidence at the request.</summary>
    public double? LogEvidence { get; init; }
    public double? LogThreshold { get; init; }

    /// <summary>Where the rule stood when it decided; null where it has no more to tell.</summary>
    public DetectorSnapshot? Detector { get; init; }

    /// <summary>A 95 % interval for the mean gap since the version began that holds at all times together, at the decision; null for parts of a model.</summary>
    public Interval? GapAtAllTimes { get; init; }

    /// <summary>What the rule promises about false alarms, in words; null where it promises nothing.</summary>
    public string? Guarantee { get; init; }

    /// <summary>Other episodes of the model version that ran when this was decided: most often one cause shows in several series.</summary>
    public IReadOnlyList<RelatedEpisode> Related { get; init; } = [];

    /// <summary>The version that has come in its place, of <see cref="RequestKind.Superseded"/>.</summary>
    public string? SupersededBy { get; init; }

    /// <summary>The answer that counts, and what is known of its fix; null: nobody has answered.</summary>
    public EpisodeAnswer? Answer { get; init; }

    /// <summary>Where the episode stands after this.</summary>
    public required EpisodeState State { get; init; }

    /// <summary>Everything from onset to the decision, in one window.</summary>
    public required WindowSnapshot Evidence { get; init; }
}

/// <summary>An episode of another series of the same model version, or of the model over all its versions.</summary>
/// <param name="Series">Whose.</param>
/// <param name="EpisodeId">Its id.</param>
/// <param name="Requested">Whether a recalibration was asked for in it.</param>
/// <param name="Versions">Of an episode of the model over all its versions: those that it rests on; null: it is that of its series.</param>
public readonly record struct RelatedEpisode(SeriesKey Series, string EpisodeId, bool Requested, JudgedVersions? Versions = null);

public enum RequestKind : byte
{
    /// <summary>Please recalibrate.</summary>
    Requested,

    /// <summary>The episode is over.</summary>
    Resolved,

    /// <summary>The version has gone and another one has come: the episode is over, and nothing is left to recalibrate.</summary>
    Superseded,

    /// <summary>Somebody has answered, and the answer counts.</summary>
    Updated,

    /// <summary>A fix was not proven in time, or the drift was proven to go on.</summary>
    Ineffective,

    /// <summary>A fix was proven worse than what was before: please take it back.</summary>
    RollbackRequested,
}

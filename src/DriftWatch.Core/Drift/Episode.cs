using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using System.Diagnostics;

namespace DriftWatch.Core.Drift;

/// <summary>Where a series stands on the way to a request and back.</summary>
public enum EpisodeState : byte
{
    /// <summary>Nothing to say.</summary>
    Inactive,

    /// <summary>Evidence has begun to gather.</summary>
    Pending,

    /// <summary>Miscalibrated; a request is due or held back by the cooldown.</summary>
    Firing,

    /// <summary>Requested; waiting for recovery.</summary>
    Cooling,

    /// <summary>Calibrated again after an episode.</summary>
    Recovered,

    /// <summary>Somebody has answered that a fix is in use; waiting for its proof.</summary>
    Answered,

    /// <summary>Somebody has answered that nothing will be done; it ends when the drift does.</summary>
    Dismissed,

    /// <summary>A fix was not proven in time, or the drift was proven to go on; waiting for recovery, or for another answer.</summary>
    Ineffective,

    /// <summary>A fix was proven worse than what was before, and its rollback requested; waiting for recovery, or for another answer.</summary>
    Worsened,
}

/// <summary>What outcomes do against the claims.</summary>
public enum Direction : byte
{
    /// <summary>Extremes are claimed too extreme (slope).</summary>
    Overconfident,

    /// <summary>Extremes are claimed too tame (slope).</summary>
    Underconfident,

    /// <summary>Outcomes happen more often than claimed: probabilities are too low.</summary>
    ShiftUp,

    /// <summary>Outcomes happen less often than claimed: probabilities are too high.</summary>
    ShiftDown,

    /// <summary>Only one region of confidences is off.</summary>
    Local,
}

public static class DriftNames
{
    /// <summary>A region of confidences, as it is kept.</summary>
    internal static (double Low, double High)? KeptRegion(this StateExchange state, (double Low, double High)? region) =>
        state.Kept(region, static (each, ends) => (each.Kept(ends.Low), each.Kept(ends.High)));

    public static string Name(this EpisodeState state) => state.ToString().ToLowerInvariant();

    /// <summary>Whether an episode lasts.</summary>
    public static bool Lasts(this EpisodeState state) =>
        state is EpisodeState.Firing or EpisodeState.Cooling or EpisodeState.Answered or EpisodeState.Dismissed or EpisodeState.Ineffective or EpisodeState.Worsened;

    /// <summary>The states of an episode that lasts.</summary>
    public static IReadOnlyList<EpisodeState> LastingStates { get; } = [.. Enum.GetValues<EpisodeState>().Where(state => state.Lasts())];

    public static string Name(this Direction direction) => DirectionText.Of(direction).Name;

    /// <summary>The question that was answered with yes, as an adjective.</summary>
    public static string Name(this Question question) => question switch
    {
        Question.Miscalibrated => "miscalibrated",
        Question.Drifted => "drifted",
        _ => throw new UnreachableException(),
    };

    /// <summary>The name as a metric's tag and in JSON; null for <see cref="DetectorWait.None"/>.</summary>
    public static string? Name(this DetectorWait wait) => wait switch
    {
        DetectorWait.LearningClaims => "learning_claims",
        DetectorWait.LearningDependence => "learning_dependence",
        DetectorWait.MissingLabels => "missing_labels",
        DetectorWait.None => null,
        _ => throw new UnreachableException(),
    };
}

/// <summary>One stretch of miscalibration of one series, from onset to recovery: an immutable picture.</summary>
/// <param name="Series">Whose.</param>
/// <param name="Rule">The rule that fired (<c>threshold</c>).</param>
/// <param name="Onset">Start of the first window that counted against the model.</param>
/// <param name="Fired">Event time of the decision.</param>
/// <param name="Recovered">Event time of the recovery; null while it lasts.</param>
/// <param name="Direction">What outcomes do against the claims; null if the rule cannot tell.</param>
/// <param name="Region">The region of confidences, for <see cref="Drift.Direction.Local"/>.</param>
/// <param name="PredictionsToFire">Labeled predictions from onset to the decision.</param>
/// <param name="LogEvidence">Natural logarithm of the evidence, where the rule has one.</param>
/// <param name="RequestId">Deterministic id of the request that it led to; null if none was sent.</param>
public sealed record Episode(
    SeriesKey Series,
    string Rule,
    EventTime Onset,
    EventTime Fired,
    EventTime? Recovered,
    Direction? Direction,
    (double Low, double High)? Region,
    long PredictionsToFire,
    double? LogEvidence,
    string? RequestId)
{
    /// <summary>Why no request went out so far: <c>cooldown</c>, <c>covered</c>, <c>disabled</c> or <c>answered</c> (before it was asked for); null once one did.</summary>
    public string? Withheld { get; init; }

    /// <summary>Whether the model is off, or also worse than it was.</summary>
    public Question Question { get; init; }

    /// <summary>T of the strongest component, where it is a slope: above 1 overconfident.</summary>
    public double? Temperature { get; init; }

    /// <summary>A 95 % interval for <see cref="Onset"/>; null where the rule cannot tell.</summary>
    public OnsetInterval? OnsetInterval { get; init; }

    /// <summary>The version that came in place of its own, which ended it; null where nothing of the kind did.</summary>
    public string? SupersededBy { get; init; }

    /// <summary>The answer that counts; null: nobody has answered.</summary>
    public EpisodeAnswer? Answer { get; init; }

    /// <summary>Of an episode of the model over all its versions: those that it rests on. <see cref="Series"/> is then the version to be recalibrated; null: the episode is that of its series.</summary>
    public JudgedVersions? Versions { get; init; }

    /// <summary>Events that were sent of it: their numbers count from 0, the request's.</summary>
    public int Events { get; init; }

    /// <summary>Where it stands: of a running one, what its series' state is too.</summary>
    public EpisodeState State => this switch
    {
        { Recovered: not null } => EpisodeState.Recovered,
        { Answer.Said.Kind: AnswerKind.Dismissed } => EpisodeState.Dismissed,
        { Answer.Standing: FixStanding.Overdue or FixStanding.Continues } => EpisodeState.Ineffective,
        { Answer.Standing: FixStanding.Worse } => EpisodeState.Worsened,
        { Answer.Standing: FixStanding.Open or FixStanding.Better or FixStanding.Recovered } => EpisodeState.Answered,
        { RequestId: not null } => EpisodeState.Cooling,
        _ => EpisodeState.Firing,
    };

    /// <summary>Its id: the same in every event of it, and what an answer names.</summary>
    /// <param name="source">The deployment.</param>
    public string IdUnder(string source) => DeterministicId.Of(NameUnder(source));

    /// <summary>What its ids are derived from.</summary>
    /// <remarks>Of a model over all its versions the version is left out: which one is the newest may change before it is asked for.</remarks>
    internal string[] NameUnder(string source) =>
    [
        source, Series.Model, Versions is null ? Series.Version : "", Series.Slice?.ToString() ?? "", Series.ViewName, Rule, Onset.ToString(),
        .. Versions is null ? Array.Empty<string>() : ["all versions"],
    ];

    internal static Episode Exchange(StateExchange state, Episode? episode)
    {
        var kept = Kept(state, episode);
        // An older version did not count them: a request was the first, an end the second.
        return state.Version >= ChunkFormat.Answers || kept.RequestId is null ? kept : kept with { Events = kept.Recovered is null ? 1 : 2 };
    }

    private static Episode Kept(StateExchange state, Episode? episode) => new(
        SeriesKey.Exchange(state, episode?.Series),
        state.KeptText(episode?.Rule),
        state.Kept(episode?.Onset ?? default),
        state.Kept(episode?.Fired ?? default),
        state.Kept(episode?.Recovered),
        state.Kept(episode?.Direction),
        state.KeptRegion(episode?.Region),
        state.Kept(episode?.PredictionsToFire ?? 0),
        state.Kept(episode?.LogEvidence),
        state.Kept(episode?.RequestId))
    {
        Withheld = state.Kept(episode?.Withheld),
        Question = state.Kept(episode?.Question ?? default),
        Temperature = state.Kept(episode?.Temperature),
        OnsetInterval = Drift.OnsetInterval.Exchange(state, episode?.OnsetInterval),
        SupersededBy = state.Version >= ChunkFormat.Successors ? state.Kept(episode?.SupersededBy) : null,
        Answer = state.Version >= ChunkFormat.Answers ? state.Kept(episode?.Answer, EpisodeAnswer.Exchange) : null,
        Events = state.Version >= ChunkFormat.Answers ? state.Kept(episode?.Events ?? 0) : 0,
        Versions = state.Version >= ChunkFormat.AcrossVersions ? state.Kept(episode?.Versions, JudgedVersions.Exchange) : null,
    };
}

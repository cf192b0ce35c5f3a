using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <summary>An answer to a request for recalibration, as it came: what it says has been read and is not believed yet.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Id">The event's id: an answer that comes again has the same.</param>
/// <param name="By">Who says so.</param>
/// <param name="Episode">The episode that it answers.</param>
public sealed record RecalibrationAnswer(AnswerKind Kind, string Id, string By, string Episode)
{
    /// <summary>The verdict of an answer that brings a fix.</summary>
    public const string Accept = "accept";

    /// <summary>The verdict of one who will look again.</summary>
    public const string Wait = "wait";

    /// <summary>All verdicts; a word that is none of them is no answer.</summary>
    public static readonly IReadOnlyList<string> Verdicts = [Accept, "keep", "retrain", Wait, "failed"];

    /// <summary>The model that it speaks of; null: it does not say.</summary>
    public string? Model { get; init; }

    /// <summary>The version of that model which had drifted; null: it does not say.</summary>
    public string? Version { get; init; }

    /// <summary>The slice, as <c>dimension=value</c>; null: it names none.</summary>
    public string? Slice { get; init; }

    /// <summary>What a recalibration came to; null where nobody says more than that it is done.</summary>
    public string? Verdict { get; init; }

    /// <summary>Why, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>What is in use from now on; null where it is not named.</summary>
    public FixName? Fix { get; init; }

    /// <summary>When it was sent, by the sender's or the broker's clock; null if neither says.</summary>
    public EventTime? Sent { get; init; }

    /// <summary>Whether something is in use now that was not before.</summary>
    public bool BringsFix => Kind == AnswerKind.Completed && Verdict is null or Accept;

    /// <summary>An answer as it is kept.</summary>
    public static RecalibrationAnswer Exchange(StateExchange state, RecalibrationAnswer? answer) =>
        new(state.Kept(answer?.Kind ?? default), state.KeptText(answer?.Id), state.KeptText(answer?.By), state.KeptText(answer?.Episode))
        {
            Model = state.Kept(answer?.Model),
            Version = state.Kept(answer?.Version),
            Slice = state.Kept(answer?.Slice),
            Verdict = state.Kept(answer?.Verdict),
            Reason = state.Kept(answer?.Reason),
            Fix = state.Kept(answer?.Fix, FixName.Exchange),
            Sent = state.Kept(answer?.Sent),
        };
}

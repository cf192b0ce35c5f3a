using System.Diagnostics;

namespace DriftWatch.Core.Drift;

/// <summary>What an answer does to an episode, and the words for one that does nothing: the same for whoever looks before it is sent and for whoever reads it.</summary>
public static class EpisodeAnswers
{
    /// <summary>What becomes of an answer to an episode.</summary>
    /// <remarks>The first answer counts. One without a fix leaves the question open, so a later one may bring it; so does one whose fix has turned out to be none (ineffective, worsened).</remarks>
    public static AnswerResult ResultOf(Episode episode, RecalibrationAnswer answer)
    {
        if (episode.Recovered is not null) return AnswerResult.Ended;
        if (Contradiction(episode, answer) is not null) return AnswerResult.Mismatch;
        if (IsSettled(episode) || IsTheSame(episode, answer) || SaysAgainThatNothingWasChanged(episode, answer)) return AnswerResult.Repeated;
        return answer.Kind == AnswerKind.Dismissed ? AnswerResult.Dismissed : answer.BringsFix ? AnswerResult.Completed : AnswerResult.NoFix;
    }

    /// <summary>Why an answer changed nothing, to follow a colon.</summary>
    /// <param name="result">One that does not count, of an answer that could be read.</param>
    /// <param name="episode">The episode that it names; null: there is none.</param>
    /// <param name="answer">The answer.</param>
    public static string WhyNot(AnswerResult result, Episode? episode, RecalibrationAnswer answer)
    {
        switch (result)
        {
            case AnswerResult.Unknown:
                return "no episode here has this id: was it mistyped, meant for another deployment (events.source), or was the state reset?";
            case AnswerResult.Ended:
                return $"the episode is over{(episode?.Recovered is { } end ? $" since {end}" : "")}";
            case AnswerResult.Mismatch:
                return $"the answer says {Contradiction(episode!, answer)}";
            case AnswerResult.Repeated:
                var first = episode!.Answer!;
                if (IsSettled(episode)) return $"{first.Said.By} has answered at {first.At}, and the first answer counts";
                if (IsTheSame(episode, answer))
                    return $"this very answer (id {answer.Id}) was taken at {first.At}{(first.Said.BringsFix ? $", and its fix has turned out {episode.State.Name()}: another fix goes into an answer with an id of its own" : ", and nothing was changed: an answer with a fix still counts")}";
                return $"{first.Said.By} has answered at {first.At}, and this answer brings no fix ({answer.Verdict}): one that does, or a dismissal, still counts";
            case AnswerResult.Completed or AnswerResult.NoFix or AnswerResult.Dismissed:
                throw new UnreachableException("It counted.");
            case AnswerResult.Malformed or AnswerResult.Type or AnswerResult.Version:
                throw new UnreachableException("It could not be read.");
            default:
                throw new UnreachableException();
        }
    }

    private static bool IsSettled(Episode episode) => episode.State is EpisodeState.Answered or EpisodeState.Dismissed;

    private static bool IsTheSame(Episode episode, RecalibrationAnswer answer) => episode.Answer?.Said.Id == answer.Id;

    // Who has waited may say more.
    private static bool SaysAgainThatNothingWasChanged(Episode episode, RecalibrationAnswer answer) => episode.Answer is { Said.Verdict: not RecalibrationAnswer.Wait } && answer is { Kind: AnswerKind.Completed, BringsFix: false };

    private static string? Contradiction(Episode episode, RecalibrationAnswer answer)
    {
        var series = episode.Series;
        return Other("model", answer.Model, series.Model) ?? Other("version", answer.Version, series.Version) ?? Other("slice", answer.Slice, series.Slice?.ToString() ?? "");
    }

    private static string? Other(string what, string? said, string known) =>
        said is null || said == known ? null : known.Length > 0 ? $"{what} '{said}', and the episode is of {what} '{known}'" : $"{what} '{said}', and the episode is of no {what}";
}

using System.Diagnostics;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <content>Answers, and what becomes of a fix.</content>
public sealed partial class RecalibrationPolicy
{
    /// <summary>Until when predictions have to prove the fix of the running episode; null: there is none to prove.</summary>
    public EventTime? ProofUntil => State == EpisodeState.Answered ? Episode!.Answer!.Deadline : null;

    /// <summary>Since when a fix is in use that is not proven yet; null: there is none.</summary>
    public EventTime? FixedSince => State == EpisodeState.Answered ? Episode!.Answer!.At : null;

    /// <summary>Whether a fix is in use that was not found worse: if the rule finds the series calibrated again, its claims are those of the fix.</summary>
    public bool RestsOnFix => State is EpisodeState.Answered or EpisodeState.Ineffective && Episode!.Answer!.Said.BringsFix;

    /// <summary>Takes an answer to the newest episode.</summary>
    /// <param name="answer">What it says.</param>
    /// <param name="at">How far event time has come.</param>
    /// <returns>What became of it, and what the world should be told.</returns>
    public (AnswerResult Result, RecalibrationRequest? Told) Answer(RecalibrationAnswer answer, EventTime at)
    {
        if (!Running) return (AnswerResult.Ended, null);
        var result = EpisodeAnswers.ResultOf(Episode!, answer);
        if (!result.Counts()) return (result, null);
        bool fixes = answer.BringsFix;
        Episode = Episode! with { Answer = new(answer, at, fixes ? at + options.Requests.ProveWithin : null) };
        bool dismissed = answer.Kind == AnswerKind.Dismissed;
        if (fixes || dismissed)
        {
            State = dismissed ? EpisodeState.Dismissed : EpisodeState.Answered;
            if (Episode.RequestId is null) Episode = Episode with { Withheld = "answered" };
            gate.Enter(series);
        }

        return (result, Tell(RequestKind.Updated, new(FindingKind.Quiet, at, at, at)));
    }

    /// <summary>The fix was not proven.</summary>
    private RecalibrationRequest Doubt(in Finding finding)
    {
        var standing = finding.Kind == FindingKind.Overdue ? FixStanding.Overdue : FixStanding.Continues;
        Note(new(standing, finding.Decided, finding.Onset, finding.Until)
        {
            Method = options.Rule.Name,
            Compared = finding.Evidence?.Labeled ?? 0,
            LogEvidence = finding.LogEvidence,
            LogThreshold = finding.LogThreshold,
        });
        State = EpisodeState.Ineffective;
        return Tell(RequestKind.Ineffective, finding);
    }

    /// <summary>A comparison has come to something. A fix that is proven better ends the episode: what it leaves of the drift opens the next one.</summary>
    private RecalibrationRequest? Compare(in Finding finding)
    {
        var report = finding.Fix ?? throw new UnreachableException("A comparison says what it has found.");
        switch (report.Standing)
        {
            case FixStanding.Better:
                Note(report);
                return Resolve(finding);
            case FixStanding.Worse:
                Note(report);
                State = EpisodeState.Worsened;
                return Tell(RequestKind.RollbackRequested, finding);
            case FixStanding.Open:
                // Its time is over, and that stands.
                if (State == EpisodeState.Answered) Note(report);
                return null;
            case FixStanding.Continues:
            case FixStanding.Recovered:
            case FixStanding.Overdue:
                throw new UnreachableException($"{report.Standing} is found by the rule.");
            default:
                throw new UnreachableException();
        }
    }

    private void Note(FixReport report) => Episode = Episode! with { Answer = Episode.Answer! with { Report = report } };

    /// <summary>What is known of the fix at the end: what a comparison has proven, else that the rule has found the series calibrated.</summary>
    private EpisodeAnswer? Resolved(in Finding finding) =>
        Episode!.Answer is { Said.BringsFix: true, Standing: not FixStanding.Better } answer
            ? answer with { Report = finding.Fix ?? new(FixStanding.Recovered, finding.Decided, finding.Onset, finding.Until) { Method = options.Rule.Name, Compared = finding.Evidence?.Labeled ?? 0 } }
            : Episode!.Answer;
}

using System.Diagnostics;
using static System.FormattableString;

namespace DriftWatch.Core.Drift;

/// <summary>Parts of the sentence in which a rule tells its decision to people (<see cref="DriftRule.Describe"/>).</summary>
public static class DecisionText
{
    /// <summary>What outcomes do against the claims.</summary>
    public static string Of(Direction? direction, double? temperature, (double Low, double High)? region) =>
        DirectionText.Of(direction).Clause + DirectionText.Details(temperature, region);

    /// <summary>What was answered.</summary>
    public static string Answered(EpisodeAnswer answer)
    {
        var said = answer.Said;
        string why = said.Reason is { Length: > 0 } reason ? $": {reason}" : "";
        return said switch
        {
            { Kind: AnswerKind.Dismissed } => $"Dismissed by {said.By}{why}. Nothing more is asked; it ends when the drift does.",
            { BringsFix: true } => $"Completed by {said.By}{Named(said.Fix)}{why}. Predictions from {answer.At} to {answer.Deadline} have to prove it.",
            _ => $"{said.By} has changed nothing ({said.Verdict}){why}. A later answer may bring a fix.",
        };
    }

    /// <summary>What a fix has not done.</summary>
    public static string Unproven(EpisodeAnswer answer) => answer.Standing switch
    {
        FixStanding.Overdue => $"The fix of {answer.Said.By}{Named(answer.Said.Fix)} was not proven by predictions until {answer.Deadline}: neither has the series recovered nor has a comparison found it better. {Ways}",
        FixStanding.Continues => Invariant($"The drift goes on under the fix of {answer.Said.By}{Named(answer.Said.Fix)}: {answer.Report!.Compared} labeled predictions since {answer.At} prove it by themselves. {Ways}"),
        FixStanding.Worse => Invariant($"The fix of {answer.Said.By}{Named(answer.Said.Fix)} is worse than what was in use before: {Saved(answer.Report!)}. Take it back{(answer.Said.Fix?.Revision is null ? "" : ": driftwatch maps rollback puts the map before back")}."),
        FixStanding.Open or FixStanding.Better or FixStanding.Recovered or null => throw new UnreachableException(),
        _ => throw new UnreachableException(),
    };

    /// <summary>What is known of a fix when its episode ends well; empty where there is none.</summary>
    public static string Proven(EpisodeAnswer? answer) => answer?.Standing switch
    {
        FixStanding.Better => $" The fix of {answer.Said.By}{Named(answer.Said.Fix)} is proven better than what was before: {Saved(answer.Report!)}.",
        FixStanding.Recovered when answer.Report!.Method == FixReport.OfMap => Invariant($" The map of {answer.Said.By}{Named(answer.Said.Fix)} has answered in its place since {answer.At}, and {answer.Report.Compared} labeled predictions of its own version show no drift. By how much it is better is not known: with compare.enabled both are compared on the same requests."),
        FixStanding.Recovered => $" That the fix of {answer.Said.By}{Named(answer.Said.Fix)} did it is not proven: nothing was compared.",
        FixStanding.Open or FixStanding.Worse or FixStanding.Continues or FixStanding.Overdue or null => "",
        _ => throw new UnreachableException(),
    };

    private const string Ways = "Look whether it is really in use; if it is, answer again with another one.";

    private static string Saved(FixReport report) =>
        Invariant($"{report.Gain:+0.0000;-0.0000} nats a prediction over {report.Compared} compared ones{(report.GainAtAllTimes is { } ends ? Invariant($", at all times between {ends.Lower:+0.0000;-0.0000} and {ends.Upper:+0.0000;-0.0000}") : "")}");

    private static string Named(FixName? fix) => fix?.ToString() is { Length: > 0 } name ? $" ({name})" : "";

    internal static string What(RecalibrationRequest request) => Of(request.Direction, request.Temperature, request.Region);

    /// <summary>Whom a decision is about, where that is the model over all its versions; else empty.</summary>
    public static string AcrossVersions(RecalibrationRequest request) => request.Versions is { } versions ? $"Over all versions of {request.Series.Model} (judged: {versions}): " : "";

    /// <summary>Why nobody needs to act any more.</summary>
    public static string Superseded(RecalibrationRequest request) =>
        Invariant($"Version {request.Series.Version} has had no predictions since {request.Evidence.Start}, and version {request.SupersededBy} has them: this episode is over, and nothing is left to recalibrate.");

    internal static string Labeled(RecalibrationRequest request) => Invariant($"{request.Evidence.Labeled} labeled predictions since {request.Onset}");
}

namespace DriftWatch.Core.Drift;

/// <summary>What became of a record of the topic of answers: each is exactly one of these.</summary>
public enum AnswerResult : byte
{
    /// <summary>A fix is in use, and has to prove itself.</summary>
    Completed,

    /// <summary>It was worked on and nothing was changed; a later answer may bring a fix.</summary>
    NoFix,

    /// <summary>The episode asks no more.</summary>
    Dismissed,

    /// <summary>The episode has been answered: the first answer counts.</summary>
    Repeated,

    /// <summary>There is no such episode.</summary>
    Unknown,

    /// <summary>The episode is over.</summary>
    Ended,

    /// <summary>The episode is of another model, version or slice than the answer says.</summary>
    Mismatch,

    /// <summary>No event, or what every answer must say is missing or of another kind.</summary>
    Malformed,

    /// <summary>An event of a type that is no answer.</summary>
    Type,

    /// <summary>An answer whose type has a version that is not known here.</summary>
    Version,
}

public static class AnswerResults
{
    public static readonly IReadOnlyList<AnswerResult> All = Enum.GetValues<AnswerResult>();

    /// <summary>The name as a metric's tag, in logs and in dead letters.</summary>
    public static string Name(this AnswerResult result) => result == AnswerResult.NoFix ? "no_fix" : result.ToString().ToLowerInvariant();

    /// <summary>Whether it changed an episode.</summary>
    public static bool Counts(this AnswerResult result) => result is AnswerResult.Completed or AnswerResult.NoFix or AnswerResult.Dismissed;

    /// <summary>Whether the record itself is at fault, so that it goes to the dead letters.</summary>
    public static bool IsUnreadable(this AnswerResult result) => result is AnswerResult.Malformed or AnswerResult.Type or AnswerResult.Version;
}

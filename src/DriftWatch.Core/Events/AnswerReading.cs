using DriftWatch.Core.Drift;

namespace DriftWatch.Core.Events;

/// <summary>What a record of the topic of answers is: an answer, or why it is none.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Refused">Where there is none: one of those that <see cref="AnswerResults.IsUnreadable"/> knows.</param>
/// <param name="Fault">That in words, to follow a colon.</param>
public readonly record struct AnswerReading(RecalibrationAnswer? Answer, AnswerResult Refused, string? Fault)
{
    internal static AnswerReading Not(AnswerResult why, string fault) => new(null, why, fault);
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Comparison;

/// <summary>What is known of a candidate beside the current version, on the requests that both scored.</summary>
public sealed record ComparisonSnapshot
{
    /// <summary>How far they are apart in the newest day, labels or not.</summary>
    public required Disagreement LastDay { get; init; }

    /// <summary>Whether that is more than is configured as bearable.</summary>
    public required bool DisagreesTooOften { get; init; }

    /// <summary>Labeled requests that were judged.</summary>
    public required long Labeled { get; init; }

    /// <summary>Event time of the first and the end of the newest of them; null before any.</summary>
    public (EventTime From, EventTime To)? Span { get; init; }

    /// <summary>Mean log loss of both on them, in nats; null before any.</summary>
    public double? LogLossOfCurrent { get; init; }

    /// <inheritdoc cref="LogLossOfCurrent"/>
    public double? LogLossOfCandidate { get; init; }

    /// <summary>A confidence sequence for the candidate's mean gain in log loss, in nats: each end holds at all times but for <see cref="CompareOptions.Alpha"/> (bounded where claims are more than a nat of log-odds apart); null before any.</summary>
    public Interval? Gain { get; init; }

    /// <summary>Natural logarithms of the evidence that the candidate is better, and that it is worse; null before any.</summary>
    public double? LogBetter { get; init; }

    /// <inheritdoc cref="LogBetter"/>
    public double? LogWorse { get; init; }

    /// <summary>What both must reach.</summary>
    public required double LogThreshold { get; init; }

    /// <summary>φ that evidence was divided by last.</summary>
    public double? Overdispersion { get; init; }

    /// <summary>When it was first shown that the candidate is better; null: it was not.</summary>
    public EventTime? BetterAt { get; init; }

    /// <summary>When it was first shown that it is worse; null: it was not.</summary>
    public EventTime? WorseAt { get; init; }

    /// <summary>What was shown, and last.</summary>
    public ComparisonVerdict Verdict => ComparisonVerdicts.Of(BetterAt, WorseAt);
}

using System.Diagnostics;
using static System.FormattableString;

namespace DriftWatch.Core.Drift;

/// <summary>What outcomes do against the claims, in words: each direction stands here once, for events, API, metrics, page and reports.</summary>
/// <param name="Name">In JSON and as a metric's tag.</param>
/// <param name="Brief">In a table.</param>
/// <param name="Clause">Inside the sentence of a decision.</param>
/// <param name="Sentence">By itself, without its full stop.</param>
public sealed record DirectionText(string Name, string Brief, string Clause, string Sentence)
{
    private static readonly DirectionText Unknown = new("", "", "probabilities are off", "The claims do not match the outcomes");

    /// <param name="direction">What the rule said; null if it cannot tell.</param>
    public static DirectionText Of(Direction? direction) => direction switch
    {
        Direction.ShiftUp => new("shift-up", "more often than claimed", "outcomes happen more often than claimed", "Outcomes happen more often than claimed: probabilities are too low"),
        Direction.ShiftDown => new("shift-down", "less often than claimed", "outcomes happen less often than claimed", "Outcomes happen less often than claimed: probabilities are too high"),
        Direction.Overconfident => new("overconfident", "overconfident", "extreme probabilities are too extreme", "The claims are too extreme: high probabilities are too high, low ones too low"),
        Direction.Underconfident => new("underconfident", "underconfident", "extreme probabilities are too tame", "The claims are too tame: high probabilities are too low, low ones too high"),
        Direction.Local => new("local", "off in one region", "one region of probabilities is off", "One region of confidences is off; the rest means what it says"),
        null => Unknown,
        _ => throw new UnreachableException(),
    };

    /// <summary>By how much and where, to follow the words of a direction: <c>, T ≈ 1.5, mostly 0.8 to 1</c>.</summary>
    /// <param name="temperature">T, where it is a slope.</param>
    /// <param name="region">The region of confidences, where it is a local one.</param>
    public static string Details(double? temperature, (double Low, double High)? region)
    {
        string slope = temperature is { } t ? Invariant($", T ≈ {t:0.##}") : "";
        return region is { } ends ? slope + Invariant($", mostly {ends.Low:0.##} to {ends.High:0.##}") : slope;
    }
}

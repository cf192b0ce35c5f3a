using System.Diagnostics;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Comparison;

/// <summary>What labels have shown of a candidate.</summary>
public enum ComparisonVerdict
{
    /// <summary>Nothing yet.</summary>
    Open,

    /// <summary>Its log loss is lower than the current version's.</summary>
    Better,

    /// <summary>It is higher.</summary>
    Worse,
}

/// <summary>Its names.</summary>
public static class ComparisonVerdicts
{
    /// <summary>What was shown last: a candidate that was better may be worse later.</summary>
    internal static ComparisonVerdict Of(EventTime? better, EventTime? worse) => (better, worse) switch
    {
        (null, null) => ComparisonVerdict.Open,
        ({ } one, { } other) => other >= one ? ComparisonVerdict.Worse : ComparisonVerdict.Better,
        (null, _) => ComparisonVerdict.Worse,
        (_, null) => ComparisonVerdict.Better,
    };

    /// <summary>The name in JSON, metrics and events.</summary>
    public static string Name(this ComparisonVerdict verdict) => verdict switch
    {
        ComparisonVerdict.Open => "open",
        ComparisonVerdict.Better => "better",
        ComparisonVerdict.Worse => "worse",
        _ => throw new UnreachableException(),
    };
}

namespace DriftWatch.Core.Comparison;

/// <summary>Which versions of a model are compared on the requests that both scored, and when that is worth a word.</summary>
public sealed record CompareOptions
{
    /// <summary>Whether any are. It takes 8 bytes more for each entry of the join, of all models: predictions that have their label keep what they claimed.</summary>
    public bool Enabled { get; init; }

    /// <summary>The version that every other one is compared with: canary, shadow or challenger against what serves. Null: none. A version that a calibration map made, <c>V+cal.N</c>, is compared with <c>V</c> in any case.</summary>
    public string? Current { get; init; }

    /// <summary>By how much two probabilities of one request must differ to count as disagreeing.</summary>
    public double Distance { get; init; } = 0.1;

    /// <summary>The share of requests on which versions may disagree before it is a warning; null: no share is one.</summary>
    public double? MostDisagreeing { get; init; }

    /// <summary>The chance, at most, that a candidate which is no better is ever called better, and one that is no worse ever worse.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>Least stretch of event time that evidence must span: nothing is decided by one time of day.</summary>
    public TimeSpan LeastSpan { get; init; } = TimeSpan.FromDays(1);
}

using DriftWatch.Core.Drift.Rules;

namespace DriftWatch.Core.Drift;

/// <summary>What decides when a model is miscalibrated, and what is asked for then.</summary>
public sealed record WatchOptions
{
    /// <summary>The rule that decides.</summary>
    public DriftRule Rule { get; init; } = DriftRule.ESr;

    /// <summary>Policy of the sequential detector (<see cref="DriftRule.ESr"/>).</summary>
    public DriftOptions Drift { get; init; } = new();

    /// <summary>Policy of the threshold rule, and the least size of a window that is shown without a caveat.</summary>
    public ThresholdOptions Threshold { get; init; } = new();

    /// <summary>Parameters of the classical rules.</summary>
    public ClassicalOptions Rules { get; init; } = new();

    /// <summary>Whether and how often a recalibration is asked for.</summary>
    public RequestOptions Requests { get; init; } = new();

    /// <summary>Whether the rule watches the further views of a model too.</summary>
    public bool AllViews { get; init; }
}

using DriftWatch.Core.Comparison;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Serving;

namespace DriftWatch.Core.Monitoring;

/// <summary>How one model is watched.</summary>
public sealed record ModelOptions
{
    /// <summary>Who owns the model; a tag of <c>driftwatch_model_info</c>, by which alerts are routed.</summary>
    public string Team { get; init; } = "";

    public JoinRule Join { get; init; } = new();

    /// <summary>Age of a pane at which its labels count as in; null: the horizon, or the retention where an expired prediction counts as negative.</summary>
    public TimeSpan? Maturity { get; init; }

    /// <summary>The label that means "came true" for a binary model, in any spelling; null: 1 or true.</summary>
    public string? PositiveLabel { get; init; }

    /// <summary>The label that means "did not come true" for a binary model, in any spelling; null: 0 or false where there is no <see cref="PositiveLabel"/> either, and else every other label.</summary>
    public string? NegativeLabel { get; init; }

    /// <summary>Slice dimensions to watch; null: those that come, up to the bound.</summary>
    public IReadOnlyList<string>? Slices { get; init; }

    /// <summary>Looks at its predictions besides the main one.</summary>
    public ViewOptions Views { get; init; } = new();

    /// <summary>The rule that decides when the model is miscalibrated.</summary>
    public DriftRule Rule { get; init; } = DriftRule.ESr;

    /// <summary>Policy of the sequential detector (<see cref="DriftRule.ESr"/>).</summary>
    public DriftOptions Drift { get; init; } = new();

    /// <summary>Policy of the threshold rule, and the least size of a window that is shown without a caveat.</summary>
    public ThresholdOptions Threshold { get; init; } = new();

    /// <summary>Whether and how often a recalibration is asked for.</summary>
    public RequestOptions Requests { get; init; } = new();

    /// <summary>Parameters of the rules that see labeled predictions one by one.</summary>
    public PairRuleOptions Rules { get; init; } = new();

    /// <summary>How its serving latency is watched.</summary>
    public LatencyOptions Latency { get; init; } = new();

    /// <summary>Which of its versions are compared, and when that is worth a word.</summary>
    public CompareOptions Compare { get; init; } = new();

    /// <summary>What is said before, or without, a decision.</summary>
    public EarlyWarningOptions EarlyWarning { get; init; } = new();

    /// <summary>What says which label is which outcome, in one text; where no negative label is named, that of the versions that knew none.</summary>
    public string OutcomeLabels =>
        ClassText.Canonical(PositiveLabel ?? "1") + (NegativeLabel is { } negative ? $" (negative: {ClassText.Canonical(negative)})" : "");

    /// <summary>Age at which a pane of this model is judged.</summary>
    public TimeSpan MaturityAge(TimeSpan outOfOrderness) =>
        Maturity ?? (Join.OnExpiry == ExpiryRule.Negative ? Join.Retention(outOfOrderness) : Join.Horizon);

    /// <summary>The label that means "came true", in its canonical form.</summary>
    public string PositiveClass => ClassText.Canonical(PositiveLabel ?? "1");

    /// <summary>What its predictions count for.</summary>
    internal RoutePolicy Routing => new() { Join = Join, PositiveLabel = Canonical(PositiveLabel), NegativeLabel = Canonical(NegativeLabel), Slices = Slices, Views = Views, Compares = Compare.Enabled };

    private static string? Canonical(string? label) => label is null ? null : ClassText.Canonical(label);

    /// <summary>What decides on it.</summary>
    public WatchOptions Watch => new() { Rule = Rule, Drift = Drift, Threshold = Threshold, Rules = Rules, Requests = Requests, AllViews = Views.Watched };
}

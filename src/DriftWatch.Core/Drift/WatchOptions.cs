using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Series;
using DriftWatch.Core.Windowing;

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

    /// <summary>Parameters of the rules that see labeled predictions one by one.</summary>
    public PairRuleOptions Rules { get; init; } = new();

    /// <summary>Whether and how often a recalibration is asked for.</summary>
    public RequestOptions Requests { get; init; } = new();

    /// <summary>Whether the rule watches the further views of a model too.</summary>
    public bool AllViews { get; init; }

    /// <summary>Whether a rule watches this view of the model.</summary>
    public bool Judges(View view) => view.IsMain() || AllViews;

    /// <summary>What watches a series.</summary>
    /// <param name="series">Which.</param>
    /// <param name="windows">How its event time is cut.</param>
    /// <param name="family">The series that share its false-alarm rate; null: it alone.</param>
    /// <param name="sharedOnset">What its model version's whole traffic and slices share; null: nothing.</param>
    public IDriftDetector Detector(SeriesKey series, WindowOptions windows, AlarmFamily? family = null, SharedOnset? sharedOnset = null) =>
        Judges(series.View) ? Rule.Create(series, this, windows, family, sharedOnset) : new Unwatched();
}

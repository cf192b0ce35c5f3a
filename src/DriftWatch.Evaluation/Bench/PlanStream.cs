using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;

namespace DriftWatch.Evaluation.Bench;

/// <summary>What a plan is made for.</summary>
internal sealed record PlanStream
{
    /// <summary>Where the claims are.</summary>
    public required CalibrationSketch Claims { get; init; }

    /// <summary>The policy.</summary>
    public required DriftOptions Drift { get; init; }

    /// <summary>Age of panes when they are judged.</summary>
    public required TimeSpan Maturity { get; init; }

    /// <summary>Predictions that get their label, a day, if none comes too late.</summary>
    public required double PerDay { get; init; }

    /// <summary>Share of predictions whose label never comes.</summary>
    public double Unlabeled { get; init; }

    /// <summary>Shocks on the log-odds that all outcomes of a day share: standard deviation, and memory from day to day.</summary>
    public double Shocks { get; init; }

    /// <inheritdoc cref="Shocks"/>
    public double Memory { get; init; }

    /// <summary>Slices that share the false-alarm rate with the whole.</summary>
    public int Slices { get; init; }

    /// <summary>How long a version lives, in whole hours; null: one version all the time.</summary>
    public TimeSpan? VersionEvery { get; init; }

    /// <summary>Versions that are watched one by one; all later ones are watched as one, as the service folds them.</summary>
    public int MaxVersions { get; init; } = 20;

    /// <summary>Whether a day's predictions come all at once.</summary>
    public bool Batch { get; init; }

    /// <summary>How long the label of an outcome that did not come true takes, on average (exponential); what is older than <see cref="Maturity"/> then counts as missing.</summary>
    public TimeSpan DelayNegative { get; init; }

    /// <summary>The same where it did come true.</summary>
    public TimeSpan DelayPositive { get; init; }

    /// <summary>The share of labels of a kind that are there in time.</summary>
    public double InTime(bool cameTrue) => (cameTrue ? DelayPositive : DelayNegative) is var mean && mean > TimeSpan.Zero ? 1 - Math.Exp(-(Maturity / mean)) : 1;
}

using DriftWatch.Core.Drift;

namespace DriftWatch.Evaluation.Bench;

/// <summary>S14: a stream as a model's records make it, watched by the product's defaults.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Law">Where the claims are.</param>
internal sealed record ProductCell(string Name, ScoreLaw Law)
{
    /// <summary>Event time in days.</summary>
    public int Days { get; init; } = 90;

    public int PerDay { get; init; } = 1200;

    /// <summary>Days before the change.</summary>
    public int Stable { get; init; }

    /// <summary>What outcomes are after it; calibrated: there is none, and every alarm is false.</summary>
    public Truth Truth { get; init; } = Truth.Calibrated;

    /// <summary>Shocks on the log-odds that all predictions of a day share: standard deviation and memory from day to day.</summary>
    public double Shocks { get; init; }

    public double Memory { get; init; }

    /// <summary>When a day's predictions come.</summary>
    public Arrivals Arrivals { get; init; } = Arrivals.Evenly;

    /// <summary>Deviation of what each of 400 customers is off by, of whom ten send a day's predictions.</summary>
    public double Customers { get; init; }

    /// <summary>By how much log-odds are off at weekends; on the other days by two fifths of it, the other way.</summary>
    public double Weekends { get; init; }

    /// <summary>Regions, each a slice with shocks of its own; 0: none.</summary>
    public int Regions { get; init; }

    /// <summary>The day on which the last of the regions appears, and what <see cref="Truth"/> is then of it alone; 0: all are there from the beginning.</summary>
    public int LateRegion { get; init; }

    /// <summary>The share of predictions that a canary makes from day 31 on, in place of the version; 0: there is none.</summary>
    public double Canary { get; init; }

    /// <summary>How finely claims are told; outcomes follow what is told.</summary>
    public Fineness Fineness { get; init; } = Fineness.Exact;

    /// <summary>When labels come.</summary>
    public LabelTimes Labels { get; init; } = LabelTimes.AtOnce;

    /// <summary>The mean probability with which a label is asked for, which predictions say; 1: all are. Half of the predictions are asked seven times as often as the others.</summary>
    public double Asked { get; init; } = 1;

    /// <summary>By which share of what is left to 0 or 1 those that are asked more often come true more often than claimed, and the others less often: on average claims are as true as <see cref="Truth"/> says.</summary>
    public double Apart { get; init; }

    /// <summary>Of whom it is asked that claims are true.</summary>
    public NullHypothesis NullHypothesis { get; init; }

    /// <summary>Whether every day, or every so many (<see cref="VersionDays"/>), brings a new version of the model.</summary>
    public bool DailyVersions { get; init; }

    /// <summary>Days that a version lives, where they come and go.</summary>
    public int VersionDays { get; init; } = 1;

    /// <summary>What the policy says of dependence.</summary>
    public Dependence Dependence { get; init; } = Dependence.Auto;

    /// <summary>What is asked of it, in days: of the median.</summary>
    public double? Within { get; init; }

    /// <summary>The same as a multiple of what the same stream takes where outcomes are known to be independent.</summary>
    public double? Ratio { get; init; }

    /// <summary>The hour of the day of its first data.</summary>
    public int FirstHour => Arrivals switch { Arrivals.Batch => 2, Arrivals.Bursts => 3, _ => 0 };

    /// <summary>Whether nothing is to be found: claims are true of those of whom it is asked.</summary>
    public bool IsSilent => Truth.IsCalibrated && (Apart == 0 || NullHypothesis == NullHypothesis.Marginal);
}

/// <summary>When the predictions of a day come.</summary>
internal enum Arrivals
{
    /// <summary>So many an hour.</summary>
    Evenly,

    /// <summary>All at once.</summary>
    Batch,

    /// <summary>In four hours of the day, each with a shock of its own.</summary>
    Bursts,

    /// <summary>Three days of seven, and nothing on the others.</summary>
    Silence,
}

/// <summary>How finely a claim is told.</summary>
internal enum Fineness
{
    Exact,

    /// <summary>In hundredths.</summary>
    Hundredths,

    /// <summary>As one of .05, .2, .5, .8, .95.</summary>
    FiveValues,
}

/// <summary>When labels come.</summary>
internal enum LabelTimes
{
    /// <summary>A second after their prediction.</summary>
    AtOnce,

    /// <summary>Two hours later on average where nothing happened, six where it did: with a horizon of a day one positive in fifty comes too late.</summary>
    ByOutcome,

    /// <summary>At once; one positive in ten is reported as negative first and corrected six hours later.</summary>
    Corrected,
}

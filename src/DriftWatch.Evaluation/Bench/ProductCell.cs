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

    /// <summary>Whether every day brings a new version of the model.</summary>
    public bool DailyVersions { get; init; }

    /// <summary>What the policy says of dependence.</summary>
    public Dependence Dependence { get; init; } = Dependence.Auto;

    /// <summary>What is asked of it, in days: of the median.</summary>
    public double? Within { get; init; }

    /// <summary>The same as a multiple of what the same stream takes where outcomes are known to be independent.</summary>
    public double? Ratio { get; init; }

    public bool IsSilent => Truth.IsCalibrated;
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
}

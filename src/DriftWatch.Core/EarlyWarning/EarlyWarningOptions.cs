using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>What is said before, or without, a decision on calibration. Warnings never request anything.</summary>
/// <remarks>The reasons for the defaults are in docs/decisions/0012.</remarks>
public sealed record EarlyWarningOptions
{
    public bool Enabled { get; init; } = true;

    /// <summary>Width of the tumbling windows that are compared with the reference; a multiple of the pane. Null: that of the threshold rule.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Predictions that a window needs to be compared; smaller ones neither start nor end a warning.</summary>
    /// <remarks>At 1000 chance alone shows a population stability index of 0.02 over 20 regions: the usual bands begin to mean something.</remarks>
    public int MinPredictions { get; init; } = 1000;

    /// <summary>How many windows in a row it takes, to begin and to end a warning.</summary>
    public int Windows { get; init; } = 3;

    /// <summary>Standard deviations that every warning needs, besides its effect size.</summary>
    public double Z { get; init; } = 5;

    /// <summary>Population stability index, beyond chance, from which traffic counts as changed.</summary>
    public double Psi { get; init; } = 0.1;

    /// <summary>Fall of accuracy, expected or seen, that is worth a warning.</summary>
    public double AccuracyDrop { get; init; } = 0.02;

    /// <summary>Fall of completeness (labeled ÷ mature predictions) that is worth a warning.</summary>
    public double CompletenessDrop { get; init; } = 0.05;

    /// <summary>By which factor volume must be above or below that of the same hour of the week.</summary>
    public double VolumeRatio { get; init; } = 2;

    /// <summary>By which factor the median or the 95 % quantile of the label delay must move.</summary>
    public double DelayRatio { get; init; } = 1.5;

    /// <summary>By which factor the median or the 95 % quantile of the serving latency must move.</summary>
    public double LatencyRatio { get; init; } = 1.5;

    /// <summary>Spread of the gap over label delays from which labels count as selected.</summary>
    public double SelectionSpread { get; init; } = 0.02;

    public ReferenceOptions Reference { get; init; } = new();

    public ConformalOptions Conformal { get; init; } = new();
}

/// <summary>What the present is compared with.</summary>
public sealed record ReferenceOptions
{
    /// <summary>Start of a configured reference; null: the first mature prediction.</summary>
    public EventTime? From { get; init; }

    /// <summary>End of a configured reference; null: it is long and full enough.</summary>
    public EventTime? To { get; init; }

    /// <summary>Least event time that a reference without a configured end covers.</summary>
    public TimeSpan Least { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Event time after which it is closed with what it has.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromDays(28);

    /// <summary>Labeled predictions that it needs.</summary>
    public int Labeled { get; init; } = 20_000;
}

/// <summary>How prediction sets (binary) and answers worth giving (top label) are watched.</summary>
public sealed record ConformalOptions
{
    /// <summary>The share of misses that is allowed: sets are made to cover 1 − alpha.</summary>
    public double Alpha { get; init; } = 0.1;

    /// <summary>By how much coverage may fall short of 1 − alpha before it counts.</summary>
    public double Tolerance { get; init; } = 0.01;

    /// <summary>Step of the adaptive alpha.</summary>
    public double Gamma { get; init; } = 0.005;
}

namespace DriftWatch.Core.Calibration;

/// <summary>What is said of one metric on every surface: API, metrics page, status page, report, event and documentation read it here.</summary>
/// <param name="Name">The member in JSON: API, report and event.</param>
/// <param name="Title">What people read: on the status page and as a column of the report.</param>
/// <param name="Meaning">One sentence; the help of the Prometheus family too.</param>
public abstract record Metric(string Name, string Title, string Meaning)
{
    /// <summary>The Prometheus gauge of the newest mature window, without its prefix; null: it has none.</summary>
    public string? Family { get; init; }

    /// <summary>What tells this metric from others of the same family.</summary>
    public (string Name, string Value)? Tag { get; init; }

    /// <summary>How its number is written for people.</summary>
    public MetricUnit Unit { get; init; }
}

/// <summary>What the number of a metric counts.</summary>
public enum MetricUnit : byte
{
    /// <summary>A share or a probability, 0 to 1.</summary>
    Ratio,

    /// <summary>A difference of two probabilities, −1 to 1: its sign is told.</summary>
    Difference,

    /// <summary>A score or a statistic, of no unit or of nats.</summary>
    Score,

    /// <summary>How many.</summary>
    Count,
}

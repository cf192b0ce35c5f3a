namespace Prometheus;

/// <summary>What may be chosen for any metric.</summary>
public abstract class MetricConfiguration
{
    /// <summary>Names of the labels; ignored where the call names them itself.</summary>
    public string[]? LabelNames { get; set; }

    /// <summary>Whether a metric stays off the page until its value is first set.</summary>
    public bool SuppressInitialValue { get; set; }
}

public sealed class CounterConfiguration : MetricConfiguration
{
    public ExemplarBehavior? ExemplarBehavior { get; set; }
}

public sealed class GaugeConfiguration : MetricConfiguration;

public sealed class HistogramConfiguration : MetricConfiguration
{
    /// <summary>Upper bounds, increasing; the last, infinite one is added by itself.</summary>
    public double[]? Buckets { get; set; }

    public ExemplarBehavior? ExemplarBehavior { get; set; }
}

/// <remarks>The stand-in has no quantiles, so there is nothing more to choose.</remarks>
public sealed class SummaryConfiguration : MetricConfiguration;

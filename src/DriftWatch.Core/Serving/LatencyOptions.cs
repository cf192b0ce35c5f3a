namespace DriftWatch.Core.Serving;

/// <summary>How the serving latency of a model is watched, where its predictions carry one.</summary>
public sealed record LatencyOptions
{
    /// <summary>What the 95 % quantile should stay below: exported for alerts. Null: there is no limit.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Width of the tumbling windows whose quantiles are shown.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(5);
}

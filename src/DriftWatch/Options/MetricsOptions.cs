namespace DriftWatch.Options;

/// <summary>Bounds of the metrics page.</summary>
internal sealed record MetricsOptions
{
    /// <summary>Most time series for which the <c>sample_limit</c> of deploy/prometheus is enough, with room for those of the process.</summary>
    public const int MaxSeriesAsScraped = 24_000;

    /// <summary>Most time series on the page; a model version or slice that does not fit is left out whole and counted. The default is 20 000.</summary>
    /// <remarks>The scrape configuration's <c>sample_limit</c> must be above it: Prometheus drops a page that is too long altogether.</remarks>
    public int MaxSeries { get; init; } = 20_000;

    /// <summary>Event time without predictions or labels, past the horizon, after which a model version or slice leaves the page. The default is 24 h.</summary>
    /// <remarks>Frozen gauges of a retired version would keep its alerts alive; shorter makes a version that pauses at night come and go.</remarks>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Thresholds whose precision, recall, F1, specificity and confusion counts are on the page; those of the monitor's thresholds that are not here are in the API. The default is 0.5.</summary>
    public IReadOnlyList<double> Thresholds { get; init; } = [0.5];
}

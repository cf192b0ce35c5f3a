namespace Prometheus;

/// <summary>The way in: metrics in the registry that everybody shares, and factories for other registries.</summary>
public static class Metrics
{
    static Metrics()
    {
        DefaultRegistry = new CollectorRegistry();
        DefaultFactory = new MetricFactory(DefaultRegistry);
        SuppressDefaultMetrics(SuppressDefaultMetricOptions.SuppressNone);
    }

    public static CollectorRegistry DefaultRegistry { get; private set; }

    public static MetricFactory DefaultFactory { get; private set; }

    public static CollectorRegistry NewCustomRegistry() => new();

    public static MetricFactory WithCustomRegistry(CollectorRegistry registry) => new(registry);

    /// <summary>A factory that puts these labels on everything it creates.</summary>
    public static IMetricFactory WithLabels(IDictionary<string, string> labels) => new MetricFactory(DefaultRegistry, Label.From(labels));

    public static Counter CreateCounter(string name, string help, CounterConfiguration? configuration = null) =>
        DefaultFactory.CreateCounter(name, help, configuration);

    public static Gauge CreateGauge(string name, string help, GaugeConfiguration? configuration = null) =>
        DefaultFactory.CreateGauge(name, help, configuration);

    public static Summary CreateSummary(string name, string help, SummaryConfiguration? configuration = null) =>
        DefaultFactory.CreateSummary(name, help, configuration);

    public static Histogram CreateHistogram(string name, string help, HistogramConfiguration? configuration = null) =>
        DefaultFactory.CreateHistogram(name, help, configuration);

    public static Counter CreateCounter(string name, string help, string[] labelNames, CounterConfiguration? configuration = null) =>
        DefaultFactory.CreateCounter(name, help, labelNames, configuration);

    public static Gauge CreateGauge(string name, string help, string[] labelNames, GaugeConfiguration? configuration = null) =>
        DefaultFactory.CreateGauge(name, help, labelNames, configuration);

    public static Summary CreateSummary(string name, string help, string[] labelNames, SummaryConfiguration? configuration = null) =>
        DefaultFactory.CreateSummary(name, help, labelNames, configuration);

    public static Histogram CreateHistogram(string name, string help, string[] labelNames, HistogramConfiguration? configuration = null) =>
        DefaultFactory.CreateHistogram(name, help, labelNames, configuration);

    public static Counter CreateCounter(string name, string help, params string[] labelNames) =>
        DefaultFactory.CreateCounter(name, help, labelNames);

    public static Gauge CreateGauge(string name, string help, params string[] labelNames) =>
        DefaultFactory.CreateGauge(name, help, labelNames);

    public static Summary CreateSummary(string name, string help, params string[] labelNames) =>
        DefaultFactory.CreateSummary(name, help, labelNames);

    public static Histogram CreateHistogram(string name, string help, params string[] labelNames) =>
        DefaultFactory.CreateHistogram(name, help, labelNames);

    /// <summary>Keeps the metrics about the process out of the default registry. Has an effect only before its first collection.</summary>
    public static void SuppressDefaultMetrics() => SuppressDefaultMetrics(SuppressDefaultMetricOptions.SuppressAll);

    /// <inheritdoc cref="SuppressDefaultMetrics()" />
    public static void SuppressDefaultMetrics(SuppressDefaultMetricOptions options)
    {
        var chosen = options ?? SuppressDefaultMetricOptions.SuppressAll;
        DefaultRegistry.BeforeFirstCollect(() =>
        {
            if (!chosen.SuppressProcessMetrics)
            {
                DotNetStats.Register(DefaultRegistry);
            }

            if (!chosen.SuppressDebugMetrics)
            {
                RegistryStats.Register(DefaultRegistry);
            }
        });
    }
}

/// <summary>Chooses which metrics the default registry does without.</summary>
/// <remarks>The stand-in has neither event counters nor meters to collect: suppressing them changes nothing here, and spares a page of series with the package.</remarks>
public sealed class SuppressDefaultMetricOptions
{
    internal static readonly SuppressDefaultMetricOptions SuppressAll = new()
    {
        SuppressProcessMetrics = true,
        SuppressDebugMetrics = true,
        SuppressEventCounters = true,
        SuppressMeters = true,
    };

    internal static readonly SuppressDefaultMetricOptions SuppressNone = new();

    public bool SuppressProcessMetrics { get; set; }

    public bool SuppressDebugMetrics { get; set; }

    public bool SuppressEventCounters { get; set; }

    public bool SuppressMeters { get; set; }
}

using System.ComponentModel;

namespace Prometheus;

/// <summary>Creates metrics, or finds those created before under the same name and labels.</summary>
public interface IMetricFactory
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    Counter CreateCounter(string name, string help, CounterConfiguration? configuration = null);

    [EditorBrowsable(EditorBrowsableState.Never)]
    Gauge CreateGauge(string name, string help, GaugeConfiguration? configuration = null);

    [EditorBrowsable(EditorBrowsableState.Never)]
    Histogram CreateHistogram(string name, string help, HistogramConfiguration? configuration = null);

    [EditorBrowsable(EditorBrowsableState.Never)]
    Summary CreateSummary(string name, string help, SummaryConfiguration? configuration = null);

    Counter CreateCounter(string name, string help, string[] labelNames, CounterConfiguration? configuration = null);

    Gauge CreateGauge(string name, string help, string[] labelNames, GaugeConfiguration? configuration = null);

    Histogram CreateHistogram(string name, string help, string[] labelNames, HistogramConfiguration? configuration = null);

    Summary CreateSummary(string name, string help, string[] labelNames, SummaryConfiguration? configuration = null);

    IMetricFactory WithLabels(IDictionary<string, string> labels);

    ExemplarBehavior? ExemplarBehavior { get; set; }
}

/// <inheritdoc />
public sealed class MetricFactory : IMetricFactory
{
    private readonly CollectorRegistry _registry;
    private readonly Label[] _factoryLabels;

    // The registry's labels are looked up at the first metric and stay as they were then.
    private readonly Lazy<Label[]> _staticLabels;

    internal MetricFactory(CollectorRegistry registry, params Label[] labels)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _registry = registry;
        _factoryLabels = labels;
        _staticLabels = new(() => [.. _factoryLabels, .. _registry.Labels]);
    }

    public ExemplarBehavior? ExemplarBehavior { get; set; }

    public Counter CreateCounter(string name, string help, CounterConfiguration? configuration = null) =>
        CreateCounter(name, help, configuration?.LabelNames ?? [], configuration);

    public Gauge CreateGauge(string name, string help, GaugeConfiguration? configuration = null) =>
        CreateGauge(name, help, configuration?.LabelNames ?? [], configuration);

    public Summary CreateSummary(string name, string help, SummaryConfiguration? configuration = null) =>
        CreateSummary(name, help, configuration?.LabelNames ?? [], configuration);

    public Histogram CreateHistogram(string name, string help, HistogramConfiguration? configuration = null) =>
        CreateHistogram(name, help, configuration?.LabelNames ?? [], configuration);

    public Counter CreateCounter(string name, string help, string[] labelNames, CounterConfiguration? configuration = null) =>
        _registry.GetOrAdd(name, labelNames, _staticLabels.Value, () => new Counter(Describe(name, help, labelNames, configuration, configuration?.ExemplarBehavior)));

    public Gauge CreateGauge(string name, string help, string[] labelNames, GaugeConfiguration? configuration = null) =>
        _registry.GetOrAdd(name, labelNames, _staticLabels.Value, () => new Gauge(Describe(name, help, labelNames, configuration, null)));

    public Histogram CreateHistogram(string name, string help, string[] labelNames, HistogramConfiguration? configuration = null) =>
        _registry.GetOrAdd(name, labelNames, _staticLabels.Value, () => new Histogram(Describe(name, help, labelNames, configuration, configuration?.ExemplarBehavior), configuration?.Buckets));

    public Summary CreateSummary(string name, string help, string[] labelNames, SummaryConfiguration? configuration = null) =>
        _registry.GetOrAdd(name, labelNames, _staticLabels.Value, () => new Summary(Describe(name, help, labelNames, configuration, null)));

    public Counter CreateCounter(string name, string help, params string[] labelNames) => CreateCounter(name, help, labelNames, null);

    public Gauge CreateGauge(string name, string help, params string[] labelNames) => CreateGauge(name, help, labelNames, null);

    public Summary CreateSummary(string name, string help, params string[] labelNames) => CreateSummary(name, help, labelNames, null);

    public Histogram CreateHistogram(string name, string help, params string[] labelNames) => CreateHistogram(name, help, labelNames, null);

    /// <summary>A factory whose metrics carry these labels before those of this one.</summary>
    public IMetricFactory WithLabels(IDictionary<string, string> labels) =>
        labels.Count == 0 ? this : new MetricFactory(_registry, [.. Label.From(labels), .. _factoryLabels]);

    private Definition Describe(string name, string help, string[] labelNames, MetricConfiguration? configuration, ExemplarBehavior? exemplars) =>
        new(name, help, [.. labelNames], _staticLabels.Value, configuration?.SuppressInitialValue ?? false, exemplars ?? ExemplarBehavior ?? Prometheus.ExemplarBehavior.Default);
}

/// <summary>What all metrics are created from.</summary>
internal sealed record Definition(string Name, string Help, string[] LabelNames, Label[] StaticLabels, bool SuppressInitialValue, ExemplarBehavior Exemplars);

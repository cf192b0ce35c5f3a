using Prometheus;

namespace DriftWatch.Metrics;

/// <summary>The families of one metrics page, and how many series are on it.</summary>
internal sealed class MetricsPage
{
    private readonly MetricFactory _factory;
    private readonly List<ITaggedFamily> _families = [];
    private readonly ExportRound _round = new();

    public MetricsPage()
    {
        Registry = Prometheus.Metrics.NewCustomRegistry();
        _factory = Prometheus.Metrics.WithCustomRegistry(Registry);
    }

    public CollectorRegistry Registry { get; }

    /// <summary>Time series of all families that were told in this round so far.</summary>
    public int Exported => _round.Series;

    // A family without tags has one series, which must not stand there as 0 while nothing is known.
    public TaggedGauge Gauge(string name, string help, params string[] tags) =>
        Add(new TaggedGauge(_round, _factory.CreateGauge(name, help, new GaugeConfiguration { LabelNames = tags, SuppressInitialValue = true })));

    public TaggedCounter Counter(string name, string help, params string[] tags) =>
        Add(new TaggedCounter(_round, _factory.CreateCounter(name, help, new CounterConfiguration { LabelNames = tags, SuppressInitialValue = true })));

    public DelayHistogram Histogram(string name, string help, IReadOnlyList<double> bounds, params string[] tags) =>
        Add(new DelayHistogram(_round, _factory.CreateHistogram(name, help, new HistogramConfiguration { LabelNames = tags, Buckets = [.. bounds], SuppressInitialValue = true }), bounds));

    /// <summary>Tells something whole if the page then has at most so many time series, else nothing of it: half a series would be worse than none.</summary>
    /// <returns>The time series it took or would have taken, and whether it stands.</returns>
    public (int Series, bool Stands) Try(Action export, int most)
    {
        var (before, mark) = (Exported, _round.Mark);
        export();
        int after = Exported;
        if (after > most) _round.TakeBack(mark);
        return (after - before, after <= most);
    }

    /// <summary>Ends a round: what was not told leaves.</summary>
    public void Sweep()
    {
        foreach (var family in _families) family.Sweep();
        _round.End();
    }

    private T Add<T>(T family)
        where T : ITaggedFamily
    {
        _families.Add(family);
        return family;
    }
}

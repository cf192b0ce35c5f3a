using Prometheus;

namespace DriftWatch.Metrics;

/// <summary>A metric family of the page.</summary>
internal interface ITaggedFamily
{
    /// <summary>Ends a round: what was not told in it goes.</summary>
    void Sweep();
}

/// <summary>One metric family whose series follow what is told in each round: told series have the told value, untold ones leave the page.</summary>
/// <remarks>A series that is no longer exposed turns stale in Prometheus; one that kept its last value would lie for ever.</remarks>
internal abstract class TaggedFamily<TChild>(ExportRound round, Collector<TChild> collector, int seriesPerChild = 1) : ITaggedFamily
    where TChild : ChildBase
{
    private readonly Dictionary<string[], Entry> _entries = new(TagComparer.Instance);

    /// <summary>The series with these tags, made if need be, and told in this round.</summary>
    protected TChild Export(string[] tags)
    {
        if (!_entries.TryGetValue(tags, out var entry)) _entries.Add(tags, entry = new Entry(collector.WithLabels(Fitted(tags)), seriesPerChild));
        round.Add(entry);
        return entry.Child;
    }

    public void Sweep()
    {
        foreach (var (tags, entry) in _entries)
        {
            if (entry.Round == round.Number) continue;
            collector.RemoveLabelled(Fitted(tags));
            _entries.Remove(tags);
            Left(tags);
        }
    }

    private static string[] Fitted(string[] tags) => Array.ConvertAll(tags, TagText.Fit);

    /// <summary>Called when a series has left.</summary>
    protected virtual void Left(string[] tags)
    {
    }

    private sealed class Entry(TChild child, int series) : ExportedChild(series)
    {
        public TChild Child { get; } = child;
    }

    /// <summary>Tags are the same if all their values are.</summary>
    protected sealed class TagComparer : IEqualityComparer<string[]>
    {
        public static readonly TagComparer Instance = new();

        public bool Equals(string[]? x, string[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(string[] tags)
        {
            HashCode hash = default;
            foreach (string tag in tags) hash.Add(tag);
            return hash.ToHashCode();
        }
    }
}

/// <summary>Gauges. What has no finite value is not told: Prometheus has no way to write "unknown", and NaN silently resolves alerts.</summary>
internal sealed class TaggedGauge(ExportRound round, Gauge gauge) : TaggedFamily<Gauge.Child>(round, gauge)
{
    public void Set(double? value, params string[] tags)
    {
        if (value is { } v && double.IsFinite(v)) Export(tags).Set(v);
    }
}

/// <summary>Counters that follow a count kept elsewhere. They never go back, even where a correction took something away.</summary>
internal sealed class TaggedCounter(ExportRound round, Counter counter) : TaggedFamily<Counter.Child>(round, counter)
{
    public void IncTo(double value, params string[] tags) => Export(tags).IncTo(value);
}

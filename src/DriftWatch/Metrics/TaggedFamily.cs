using Prometheus;

namespace DriftWatch.Metrics;

/// <summary>One metric family whose series follow what is told in each round: told series have the told value, untold ones leave the page.</summary>
/// <remarks>A series that is no longer exposed turns stale in Prometheus; one that kept its last value would lie for ever.</remarks>
internal abstract class TaggedFamily(string name)
{
    public string Name { get; } = name;

    /// <summary>Time series that were told in this round so far.</summary>
    public abstract int Exported { get; }

    /// <summary>From here on, what is told in this round can be taken back.</summary>
    public abstract void Mark();

    /// <summary>Takes back what was told since the mark: it leaves the page at the end of the round.</summary>
    public abstract void TakeBack();

    /// <summary>Ends a round: what was not told since the last sweep goes.</summary>
    public abstract void Sweep();
}

/// <inheritdoc/>
internal abstract class TaggedFamily<TChild>(string name, Collector<TChild> collector, int seriesPerChild = 1) : TaggedFamily(name)
    where TChild : ChildBase
{
    private readonly Dictionary<string[], Entry> _entries = new(TagComparer.Instance);
    private readonly List<Entry> _told = [];
    private int _mark;
    private int _round;

    public override int Exported => _told.Count * seriesPerChild;

    public override void Mark() => _mark = _told.Count;

    public override void TakeBack()
    {
        foreach (var entry in _told.Skip(_mark)) entry.Round = _round - 1;
        _told.RemoveRange(_mark, _told.Count - _mark);
    }

    /// <summary>The series with these tags, made if need be, and told in this round.</summary>
    protected TChild Export(string[] tags)
    {
        if (!_entries.TryGetValue(tags, out var entry)) _entries.Add(tags, entry = new Entry(collector.WithLabels(Fitted(tags))));
        if (entry.Round != _round)
        {
            entry.Round = _round;
            _told.Add(entry);
        }

        return entry.Child;
    }

    public override void Sweep()
    {
        foreach (var (tags, entry) in _entries)
        {
            if (entry.Round == _round) continue;
            collector.RemoveLabelled(Fitted(tags));
            _entries.Remove(tags);
            Left(tags);
        }

        _round++;
        _told.Clear();
    }

    private static string[] Fitted(string[] tags) => Array.ConvertAll(tags, TagText.Fit);

    /// <summary>Called when a series has left.</summary>
    protected virtual void Left(string[] tags)
    {
    }

    private sealed class Entry(TChild child)
    {
        public TChild Child { get; } = child;

        public int Round { get; set; } = -1;
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
internal sealed class TaggedGauge(string name, Gauge gauge) : TaggedFamily<Gauge.Child>(name, gauge)
{
    public void Set(double? value, params string[] tags)
    {
        if (value is { } v && double.IsFinite(v)) Export(tags).Set(v);
    }
}

/// <summary>Counters that follow a count kept elsewhere. They never go back, even where a correction took something away.</summary>
internal sealed class TaggedCounter(string name, Counter counter) : TaggedFamily<Counter.Child>(name, counter)
{
    public void IncTo(double value, params string[] tags) => Export(tags).IncTo(value);
}

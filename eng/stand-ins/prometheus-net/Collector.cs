using System.ComponentModel;
using System.Text.RegularExpressions;

namespace Prometheus;

public interface ICollector
{
    string Name { get; }

    string Help { get; }

    string[] LabelNames { get; }
}

public interface ICollector<out TChild> : ICollector
    where TChild : ICollectorChild
{
    TChild Unlabelled { get; }

    TChild WithLabels(params string[] labelValues);

    TChild WithLabels(ReadOnlyMemory<string> labelValues);

    TChild WithLabels(ReadOnlySpan<string> labelValues);
}

public interface ICollectorChild;

/// <summary>A metric: a name, a help text, and one series for each set of label values.</summary>
public abstract partial class Collector
{
    internal Collector(Definition definition)
    {
        Definition = definition;
        if (!ValidName().IsMatch(definition.Name))
        {
            throw new ArgumentException($"Metric name '{definition.Name}' does not match '{NamePattern}'.");
        }

        var names = definition.LabelNames.Concat(definition.StaticLabels.Select(label => label.Name)).ToList();
        names.ForEach(CheckLabelName);
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count)
        {
            throw new InvalidOperationException($"A label name is there twice: {string.Join(", ", names)}.");
        }
    }

    public string Name => Definition.Name;

    public string Help => Definition.Help;

    public string[] LabelNames => Definition.LabelNames;

    internal Definition Definition { get; }

    internal abstract string Type { get; }

    internal abstract int ChildCount { get; }

    internal abstract int SeriesPerChild { get; }

    internal abstract void WriteSeries(TextPage page);

    internal abstract void Remove(Label[] labels);

    internal static void CheckLabelName(string name)
    {
        if (name is null)
        {
            throw new ArgumentException("A label name is null.");
        }

        if (!ValidName().IsMatch(name))
        {
            throw new ArgumentException($"Label name '{name}' does not match '{NamePattern}'.");
        }

        if (name.StartsWith("__", StringComparison.Ordinal))
        {
            throw new ArgumentException($"Label name '{name}' is reserved: it begins with two underscores.");
        }
    }

    private const string NamePattern = "^[a-zA-Z_][a-zA-Z0-9_]*$";

    [GeneratedRegex(NamePattern)]
    private static partial Regex ValidName();
}

/// <inheritdoc />
public abstract class Collector<TChild> : Collector, ICollector<TChild>
    where TChild : ChildBase
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Label[], TChild> _children = new(InOrder<Label>.Comparer);

    // Looking up the series without labels is what unlabelled metrics do at every call.
    private TChild? _unlabelled;

    internal Collector(Definition definition)
        : base(definition)
    {
    }

    protected internal TChild Unlabelled => Volatile.Read(ref _unlabelled) ?? FindUnlabelled();

    TChild ICollector<TChild>.Unlabelled => Unlabelled;

    internal override int ChildCount
    {
        get
        {
            lock (_gate)
            {
                return _children.Count;
            }
        }
    }

    [EditorBrowsable(EditorBrowsableState.Never)]
    public TChild Labels(params string[] labelValues) => WithLabels(labelValues);

    public TChild WithLabels(params string[] labelValues)
    {
        ArgumentNullException.ThrowIfNull(labelValues);
        return Find(Label.From(LabelNames, labelValues));
    }

    public TChild WithLabels(ReadOnlyMemory<string> labelValues) => Find(Label.From(LabelNames, labelValues.Span));

    public TChild WithLabels(ReadOnlySpan<string> labelValues) => Find(Label.From(LabelNames, labelValues));

    public void RemoveLabelled(params string[] labelValues)
    {
        ArgumentNullException.ThrowIfNull(labelValues);
        Remove(Label.From(LabelNames, labelValues));
    }

    public IEnumerable<string[]> GetAllLabelValues()
    {
        lock (_gate)
        {
            return [.. _children.Keys.Where(labels => labels.Length > 0).Select(labels => labels.Select(label => label.Value).ToArray())];
        }
    }

    internal override void Remove(Label[] labels)
    {
        lock (_gate)
        {
            _children.Remove(labels);
            if (labels.Length == 0)
            {
                Volatile.Write(ref _unlabelled, null);
            }
        }
    }

    internal override void WriteSeries(TextPage page)
    {
        // A metric without labels is on the page from the start.
        if (LabelNames.Length == 0)
        {
            _ = Unlabelled;
        }

        TChild[] children;
        lock (_gate)
        {
            children = [.. _children.Values];
        }

        foreach (var child in children.Where(child => child.IsPublished))
        {
            child.Write(page);
        }
    }

    private protected abstract TChild NewChild(Label[] labels);

    private TChild FindUnlabelled()
    {
        var child = Find([]);
        Volatile.Write(ref _unlabelled, child);
        return child;
    }

    private TChild Find(Label[] labels)
    {
        lock (_gate)
        {
            if (!_children.TryGetValue(labels, out var child))
            {
                child = NewChild(labels);
                _children.Add(labels, child);
            }

            return child;
        }
    }
}

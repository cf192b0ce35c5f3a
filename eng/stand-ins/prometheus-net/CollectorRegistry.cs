using System.Collections.Concurrent;
using System.Diagnostics;

namespace Prometheus;

public interface ICollectorRegistry
{
    void AddBeforeCollectCallback(Action callback);

    void AddBeforeCollectCallback(Func<CancellationToken, Task> callback);

    IEnumerable<KeyValuePair<string, string>> StaticLabels { get; }

    void SetStaticLabels(IDictionary<string, string> labels);

    Task CollectAndExportAsTextAsync(Stream to, ExpositionFormat format = ExpositionFormat.PrometheusText, CancellationToken cancel = default);
}

/// <summary>The metrics of one page, in the order in which they were created.</summary>
/// <remarks>Metrics of one name are a family: they share a type and may differ in their labels.</remarks>
public sealed class CollectorRegistry : ICollectorRegistry
{
    private readonly ConcurrentQueue<Action> _beforeCollect = [];
    private readonly ConcurrentQueue<Func<CancellationToken, Task>> _beforeCollectAsync = [];
    private readonly Lock _gate = new();
    private readonly List<Family> _families = [];
    private readonly Dictionary<string, Family> _familyByName = new(StringComparer.Ordinal);

    private Action? _beforeFirstCollect;
    private bool _collected;

    public IEnumerable<KeyValuePair<string, string>> StaticLabels => Labels.ToDictionary(label => label.Name, label => label.Value);

    internal Label[] Labels { get; private set; } = [];

    /// <summary>Runs before each collection. What it throws is traced and otherwise ignored.</summary>
    public void AddBeforeCollectCallback(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _beforeCollect.Enqueue(callback);
    }

    /// <inheritdoc cref="AddBeforeCollectCallback(Action)" />
    public void AddBeforeCollectCallback(Func<CancellationToken, Task> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _beforeCollectAsync.Enqueue(callback);
    }

    /// <summary>Puts labels on every metric of this registry; once, before there are any.</summary>
    public void SetStaticLabels(IDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        lock (_gate)
        {
            if (Labels.Length > 0)
            {
                throw new InvalidOperationException("The registry has its labels already.");
            }

            if (_families.Count > 0 || _collected)
            {
                throw new InvalidOperationException("The registry has metrics or has been collected: it is too late for labels.");
            }

            foreach (var (name, value) in labels)
            {
                Collector.CheckLabelName(name);
                if (value is null)
                {
                    throw new ArgumentException($"The value of label '{name}' is null.");
                }
            }

            Labels = Label.From(labels);
        }
    }

    public Task CollectAndExportAsTextAsync(Stream to, CancellationToken cancel = default) =>
        CollectAndExportAsTextAsync(to, ExpositionFormat.PrometheusText, cancel);

    public Task CollectAndExportAsTextAsync(Stream to, ExpositionFormat format, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        return CollectAsync(() => to, format, cancel);
    }

    /// <summary>Collects and writes; the stream is only asked for once there is something to write.</summary>
    internal async Task CollectAsync(Func<Stream> open, ExpositionFormat format, CancellationToken cancel)
    {
        RunBeforeFirstCollect();
        await RunBeforeCollectAsync(cancel).ConfigureAwait(false);

        Collector[][] families;
        lock (_gate)
        {
            families = [.. _families.Select(family => family.Collectors.ToArray())];
        }

        var page = new TextPage(open, format);
        foreach (var collectors in families.Where(collectors => collectors.Length > 0))
        {
            page.Declare(collectors[0]);
            foreach (var collector in collectors)
            {
                collector.WriteSeries(page);
                await page.FlushIfLargeAsync(cancel).ConfigureAwait(false);
            }
        }

        await page.EndAsync(cancel).ConfigureAwait(false);
    }

    internal void BeforeFirstCollect(Action callback)
    {
        lock (_gate)
        {
            if (!_collected)
            {
                _beforeFirstCollect = callback;
            }
        }
    }

    internal TCollector GetOrAdd<TCollector>(string name, string[] labelNames, Label[] staticLabels, Func<TCollector> create)
        where TCollector : Collector
    {
        lock (_gate)
        {
            if (!_familyByName.TryGetValue(name, out var family))
            {
                family = new Family(typeof(TCollector));
                _familyByName.Add(name, family);
                _families.Add(family);
            }

            if (family.Type != typeof(TCollector))
            {
                throw new InvalidOperationException($"There is already a metric '{name}' of another type.");
            }

            var known = family.Collectors.Find(one => InOrder<string>.Comparer.Equals(one.LabelNames, labelNames) && InOrder<Label>.Comparer.Equals(one.Definition.StaticLabels, staticLabels));
            if (known is null)
            {
                known = create();
                family.Collectors.Add(known);
            }

            return (TCollector)known;
        }
    }

    /// <summary>All metrics as they are now.</summary>
    internal IReadOnlyList<Collector> Collectors
    {
        get
        {
            lock (_gate)
            {
                return [.. _families.SelectMany(family => family.Collectors)];
            }
        }
    }

    private void RunBeforeFirstCollect()
    {
        Action? callback;
        lock (_gate)
        {
            callback = _collected ? null : _beforeFirstCollect;
            _collected = true;
            _beforeFirstCollect = null;
        }

        callback?.Invoke();
    }

    private async Task RunBeforeCollectAsync(CancellationToken cancel)
    {
        foreach (var callback in _beforeCollect)
        {
            try
            {
                callback();
            }
            catch (Exception failure)
            {
                Trace.WriteLine($"A callback before collection failed: {failure}");
            }
        }

        await Task.WhenAll(_beforeCollectAsync.Select(async callback =>
        {
            try
            {
                await callback(cancel).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                Trace.WriteLine($"A callback before collection failed: {failure}");
            }
        })).ConfigureAwait(false);
    }

    private sealed record Family(Type Type)
    {
        public List<Collector> Collectors { get; } = [];
    }
}

/// <summary>Thrown to say that there are no metrics to be had now; the page answers 503 with the message.</summary>
public class ScrapeFailedException : Exception
{
    public ScrapeFailedException()
    {
    }

    public ScrapeFailedException(string message)
        : base(message)
    {
    }

    public ScrapeFailedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

namespace Prometheus;

/// <summary>One series of a metric (or, for a histogram, one set of them).</summary>
public abstract class ChildBase : ICollectorChild, IDisposable
{
    private readonly Collector _parent;
    private readonly Label[] _labels;
    private bool _published;

    internal ChildBase(Collector parent, Label[] labels)
    {
        _parent = parent;
        _labels = labels;
        _published = !parent.Definition.SuppressInitialValue;
        LabelText = TextPage.LabelText([.. labels, .. parent.Definition.StaticLabels]);
    }

    /// <summary>The labels as the page shows them: <c>a="1",b="2"</c>.</summary>
    internal byte[] LabelText { get; }

    internal bool IsPublished => Volatile.Read(ref _published);

    public void Publish() => Volatile.Write(ref _published, true);

    public void Unpublish() => Volatile.Write(ref _published, false);

    public void Remove() => _parent.Remove(_labels);

    public void Dispose() => Remove();

    public override string ToString() => $"{_parent.Name}{{{TextPage.Encoding.GetString(LabelText)}}}";

    internal abstract void Write(TextPage page);

    internal Exemplar DefaultExemplar(double value) => _parent.Definition.Exemplars.DefaultExemplarProvider?.Invoke(_parent, value) ?? Exemplar.None;

    /// <summary>Puts the exemplar in its slot, unless it is too soon after the one before.</summary>
    internal void Record(Exemplar exemplar, double value, ref ObservedExemplar? slot)
    {
        if (exemplar.IsEmpty)
        {
            return;
        }

        exemplar.Consume();
        var now = DateTimeOffset.UtcNow;
        var pause = _parent.Definition.Exemplars.NewExemplarMinInterval;
        if (pause > TimeSpan.Zero && now.UtcTicks - Interlocked.Read(ref _lastExemplar) < pause.Ticks)
        {
            return;
        }

        Interlocked.Exchange(ref _lastExemplar, now.UtcTicks);
        Volatile.Write(ref slot, new ObservedExemplar(exemplar, value, now));
    }

    private long _lastExemplar;
}

/// <summary>A number that many threads may change.</summary>
internal struct SharedDouble
{
    private double _value;

    public double Value
    {
        readonly get => Volatile.Read(in _value);
        set => Volatile.Write(ref _value, value);
    }

    public void Add(double increment)
    {
        double seen;
        do
        {
            seen = Value;
        }
        while (!Replace(seen, seen + increment));
    }

    public void RaiseTo(double target)
    {
        double seen;
        do
        {
            seen = Value;
        }
        while (!(seen >= target) && !Replace(seen, target));
    }

    public void LowerTo(double target)
    {
        double seen;
        do
        {
            seen = Value;
        }
        while (!(seen <= target) && !Replace(seen, target));
    }

    // Compared by its bits, so that a NaN does not keep us here for ever.
    private bool Replace(double seen, double next) =>
        BitConverter.DoubleToInt64Bits(Interlocked.CompareExchange(ref _value, next, seen)) == BitConverter.DoubleToInt64Bits(seen);
}

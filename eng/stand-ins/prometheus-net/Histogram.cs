namespace Prometheus;

public interface IObserver : ICollectorChild
{
    void Observe(double val);
}

public interface IHistogram : IObserver
{
    void Observe(double val, long count);

    void Observe(double val, Exemplar? exemplar);

    double Sum { get; }

    long Count { get; }
}

/// <summary>Counts of values by their size: a bucket counts all values at or below its bound.</summary>
public sealed class Histogram : Collector<Histogram.Child>, IHistogram
{
    private static readonly double[] _defaultBuckets = [.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10];

    private readonly double[] _bounds;
    private readonly ExtraLabel[] _le;

    internal Histogram(Definition definition, double[]? buckets)
        : base(definition)
    {
        if (definition.LabelNames.Contains("le", StringComparer.Ordinal))
        {
            throw new ArgumentException("The label name 'le' is the histogram's own.");
        }

        _bounds = buckets ?? _defaultBuckets;
        if (_bounds.Length == 0)
        {
            throw new ArgumentException("A histogram has at least one bucket.");
        }

        if (!double.IsPositiveInfinity(_bounds[^1]))
        {
            _bounds = [.. _bounds, double.PositiveInfinity];
        }

        for (var i = 1; i < _bounds.Length; i++)
        {
            if (_bounds[i] <= _bounds[i - 1])
            {
                throw new ArgumentException("The buckets' bounds increase.");
            }
        }

        _le = [.. _bounds.Select(bound => new ExtraLabel("le", bound))];
    }

    public double Sum => Unlabelled.Sum;

    public long Count => Unlabelled.Count;

    internal override string Type => "histogram";

    internal override int SeriesPerChild => 2 + _bounds.Length;

    public void Observe(double val) => Unlabelled.Observe(val);

    public void Observe(double val, long count) => Unlabelled.Observe(val, count);

    public void Observe(double val, Exemplar? exemplar) => Unlabelled.Observe(val, exemplar);

    public void Publish() => Unlabelled.Publish();

    public void Unpublish() => Unlabelled.Unpublish();

    public static double[] ExponentialBuckets(double start, double factor, int count)
    {
        Require(count > 0, nameof(count), "positive");
        Require(start > 0, nameof(start), "positive");
        Require(factor > 1, nameof(factor), "greater than 1");
        return Bounds(start, count, bound => bound * (decimal)factor);
    }

    public static double[] LinearBuckets(double start, double width, int count)
    {
        Require(count > 0, nameof(count), "positive");
        return Bounds(start, count, bound => bound + (decimal)width);
    }

    private protected override Child NewChild(Label[] labels) => new(this, labels);

    private static void Require(bool holds, string parameter, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"The {parameter} of buckets is {what}.");
        }
    }

    // In decimal, so that 0.1 + 0.2 is a bound that people can read.
    private static double[] Bounds(double start, int count, Func<decimal, decimal> next)
    {
        var bounds = new double[count];
        var bound = (decimal)start;
        for (var i = 0; i < count; i++)
        {
            bounds[i] = (double)bound;
            bound = next(bound);
        }

        return bounds;
    }

    /// <inheritdoc cref="Histogram" />
    public sealed class Child : ChildBase, IHistogram
    {
        private readonly Histogram _parent;
        private readonly long[] _counts;
        private readonly ObservedExemplar?[] _exemplars;
        private SharedDouble _sum;

        internal Child(Histogram parent, Label[] labels)
            : base(parent, labels)
        {
            _parent = parent;
            _counts = new long[parent._bounds.Length];
            _exemplars = new ObservedExemplar?[parent._bounds.Length];
        }

        public double Sum => _sum.Value;

        public long Count
        {
            get
            {
                var total = 0L;
                for (var i = 0; i < _counts.Length; i++)
                {
                    total += Interlocked.Read(ref _counts[i]);
                }

                return total;
            }
        }

        public void Observe(double val) => Observe(val, 1, null);

        public void Observe(double val, long count) => Observe(val, count, null);

        public void Observe(double val, Exemplar? exemplarLabels) => Observe(val, 1, exemplarLabels);

        private void Observe(double value, long count, Exemplar? exemplar)
        {
            if (double.IsNaN(value))
            {
                return;
            }

            var bucket = 0;
            while (value > _parent._bounds[bucket])
            {
                bucket++;
            }

            Interlocked.Add(ref _counts[bucket], count);
            Record(exemplar ?? DefaultExemplar(value), value, ref _exemplars[bucket]);
            _sum.Add(value * count);
            Publish();
        }

        internal override void Write(TextPage page)
        {
            page.Sample(_parent.Name, "_sum", LabelText, default, Sum, null);
            page.Sample(_parent.Name, "_count", LabelText, default, Count, null);
            var upToHere = 0L;
            for (var i = 0; i < _counts.Length; i++)
            {
                upToHere += Interlocked.Read(ref _counts[i]);
                page.Sample(_parent.Name, "_bucket", LabelText, _parent._le[i], upToHere, Volatile.Read(ref _exemplars[i]));
            }
        }
    }
}

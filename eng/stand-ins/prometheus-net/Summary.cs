namespace Prometheus;

public interface ISummary : IObserver;

/// <summary>The number of values and their sum.</summary>
/// <remarks>The package also offers quantiles; no code of ours asks for them, and the stand-in has no option that would.</remarks>
public sealed class Summary : Collector<Summary.Child>, ISummary
{
    internal Summary(Definition definition)
        : base(definition)
    {
        if (definition.LabelNames.Contains("quantile", StringComparer.Ordinal))
        {
            throw new ArgumentException("The label name 'quantile' is the summary's own.");
        }
    }

    internal override string Type => "summary";

    internal override int SeriesPerChild => 2;

    public void Observe(double val) => Unlabelled.Observe(val);

    public void Publish() => Unlabelled.Publish();

    public void Unpublish() => Unlabelled.Unpublish();

    private protected override Child NewChild(Label[] labels) => new(this, labels);

    /// <inheritdoc cref="Summary" />
    public sealed class Child : ChildBase, ISummary
    {
        private readonly Summary _parent;
        private readonly Lock _gate = new();
        private double _sum;
        private long _count;

        internal Child(Summary parent, Label[] labels)
            : base(parent, labels) => _parent = parent;

        public void Observe(double val)
        {
            if (double.IsNaN(val))
            {
                return;
            }

            lock (_gate)
            {
                _sum += val;
                _count++;
            }

            Publish();
        }

        internal override void Write(TextPage page)
        {
            double sum;
            long count;
            lock (_gate)
            {
                (sum, count) = (_sum, _count);
            }

            page.Sample(_parent.Name, "_sum", LabelText, default, sum, null);
            page.Sample(_parent.Name, "_count", LabelText, default, count, null);
        }
    }
}

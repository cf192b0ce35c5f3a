namespace Prometheus;

public interface IGauge : ICollectorChild
{
    void Inc(double increment = 1);

    void Set(double val);

    void Dec(double decrement = 1);

    void IncTo(double targetValue);

    void DecTo(double targetValue);

    double Value { get; }
}

/// <summary>A number that goes up and down.</summary>
public sealed class Gauge : Collector<Gauge.Child>, IGauge
{
    internal Gauge(Definition definition)
        : base(definition)
    {
    }

    public double Value => Unlabelled.Value;

    internal override string Type => "gauge";

    internal override int SeriesPerChild => 1;

    public void Inc(double increment = 1) => Unlabelled.Inc(increment);

    public void Set(double val) => Unlabelled.Set(val);

    public void Dec(double decrement = 1) => Unlabelled.Dec(decrement);

    public void IncTo(double targetValue) => Unlabelled.IncTo(targetValue);

    public void DecTo(double targetValue) => Unlabelled.DecTo(targetValue);

    public void Publish() => Unlabelled.Publish();

    public void Unpublish() => Unlabelled.Unpublish();

    private protected override Child NewChild(Label[] labels) => new(this, labels);

    /// <inheritdoc cref="Gauge" />
    public sealed class Child : ChildBase, IGauge
    {
        private readonly Gauge _parent;
        private SharedDouble _value;

        internal Child(Gauge parent, Label[] labels)
            : base(parent, labels) => _parent = parent;

        public double Value => _value.Value;

        public void Inc(double increment = 1)
        {
            _value.Add(increment);
            Publish();
        }

        public void Set(double val)
        {
            _value.Value = val;
            Publish();
        }

        public void Dec(double decrement = 1) => Inc(-decrement);

        public void IncTo(double targetValue)
        {
            _value.RaiseTo(targetValue);
            Publish();
        }

        public void DecTo(double targetValue)
        {
            _value.LowerTo(targetValue);
            Publish();
        }

        internal override void Write(TextPage page) => page.Sample(_parent.Name, "", LabelText, default, Value, null);
    }
}

namespace Prometheus;

public interface ICounter : ICollectorChild
{
    void Inc(double increment = 1.0);

    void Inc(Exemplar? exemplar);

    void Inc(double increment, Exemplar? exemplar);

    void IncTo(double targetValue);

    double Value { get; }
}

/// <summary>A number that only grows.</summary>
public sealed class Counter : Collector<Counter.Child>, ICounter
{
    internal Counter(Definition definition)
        : base(definition)
    {
    }

    public double Value => Unlabelled.Value;

    internal override string Type => "counter";

    internal override int SeriesPerChild => 1;

    public void Inc(double increment = 1.0) => Unlabelled.Inc(increment);

    public void Inc(Exemplar? exemplar) => Unlabelled.Inc(exemplar);

    public void Inc(double increment, Exemplar? exemplar) => Unlabelled.Inc(increment, exemplar);

    /// <summary>Raises the counter to the value, or leaves it when it is already there or beyond.</summary>
    public void IncTo(double targetValue) => Unlabelled.IncTo(targetValue);

    public void Publish() => Unlabelled.Publish();

    public void Unpublish() => Unlabelled.Unpublish();

    private protected override Child NewChild(Label[] labels) => new(this, labels);

    /// <inheritdoc cref="Counter" />
    public sealed class Child : ChildBase, ICounter
    {
        private readonly Counter _parent;
        private SharedDouble _value;
        private ObservedExemplar? _exemplar;

        internal Child(Counter parent, Label[] labels)
            : base(parent, labels) => _parent = parent;

        public double Value => _value.Value;

        public void Inc(double increment = 1.0) => Inc(increment, null);

        public void Inc(Exemplar? exemplar) => Inc(1, exemplar);

        public void Inc(double increment, Exemplar? exemplar)
        {
            if (increment < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(increment), "A counter only grows.");
            }

            Record(exemplar ?? DefaultExemplar(increment), increment, ref _exemplar);
            _value.Add(increment);
            Publish();
        }

        public void IncTo(double targetValue)
        {
            _value.RaiseTo(targetValue);
            Publish();
        }

        internal override void Write(TextPage page) =>
            page.Sample(_parent.Name, "", LabelText, default, Value, Volatile.Read(ref _exemplar));
    }
}

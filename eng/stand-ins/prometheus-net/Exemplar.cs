using System.Diagnostics;
using System.Text;

namespace Prometheus;

/// <summary>Labels, such as a trace's id, that lead from a number to one of the events behind it.</summary>
/// <remarks>An exemplar belongs to one observation and cannot be used twice.</remarks>
public sealed class Exemplar
{
    /// <summary>No exemplar, said on purpose.</summary>
    public static readonly Exemplar None = new();

    private static readonly LabelKey _traceId = Key("trace_id");
    private static readonly LabelKey _spanId = Key("span_id");

    private int _consumed;

    public Exemplar()
    {
    }

    private Exemplar(params LabelPair[] pairs) => Pairs = pairs;

    internal LabelPair[] Pairs { get; } = [];

    internal bool IsEmpty => Pairs.Length == 0;

    public static LabelKey Key(string key)
    {
        if (string.IsNullOrWhiteSpace(key))
        {
            throw new ArgumentException("The key is empty.", nameof(key));
        }

        Collector.CheckLabelName(key);
        return new LabelKey(key);
    }

    public static LabelPair Pair(string key, string value) => Key(key).WithValue(value);

    public static Exemplar From(in LabelPair labelPair1, in LabelPair labelPair2, in LabelPair labelPair3) => new(labelPair1, labelPair2, labelPair3);

    public static Exemplar From(in LabelPair labelPair1, in LabelPair labelPair2) => new(labelPair1, labelPair2);

    public static Exemplar From(in LabelPair labelPair1) => new(labelPair1);

    public static Exemplar FromTraceContext() => FromTraceContext(_traceId, _spanId);

    public static Exemplar FromTraceContext(in LabelKey traceIdKey, in LabelKey spanIdKey) =>
        Activity.Current is { } activity
            ? From(traceIdKey.WithValue(activity.TraceId.ToString()), spanIdKey.WithValue(activity.SpanId.ToString()))
            : None;

    public Exemplar Clone() =>
        Volatile.Read(ref _consumed) == 0 ? new Exemplar(Pairs) : throw new InvalidOperationException("A used exemplar cannot be cloned.");

    internal void Consume()
    {
        if (Interlocked.Exchange(ref _consumed, 1) == 1)
        {
            throw new InvalidOperationException("An exemplar is for one observation; make another for the next.");
        }
    }

    public readonly struct LabelKey
    {
        private readonly string _name;

        internal LabelKey(string name) => _name = name;

        // Exemplars are ASCII; what is not becomes a question mark.
        public LabelPair WithValue(string value) => new(_name, Ascii.IsValid(value) ? value : Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(value)));
    }

    public readonly struct LabelPair
    {
        internal LabelPair(string name, string value) => (Name, Value) = (name, value);

        internal string Name { get; }

        internal string Value { get; }
    }
}

/// <summary>Gives an observation its exemplar when the caller gave none.</summary>
public delegate Exemplar ExemplarProvider(Collector metric, double value);

/// <summary>Where exemplars come from and how often.</summary>
public sealed class ExemplarBehavior
{
    internal static readonly ExemplarBehavior Default = new() { DefaultExemplarProvider = (_, _) => Exemplar.FromTraceContext() };

    public ExemplarProvider? DefaultExemplarProvider { get; set; }

    /// <summary>The least time between two exemplars of a series; the default value is zero.</summary>
    public TimeSpan NewExemplarMinInterval { get; set; } = TimeSpan.Zero;

    public static ExemplarBehavior NoExemplars() => new() { DefaultExemplarProvider = (_, _) => Exemplar.None };
}

internal sealed record ObservedExemplar(Exemplar Exemplar, double Value, DateTimeOffset Time);

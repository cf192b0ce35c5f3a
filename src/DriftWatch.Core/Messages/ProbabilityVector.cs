using System.Buffers.Text;

namespace DriftWatch.Messages;

/// <summary>The probabilities of all classes, taken in one by one and reduced to the most likely class.</summary>
/// <remarks>Of classes that are equally likely the first counts as predicted; <see cref="IsTied"/> says that there were several.</remarks>
public sealed class ProbabilityVector(ReadLimits limits)
{
    /// <summary>How far from 1 the sum may be.</summary>
    public const double Tolerance = 1e-3;

    private readonly HashSet<ulong> _classes = [];
    private Field _best;
    private byte[]? _bestKnown;
    private int _bestIndex;
    private double _sum;
    private double _highest;

    /// <summary>Whether the record has a vector, be it an empty one.</summary>
    public bool Started { get; private set; }

    public int Count { get; private set; }

    public bool IsTied { get; private set; }

    /// <summary>Probability of the most likely class.</summary>
    public double Highest => _highest + 0.0;

    /// <summary>What is wrong with a member of the vector.</summary>
    internal ReadFault Fault { get; } = new();

    public void Clear()
    {
        Started = IsTied = false;
        Count = 0;
        _sum = 0;
        _highest = -1;
        if (_classes.Count > 0) _classes.Clear();
        Fault.Clear();
    }

    /// <summary>Begins a vector; one without classes is a fault of its own.</summary>
    public void Start()
    {
        Clear();
        Started = true;
    }

    /// <summary>Adds a class that is known beforehand, as a column's name is. An empty cell is to be left out by the caller.</summary>
    public void Add(byte[] name, FieldKind kind, ReadOnlySpan<byte> value)
    {
        if (AddValue(kind, value)) (_best, _bestKnown, _bestIndex) = (default, name, -1);
    }

    /// <summary>Adds a class whose name stands in the record.</summary>
    internal void Add(Field name, ReadOnlySpan<byte> nameText, FieldKind kind, ReadOnlySpan<byte> value)
    {
        if (nameText.Length > limits.MaxStringBytes) Fault.Note(RejectReason.Oversize, FieldName.Probabilities, "shorter class names (limit maxStringBytes)");
        else if (Count < limits.MaxClasses && !_classes.Add(ClassKey.Of(nameText))) Fault.Note(RejectReason.DuplicateKey, FieldName.Probabilities, "each class once", nameText);
        if (AddValue(kind, value)) (_best, _bestKnown, _bestIndex) = (name, null, -1);
    }

    /// <summary>Adds the next class of an array; its name is its index.</summary>
    internal void AddNext(FieldKind kind, ReadOnlySpan<byte> value)
    {
        int index = Count;
        if (AddValue(kind, value)) (_best, _bestKnown, _bestIndex) = (default, null, index);
    }

    /// <summary>Whether the vector is one: every member a probability, and the sum 1 within <see cref="Tolerance"/>.</summary>
    internal RejectReason Check()
    {
        if (Fault.Reason != RejectReason.None) return Fault.Reason;
        if (Count == 0) return Fault.Note(RejectReason.MissingProbability, FieldName.Probabilities, "at least one class");
        if (Math.Abs(_sum - 1) <= Tolerance) return RejectReason.None;
        Span<byte> sum = stackalloc byte[32];
        Utf8Formatter.TryFormat(_sum, sum, out int length);
        return Fault.Note(RejectReason.ProbabilitySum, FieldName.Probabilities, "a sum of 1 within 0.001", sum[..length]);
    }

    /// <summary>The most likely class as a field.</summary>
    internal Field Best(RecordFields fields)
    {
        if (_bestKnown is not null) return fields.Keep(_bestKnown, FieldKind.Text);
        if (_bestIndex < 0) return new Field(_best.Start, _best.Length, FieldKind.Text);
        Utf8Formatter.TryFormat(_bestIndex, fields.Reserve(16), out int length);
        return fields.Kept(length, FieldKind.Text);
    }

    /// <returns>Whether this class is the most likely so far.</returns>
    private bool AddValue(FieldKind kind, ReadOnlySpan<byte> text)
    {
        if (Count >= limits.MaxClasses)
        {
            Fault.Note(RejectReason.Oversize, FieldName.Probabilities, "fewer classes (limit maxClasses)");
            return false;
        }

        Count++;
        var reason = ProbabilityText.Read(kind, text, out double probability);
        if (reason != RejectReason.None)
        {
            Fault.Note(reason, FieldName.Probabilities, "only numbers from 0 to 1", text);
            return false;
        }

        _sum += probability;
        if (probability == _highest) IsTied = true;
        if (!(probability > _highest)) return false;
        IsTied = false;
        _highest = probability;
        return true;
    }
}

using System.Buffers.Text;
using System.Globalization;
using System.Text;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Input;

/// <summary>The probabilities of all classes, taken in one by one: the most likely class, and each class for those who keep them.</summary>
/// <remarks>Of classes that are equally likely the first counts as predicted; <see cref="IsTied"/> says that there were several.</remarks>
public sealed class ProbabilityVector(ReadLimits limits, ProbabilityTransform transform = ProbabilityTransform.None)
{
    /// <summary>How far from 1 the sum may be.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>What binary numbers may add to that, of single precision too: of vectors that are as far off in decimals, none is refused for how its sum was rounded.</summary>
    private const double Rounding = 1e-7;

    private const string NotProbabilities = "only numbers from 0 to 1: DriftWatch watches probabilities of classes, not embeddings, logits or scores of a ranking";

    private readonly HashSet<ulong> _classes = [];
    private readonly List<ulong> _indexKeys = [];
    private Member[] _members = new Member[16];
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

    /// <summary>Adds a class that is known beforehand in its canonical form, as a column's name is. An empty cell is to be left out by the caller.</summary>
    public void Add(byte[] name, FieldKind kind, ReadOnlySpan<byte> value)
    {
        int index = Count;
        if (AddValue(kind, value, out double probability)) (_best, _bestKnown, _bestIndex) = (default, name, -1);
        if (index < Count) _members[index] = new Member(probability, default, name, 0, false);
    }

    /// <summary>Adds a class whose name stands in the record.</summary>
    internal void Add(ReadOnlySpan<byte> record, RecordFields fields, Field name, FieldKind kind, ReadOnlySpan<byte> value)
    {
        ulong key = 0;
        var text = fields.TextOf(record, name);
        if (text.Length > limits.MaxStringBytes) Fault.Note(RejectReason.Oversize, FieldName.Probabilities, "shorter class names (limit maxStringBytes)");
        else if (Count < limits.MaxClasses && !_classes.Add(key = ClassText.KeyOf(text))) NoteTwice(record, fields, text, key);
        int index = Count;
        if (AddValue(kind, value, out double probability)) (_best, _bestKnown, _bestIndex) = (name, null, -1);
        if (index < Count) _members[index] = new Member(probability, name, null, key, true);
    }

    /// <summary>Adds the next class of an array; its name is its index.</summary>
    internal void AddNext(FieldKind kind, ReadOnlySpan<byte> value)
    {
        int index = Count;
        if (AddValue(kind, value, out double probability)) (_best, _bestKnown, _bestIndex) = (default, null, index);
        if (index < Count) _members[index] = new Member(probability, default, null, 0, false);
    }

    /// <summary>Whether the vector is one: every member a probability, and the sum 1 within <see cref="Tolerance"/>.</summary>
    internal RejectReason Check()
    {
        if (Fault.Reason != RejectReason.None) return Fault.Reason;
        if (Count == 0) return Fault.Note(RejectReason.MissingProbability, FieldName.Probabilities, "at least one class");
        if (Math.Abs(_sum - 1) <= Tolerance + Rounding) return RejectReason.None;
        Span<byte> sum = stackalloc byte[32];
        Utf8Formatter.TryFormat(_sum, sum, out int length);
        return Fault.Note(RejectReason.ProbabilitySum, FieldName.Probabilities, "a sum of 1 within 0.001", sum[..length]);
    }

    /// <summary>The most likely class, in its canonical form.</summary>
    internal ReadOnlySpan<byte> Best(ReadOnlySpan<byte> record, RecordFields fields)
    {
        if (_bestKnown is not null) return _bestKnown;
        if (_bestIndex < 0) return ClassText.Canonical(fields.TextOf(record, _best), fields);
        Utf8Formatter.TryFormat(_bestIndex, fields.Reserve(16), out int length);
        return fields.TextOf(record, fields.Kept(length, FieldKind.Text));
    }

    /// <summary>The probability of a class.</summary>
    internal double Probability(int index) => _members[index].Probability + 0.0;

    /// <summary>The <see cref="ClassKey"/> of a class.</summary>
    internal ulong Key(int index)
    {
        ref readonly var member = ref _members[index];
        return member.Known is { } known ? ClassKey.Of(known) : member.IsNamed ? member.Key : IndexKey(index);
    }

    /// <summary>The name of a class, in its canonical form.</summary>
    internal string NameOf(int index, RecordFields fields, ReadOnlySpan<byte> record)
    {
        ref readonly var member = ref _members[index];
        if (member.Known is { } known) return Encoding.UTF8.GetString(known);
        return member.IsNamed ? Encoding.UTF8.GetString(ClassText.Canonical(fields.TextOf(record, member.Name), fields)) : index.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Notes that two keys come to one class, in both spellings.</summary>
    private void NoteTwice(ReadOnlySpan<byte> record, RecordFields fields, ReadOnlySpan<byte> again, ulong key)
    {
        int first = 0;
        while (!(_members[first].IsNamed && _members[first].Key == key)) first++;
        Fault.NoteClasses(RejectReason.DuplicateKey, FieldName.Probabilities, "each class once, in one spelling", fields.TextOf(record, _members[first].Name), again);
    }

    /// <summary>The key of a class of an array, made once for all records.</summary>
    private ulong IndexKey(int index)
    {
        while (_indexKeys.Count <= index) _indexKeys.Add(ClassKey.Of(_indexKeys.Count.ToString(CultureInfo.InvariantCulture)));
        return _indexKeys[index];
    }

    /// <returns>Whether this class is the most likely so far.</returns>
    private bool AddValue(FieldKind kind, ReadOnlySpan<byte> text, out double probability)
    {
        probability = 0;
        if (Count >= limits.MaxClasses)
        {
            Fault.Note(RejectReason.Oversize, FieldName.Probabilities, "fewer classes (limit maxClasses)");
            return false;
        }

        if (Count == _members.Length) Array.Resize(ref _members, 2 * Count);
        Count++;
        var reason = ProbabilityText.Read(kind, text, transform, out probability);
        if (reason != RejectReason.None)
        {
            Fault.Note(reason, FieldName.Probabilities, Expected(reason, probability), text);
            return false;
        }

        _sum += probability;
        if (probability == _highest) IsTied = true;
        if (!(probability > _highest)) return false;
        IsTied = false;
        _highest = probability;
        return true;
    }

    private string Expected(RejectReason reason, double found)
    {
        if (transform != ProbabilityTransform.None) return $"only numbers that are each {transform.Expected()}";
        return reason == RejectReason.ProbabilityRange && ProbabilityTransforms.IsOfOtherKind(found) ? NotProbabilities : "only numbers from 0 to 1";
    }

    /// <summary>One class: its probability, and its name as a place in the record, as known beforehand, or as its index.</summary>
    private readonly record struct Member(double Probability, Field Name, byte[]? Known, ulong Key, bool IsNamed);
}

using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace DriftWatch.Core.Input;

/// <summary>The fields found in one record, whatever its format; filled, handed to the <see cref="RecordAssembler"/>, cleared and used again.</summary>
/// <remarks>Fields are offsets into the record's bytes, so that nothing is copied; text that had to be unescaped or unquoted is kept here (<see cref="Keep"/>).</remarks>
public sealed class RecordFields(ReadLimits limits, ProbabilityTransform transform = ProbabilityTransform.None)
{
    /// <summary>Where the rows of a record are.</summary>
    internal static readonly FieldName RowsSlot = (FieldName)(FieldCatalogue.All.Count + RecordFilter.Most);

    // Behind the fields: what filters look at, the rows, and slices that have places of their own.
    private readonly Field[] _fields = new Field[(int)RowsSlot + 1 + FieldMapping.MostSlicePlaces];
    private readonly CommonFields _common = new();
    private SliceField[] _slices = new SliceField[8];
    private byte[] _kept = new byte[256];
    private int _keptLength;
    private readonly double[] _numbers = new double[FieldCatalogue.All.Count];
    private ulong _present;
    private ulong _numeric;

    /// <summary>The vector of class probabilities, if the record has one.</summary>
    public ProbabilityVector Vector { get; } = new(limits, transform);

    /// <summary>Whether NaN and infinities may stand anywhere: records are of a format that has them.</summary>
    internal bool MayBeNotFinite { get; init; }

    /// <summary>The first fault that is not one field's own: a duplicate key, a slice that is no scalar.</summary>
    internal ReadFault Fault { get; } = new();

    /// <summary>One field; absent if it was not set.</summary>
    public Field this[FieldName name]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (_present & (1ul << (int)name)) != 0 ? _fields[(int)name] : default;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set
        {
            _fields[(int)name] = value;
            _present |= 1ul << (int)name;
        }
    }

    /// <summary>Sets a field to a number that came as one, so that no text of it has to be made and read.</summary>
    public void SetNumber(FieldName name, double value)
    {
        this[name] = new Field(0, 0, FieldKind.Number);
        _numbers[(int)name] = value;
        _numeric |= 1ul << (int)name;
    }

    /// <summary>The number that <see cref="SetNumber"/> set.</summary>
    internal bool TryNumber(FieldName name, out double value)
    {
        value = _numbers[(int)name];
        return (_numeric & (1ul << (int)name)) != 0;
    }

    /// <summary>Slices in the order of the record.</summary>
    public ReadOnlySpan<SliceField> Slices => _slices.AsSpan(0, SliceCount);

    internal int SliceCount { get; private set; }

    /// <summary>Where rows begin that were met with.</summary>
    internal RowStarts Rows { get; } = new(limits.MaxRows);

    /// <summary>The number that the id of this row gets behind it; negative: the id is the row's own.</summary>
    public int NumberOfId { get; set; } = -1;

    /// <summary>Forgets the record.</summary>
    public void Clear()
    {
        NumberOfId = -1;
        Rows.Clear();
        _present = _numeric = 0;
        _keptLength = 0;
        SliceCount = 0;
        if (Vector.Started) Vector.Clear();
        if (Fault.Reason != RejectReason.None) Fault.Clear();
    }

    /// <summary>Forgets one field.</summary>
    internal void Remove(FieldName name) => _present &= ~(1ul << (int)name);

    /// <summary>Forgets all fields but one, and no text.</summary>
    internal void KeepOnly(FieldName name)
    {
        _present &= 1ul << (int)name;
        SliceCount = 0;
        Rows.Clear();
        if (Vector.Started) Vector.Clear();
    }

    /// <summary>What has been found is common to all rows of the record: each begins with it.</summary>
    public void KeepCommon() => (_common.Present, _common.Numeric, _common.KeptLength, _common.SliceCount, _common.HasVector) = (_present, _numeric, _keptLength, SliceCount, Vector.Started);

    /// <summary>Forgets the row before, and what was wrong with it.</summary>
    public void ForgetRow()
    {
        (_present, _numeric, _keptLength, SliceCount) = (_common.Present, _common.Numeric, _common.KeptLength, _common.SliceCount);
        if (Vector.Started && !_common.HasVector) Vector.Clear();
        if (Fault.Reason != RejectReason.None) Fault.Clear();
    }

    /// <summary>Copies text that does not stand in the record as it is: unescaped, unquoted or made up.</summary>
    public Field Keep(ReadOnlySpan<byte> text, FieldKind kind)
    {
        text.CopyTo(Reserve(text.Length));
        return Kept(text.Length, kind);
    }

    /// <summary>Adds a slice whose dimension stands in the record.</summary>
    public void AddSlice(Field dimension, Field value) => AddSlice(new SliceField(null, dimension, value));

    /// <summary>Adds a slice whose dimension is known beforehand, as a column's name is.</summary>
    public void AddSlice(byte[] dimension, Field value) => AddSlice(new SliceField(dimension, default, value));

    /// <summary>The text of a field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> record, Field field) =>
        field.Start >= 0 ? record.Slice(field.Start, field.Length) : _kept.AsSpan(~field.Start, field.Length);

    /// <summary>The text of a slice's dimension.</summary>
    public ReadOnlySpan<byte> DimensionOf(ReadOnlySpan<byte> record, in SliceField slice) =>
        slice.Known is { } known ? known : TextOf(record, slice.Dimension);

    /// <summary>Room for at most <paramref name="length"/> bytes of kept text; <see cref="Kept"/> says how many were used.</summary>
    internal Span<byte> Reserve(int length)
    {
        if (_kept.Length - _keptLength < length) Array.Resize(ref _kept, Math.Max(_kept.Length * 2, _keptLength + length));
        return _kept.AsSpan(_keptLength, length);
    }

    /// <summary>The id of a request with the number of this row behind it.</summary>
    internal ReadOnlySpan<byte> Numbered(ReadOnlySpan<byte> id)
    {
        Span<byte> digits = stackalloc byte[16];
        Utf8Formatter.TryFormat(NumberOfId, digits, out int length);
        var text = Reserve(id.Length + 1 + length);
        id.CopyTo(text);
        text[id.Length] = (byte)'-';
        digits[..length].CopyTo(text[(id.Length + 1)..]);
        return TextOf(default, Kept(text.Length, FieldKind.Text));
    }

    internal Field Kept(int length, FieldKind kind)
    {
        var field = new Field(~_keptLength, length, kind);
        _keptLength += length;
        return field;
    }

    private void AddSlice(SliceField slice)
    {
        if (slice.Value.Kind == FieldKind.Absent) return;
        if (SliceCount >= limits.MaxSlices)
        {
            Fault.Note(RejectReason.Oversize, FieldName.Slices, "fewer slices (limit maxSlices)");
            return;
        }

        if (SliceCount == _slices.Length) Array.Resize(ref _slices, SliceCount * 2);
        _slices[SliceCount++] = slice;
    }

    /// <summary>How much of it was there before the first row.</summary>
    private sealed class CommonFields
    {
        public ulong Present;
        public ulong Numeric;
        public int KeptLength;
        public int SliceCount;
        public bool HasVector;
    }
}

/// <summary>One slice of a record: its dimension, known beforehand or standing in the record, and its value.</summary>
public readonly record struct SliceField(byte[]? Known, Field Dimension, Field Value);

using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using DriftWatch.Core.Input;
using DriftWatch.Core.Input.Columns;
using DriftWatch.Files.Columns;

namespace DriftWatch.Files;

/// <summary>Arrow's IPC format, of which the file is a stream with a frame around it: so both are read forward, through pipes and compression too.</summary>
internal sealed class ArrowTable : Table
{
    /// <summary>Bytes before the stream in a file: its magic, padded.</summary>
    private const int Frame = 8;

    private readonly ArrowStreamReader _reader;
    private readonly List<(string Name, int[] Path, IArrowType Type)> _columns = [];
    private readonly List<RecordBatch>? _kept;
    private RecordBatch? _batch;

    /// <exception cref="FileException">It does not begin with a schema.</exception>
    public ArrowTable(InputFile file)
    {
        try
        {
            if (file.Start.AsSpan().StartsWith("ARROW1"u8)) file.Content.ReadExactly(stackalloc byte[Frame]);
            _reader = new ArrowStreamReader(file.Content, new CompressionCodecFactory(), leaveOpen: true);
            var schema = _reader.Schema ?? throw new InvalidDataException("there is no schema");
            AddColumns(schema.FieldsList, "", []);
        }
        catch (Exception broken) when (broken is not FileException)
        {
            throw new FileException($"{file.Name}: this begins as Arrow and cannot be read as such: {broken.Message}", ExitCode.Usage, broken);
        }
    }

    /// <summary>A value in memory, which has to stay as it is: all that was read of it stays readable until the end.</summary>
    /// <exception cref="Exception">It is no Arrow; whatever the library says.</exception>
    public ArrowTable(ReadOnlyMemory<byte> value)
    {
        _kept = [];
        _reader = new ArrowStreamReader(value.Span.StartsWith("ARROW1"u8) ? value[Frame..] : value);
        AddColumns((_reader.Schema ?? throw new InvalidDataException("there is no schema")).FieldsList, "", []);
    }

    public override IReadOnlyList<string> Columns => [.. _columns.Select(column => column.Name)];

    public override string? Unreadable(int column) => IsRead(_columns[column].Type) ? null : _columns[column].Type.Name;

    public override bool IsWithoutZone(int column) => _columns[column].Type is TimestampType { Timezone: null or "" };

    public override int Read(IReadOnlyList<int> wanted, ColumnValues[] values)
    {
        if (_kept is null) _batch?.Dispose();
        _batch = _reader.ReadNextRecordBatch();
        if (_batch is null) return -1;
        _kept?.Add(_batch);
        for (int i = 0; i < values.Length; i++) values[i] = ValuesOf(ArrayOf(_columns[wanted[i]].Path))!;
        return _batch.Length;
    }

    public override void Dispose()
    {
        _batch?.Dispose();
        _kept?.ForEach(batch => batch.Dispose());
        _reader.Dispose();
    }

    private void AddColumns(IReadOnlyList<Apache.Arrow.Field> fields, string prefix, int[] above)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            if (fields[i].DataType is StructType inner) AddColumns(inner.Fields, $"{prefix}{fields[i].Name}.", [.. above, i]);
            else _columns.Add((prefix + fields[i].Name, [.. above, i], fields[i].DataType));
        }
    }

    private IArrowArray ArrayOf(int[] path)
    {
        var array = _batch!.Column(path[0]);
        foreach (int place in path.AsSpan(1)) array = ((StructArray)array).Fields[place];
        return array;
    }

    private static bool IsRead(IArrowType type) => type switch
    {
        DictionaryType dictionary => IsRead(dictionary.ValueType),
        ListType list => IsRead(list.ValueDataType),
        LargeListType list => IsRead(list.ValueDataType),
        FixedSizeListType list => IsRead(list.ValueDataType),
        NullType or BooleanType or Int8Type or Int16Type or Int32Type or Int64Type or UInt8Type or UInt16Type or UInt32Type or UInt64Type or HalfFloatType or FloatType or DoubleType
            or StringType or LargeStringType or StringViewType or BinaryType or LargeBinaryType or Decimal128Type or TimestampType or Date32Type or Date64Type => true,
        _ => false,
    };

    private static ColumnValues? ValuesOf(IArrowArray array) => array switch
    {
        NullArray => new((_, _) => default, Plain: new PlainColumn()),
        DictionaryArray encoded => Decoded(encoded),
        TimestampArray times => Times(times),
        Date32Array days => new((row, into) => days.IsNull(row) ? default : TypedValues.Time(into, days.Values[row] * (Int128)TimeSpan.TicksPerDay)),
        Date64Array days => new((row, into) => days.IsNull(row) ? default : TypedValues.Time(into, days.Values[row] * (Int128)TimeSpan.TicksPerMillisecond)),
        DoubleArray numbers => new((row, into) => numbers.IsNull(row) ? default : TypedValues.Number(into, numbers.Values[row]), row => numbers.IsNull(row) ? double.NaN : numbers.Values[row], Plain: Plain(numbers)),
        FloatArray numbers => Each(numbers, TypedValues.Number, Plain(numbers)),
        HalfFloatArray numbers => Each(numbers, TypedValues.Number),
        Int64Array numbers => Each(numbers, TypedValues.Whole, Plain(numbers)),
        Int32Array numbers => Each(numbers, (into, value) => TypedValues.Whole(into, (long)value), Plain(numbers)),
        Int16Array numbers => Each(numbers, (into, value) => TypedValues.Whole(into, (long)value), Plain(numbers)),
        Int8Array numbers => Each(numbers, (into, value) => TypedValues.Whole(into, (long)value), Plain(numbers)),
        UInt64Array numbers => Each(numbers, TypedValues.Whole, Plain(numbers)),
        UInt32Array numbers => Each(numbers, (into, value) => TypedValues.Whole(into, (long)value), Plain(numbers)),
        UInt16Array numbers => Each(numbers, (into, value) => TypedValues.Whole(into, (long)value), Plain(numbers)),
        UInt8Array numbers => Each(numbers, (into, value) => TypedValues.Whole(into, (long)value), Plain(numbers)),
        BooleanArray flags => new((row, into) => flags.IsNull(row) ? default : TypedValues.Flag(into, flags.GetValue(row)!.Value), Plain: new FlagColumn(flags)),
        Decimal128Array numbers => new((row, into) => numbers.IsNull(row) ? default : TypedValues.Number(into, numbers.GetValue(row)!.Value)),
        BinaryArray texts => new((row, into) => TypedValues.Text(into, texts.GetBytes(row, out _)), Plain: new PackedTexts(texts)),
        LargeBinaryArray texts => new((row, into) => TypedValues.Text(into, texts.GetBytes(row, out _)), Plain: new ArrowTexts(texts)),
        BinaryViewArray texts => new((row, into) => TypedValues.Text(into, texts.GetBytes(row, out _)), Plain: new ArrowTexts(texts)),
        ListArray lists => List(lists.Values, row => lists.IsNull(row) ? default : lists.ValueOffsets[row]..lists.ValueOffsets[row + 1]),
        LargeListArray lists => List(lists.Values, row => lists.IsNull(row) ? default : (int)lists.ValueOffsets[row]..(int)lists.ValueOffsets[row + 1]),
        FixedSizeListArray lists => List(lists.Values, row => lists.IsNull(row) ? default : Fixed(lists, row)),
        _ => null,
    };

    private static ColumnValues Each<T>(PrimitiveArray<T> array, Func<RecordFields, T, Core.Input.Field> write, PlainColumn? plain = null)
        where T : struct, IEquatable<T> =>
        new((row, into) => array.IsNull(row) ? default : write(into, array.Values[row]), Plain: plain);

    private static NumberColumn<T> Plain<T>(PrimitiveArray<T> array)
        where T : unmanaged, INumber<T> =>
        new(() => array.Values, Presence.Of(array));

    private static Range Fixed(FixedSizeListArray lists, int row)
    {
        int size = ((FixedSizeListType)lists.Data.DataType).ListSize, start = (row + lists.Offset) * size;
        return start..(start + size);
    }

    private static ColumnValues? List(IArrowArray items, ItemsAt at) => ValuesOf(items) is { } values ? new(values.Read, Items: at) : null;

    private static ColumnValues? Decoded(DictionaryArray encoded)
    {
        if (ValuesOf(encoded.Dictionary) is not { } values) return null;
        Func<int, int> index = encoded.Indices switch
        {
            Int8Array indices => row => indices.Values[row],
            UInt8Array indices => row => indices.Values[row],
            Int16Array indices => row => indices.Values[row],
            UInt16Array indices => row => indices.Values[row],
            Int32Array indices => row => indices.Values[row],
            UInt32Array indices => row => (int)indices.Values[row],
            Int64Array indices => row => (int)indices.Values[row],
            _ => throw new InvalidDataException("indices of a dictionary that are no integers"),
        };
        return new((row, into) => encoded.Indices.IsNull(row) ? default : values.Read(index(row), into), Plain: values.Plain is { } plain ? new CodedColumn(plain, encoded.Dictionary.Length, encoded.Indices) : null);
    }

    private static double Milliseconds(long count, TimeUnit unit) => unit switch
    {
        TimeUnit.Second => count * 1000.0,
        TimeUnit.Millisecond => count,
        TimeUnit.Microsecond => Math.Floor(count / 1000.0),
        _ => count / 1_000_000, // to zero: what is before 1970 is refused
    };

    private static TimestampUnit UnitOf(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => TimestampUnit.Seconds,
        TimeUnit.Millisecond => TimestampUnit.Milliseconds,
        TimeUnit.Microsecond => TimestampUnit.Microseconds,
        _ => TimestampUnit.Nanoseconds,
    };

    private static ColumnValues Times(TimestampArray times)
    {
        var unit = ((TimestampType)times.Data.DataType).Unit;
        return new(Time: row => times.IsNull(row) ? double.NaN : Milliseconds(times.Values[row], unit), Read: (row, into) => times.IsNull(row) ? default : TypedValues.Time(into, unit switch
        {
            TimeUnit.Second => (Int128)times.Values[row] * TimeSpan.TicksPerSecond,
            TimeUnit.Millisecond => (Int128)times.Values[row] * TimeSpan.TicksPerMillisecond,
            TimeUnit.Microsecond => (Int128)times.Values[row] * TimeSpan.TicksPerMicrosecond,
            _ => (Int128)Math.Floor(times.Values[row] / (double)TimeSpan.NanosecondsPerTick),
        }), Plain: new TimeColumn(() => times.Values, Presence.Of(times), UnitOf(unit)));
    }
}

using System.Numerics;
using DriftWatch.Core.Input;
using DriftWatch.Core.Input.Columns;
using DriftWatch.Files.Columns;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace DriftWatch.Files;

/// <summary>Parquet, a group of rows at a time, and of it the columns that are wanted.</summary>
internal sealed class ParquetTable : Table
{
    /// <summary>Old writers say of no bytes that they are text.</summary>
    private static readonly ParquetOptions Options = new() { TreatByteArrayAsString = true };

    private readonly Stream _stream;
    private readonly ParquetReader _reader;
    private readonly DataField[] _columns;
    private readonly List<RawColumnData> _held = [];
    private int _group;

    /// <exception cref="FileException">It has no footer that can be read.</exception>
    public ParquetTable(InputFile file)
    {
        _stream = file.Seekable();
        try
        {
            _reader = ParquetReader.CreateAsync(_stream, Options).GetAwaiter().GetResult();
            _columns = _reader.Schema.GetDataFields();
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            throw new FileException($"{file.Name}: this begins as Parquet and cannot be read as such (its end is missing if it was cut off: copy it again): {broken.Message}", ExitCode.Usage, broken);
        }
    }

    public override IReadOnlyList<string> Columns => [.. _columns.Select(NameOf)];

    public override string? Unreadable(int column) => IsRead(_columns[column]) ? null : $"{(_columns[column].MaxRepetitionLevel > 1 ? "list of lists of " : "")}{_columns[column].ClrType.Name}";

    public override bool IsWithoutZone(int column) => _columns[column] is DateTimeDataField { IsAdjustedToUTC: false };

    public override int Read(IReadOnlyList<int> wanted, ColumnValues[] values)
    {
        Release();
        if (_group == _reader.RowGroupCount) return -1;
        using var group = _reader.OpenRowGroupReader(_group++);
        for (int i = 0; i < values.Length; i++)
        {
            var column = _columns[wanted[i]];
            var raw = group.ReadRawColumnDataBaseAsync(column).AsTask().GetAwaiter().GetResult();
            _held.Add(raw);
            values[i] = ValuesOf(column, raw, (int)group.RowCount);
        }

        return (int)group.RowCount;
    }

    public override void Dispose()
    {
        Release();
        _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _stream.Dispose();
    }

    private void Release()
    {
        foreach (var raw in _held) raw.Dispose();
        _held.Clear();
    }

    /// <summary>Items of a list stand two levels below its name.</summary>
    private static string NameOf(DataField column)
    {
        var parts = column.Path.ToList();
        return string.Join('.', column.MaxRepetitionLevel > 0 && parts.Count > 2 ? parts[..^2] : parts);
    }

    private static bool IsRead(DataField column) => column.MaxRepetitionLevel <= 1 && Type.GetTypeCode(column.ClrType) is not TypeCode.Object
        || column.ClrType == typeof(ReadOnlyMemory<char>) || column.ClrType == typeof(string);

    private static ColumnValues ValuesOf(DataField column, RawColumnData raw, int rows) => raw switch
    {
        RawColumnData<double> data when column.MaxRepetitionLevel == 0 && column.MaxDefinitionLevel == 0 => new((row, into) => TypedValues.Number(into, data.Values[row]), row => data.Values[row], Plain: Numbers(data, null)),
        RawColumnData<double> data when column.MaxRepetitionLevel == 0 => Nullable(data, Places(column, raw, rows)),
        RawColumnData<double> data => Each(column, data, rows, TypedValues.Number),
        RawColumnData<float> data => Each(column, data, rows, TypedValues.Number, Numbers),
        RawColumnData<decimal> data => Each(column, data, rows, TypedValues.Number),
        RawColumnData<long> data => Each(column, data, rows, TypedValues.Whole, Numbers),
        RawColumnData<int> data => Each(column, data, rows, (into, value) => TypedValues.Whole(into, (long)value), Numbers),
        RawColumnData<short> data => Each(column, data, rows, (into, value) => TypedValues.Whole(into, (long)value), Numbers),
        RawColumnData<sbyte> data => Each(column, data, rows, (into, value) => TypedValues.Whole(into, (long)value), Numbers),
        RawColumnData<ulong> data => Each(column, data, rows, TypedValues.Whole, Numbers),
        RawColumnData<uint> data => Each(column, data, rows, (into, value) => TypedValues.Whole(into, (long)value), Numbers),
        RawColumnData<ushort> data => Each(column, data, rows, (into, value) => TypedValues.Whole(into, (long)value), Numbers),
        RawColumnData<byte> data => Each(column, data, rows, (into, value) => TypedValues.Whole(into, (long)value), Numbers),
        RawColumnData<bool> data => Each(column, data, rows, TypedValues.Flag, (flags, at) => new ValueColumn<bool>(() => flags.Values, new(null, at))),
        RawColumnData<DateTime> data => Each(column, data, rows, (into, value) => TypedValues.Time(into, value.Ticks - DateTime.UnixEpoch.Ticks), (times, at) => new DateTimeColumn(() => times.Values, new(null, at))),
        RawColumnData<ReadOnlyMemory<char>> data => Each(column, data, rows, (into, value) => TypedValues.Text(into, value.Span), (texts, at) => new LetterTexts(() => texts.Values, at)),
        _ => throw new InvalidDataException($"the column '{NameOf(column)}' holds {raw.GetType().GenericTypeArguments.FirstOrDefault()?.Name}"),
    };

    private static ColumnValues Each<T>(DataField column, RawColumnData<T> data, int rows, Func<RecordFields, T, Core.Input.Field> write, Func<RawColumnData<T>, int[]?, PlainColumn>? plain = null)
        where T : struct
    {
        if (column.MaxRepetitionLevel > 0) return new((item, into) => write(into, data.Values[item]), Items: Lists(column, data, rows));
        if (column.MaxDefinitionLevel == 0) return new((row, into) => write(into, data.Values[row]), Plain: plain?.Invoke(data, null));
        int[] places = Places(column, data, rows);
        return new((row, into) => places[row] < 0 ? default : write(into, data.Values[places[row]]), Plain: plain?.Invoke(data, data.Values.Length == rows ? null : places));
    }

    private static ColumnValues Nullable(RawColumnData<double> data, int[] places) =>
        new((row, into) => places[row] < 0 ? default : TypedValues.Number(into, data.Values[places[row]]), row => places[row] < 0 ? double.NaN : data.Values[places[row]], Plain: Numbers(data, data.Values.Length == places.Length ? null : places));

    private static NumberColumn<T> Numbers<T>(RawColumnData<T> data, int[]? places)
        where T : unmanaged, INumber<T> =>
        new(() => data.Values, new(null, places));

    /// <summary>Values are stored without the missing ones: where that of each row is, −1 for none.</summary>
    private static int[] Places(DataField column, RawColumnData data, int rows)
    {
        var places = new int[rows];
        var levels = data.DefinitionLevels;
        for (int row = 0, next = 0; row < rows; row++) places[row] = levels[row] == column.MaxDefinitionLevel ? next++ : -1;
        return places;
    }

    /// <summary>Where the items of each row's list are: a row begins where nothing is repeated.</summary>
    private static ItemsAt Lists(DataField column, RawColumnData data, int rows)
    {
        var starts = new int[rows + 1];
        var repeated = data.RepetitionLevels;
        var defined = data.DefinitionLevels;
        // What is missing inside a list takes no place, and all behind it would stand for another class: such a list is none.
        HashSet<int> broken = [];
        int row = -1, items = 0, missing = column.IsNullable ? column.MaxDefinitionLevel - 1 : -1;
        for (int i = 0; i < repeated.Length; i++)
        {
            if (repeated[i] == 0) starts[++row] = items;
            if (defined[i] == column.MaxDefinitionLevel) items++;
            else if (defined[i] == missing) broken.Add(row);
        }

        starts[rows] = items;
        return at => broken.Contains(at) ? default : starts[at]..starts[at + 1];
    }
}

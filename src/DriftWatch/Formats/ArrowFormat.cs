using DriftWatch.Core.Input;
using DriftWatch.Core.Input.Columns;
using DriftWatch.Files;

namespace DriftWatch.Formats;

/// <summary>Arrow's stream of record batches as a value, or its file: many rows, whose columns are read as they are.</summary>
/// <remarks>Compressed batches are refused: Kafka compresses records, and how much a batch would take is known only when it is too late.</remarks>
internal sealed class ArrowFormat(FieldRecords records, FieldMapping mapping, ReadLimits limits) : IRowFormat
{
    private static readonly FormatFault NoArrow = new(RejectReason.Format, "an Arrow IPC stream");

    private readonly List<(int End, ColumnValues[] Values)> _batches = [];
    private byte[] _value = new byte[4096];
    private string[] _names = [];
    private ColumnGather? _gather;
    private int _batch;

    public ReadOnlySpan<byte> Json => default;

    public int RowCount => _batches.Count == 0 ? 0 : _batches[^1].End;

    public FormatFault Decode(ReadOnlySpan<byte> value)
    {
        _batches.Clear();
        _batch = 0;
        if (RecordForms.ByMagic(value) is not (RecordForm.ArrowStream or RecordForm.ArrowFile)) return NoArrow;
        if (value.Length > _value.Length) _value = new byte[Math.Max(value.Length, 2 * _value.Length)];
        value.CopyTo(_value);
        try
        {
            // Not disposed: its batches lie in the value and are read until the next.
            var table = new ArrowTable(_value.AsMemory(0, value.Length));
            if (Understand(table) is { } type) return NoArrow with { Expected = $"columns of numbers, strings, booleans or times; {type}" };
            return ReadAll(table);
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            return NoArrow with { Expected = $"{NoArrow.Expected}, not compressed by itself; it cannot be read: {broken.Message.ReplaceLineEndings(" ")}" };
        }
    }

    public FormatFault Fill(RecordFields fields, int row)
    {
        int start = StartOf(row);
        try
        {
            _gather!.Fill(_batches[_batch].Values, row - start, fields);
            return default;
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            return NoArrow with { Expected = $"{NoArrow.Expected}; it cannot be read: {broken.Message.ReplaceLineEndings(" ")}" };
        }
    }

    public PlainStretch? StretchOf(int row)
    {
        int start = StartOf(row);
        return _gather!.Stretch(_batches[_batch].Values, start, _batches[_batch].End - start);
    }

    /// <summary>Goes to the batch of a row.</summary>
    /// <returns>The first row of the batch.</returns>
    private int StartOf(int row)
    {
        if (_batch > 0 && row < _batches[_batch - 1].End) _batch = 0;
        while (row >= _batches[_batch].End) _batch++;
        return _batch == 0 ? 0 : _batches[_batch - 1].End;
    }

    /// <summary>Finds the columns, anew where their names are others than of the value before.</summary>
    /// <returns>The column that cannot be read; null: all can.</returns>
    private string? Understand(ArrowTable table)
    {
        var names = table.Columns;
        if (_gather is null || !names.SequenceEqual(_names))
        {
            _names = [.. names];
            _gather = new ColumnGather(TableColumns.OfRecord(_names, records, mapping));
        }

        foreach (int column in _gather.Wanted)
        {
            if (table.Unreadable(column) is { } type) return $"'{_names[column]}' is of type {type}";
        }

        return null;
    }

    private FormatFault ReadAll(ArrowTable table)
    {
        while (true)
        {
            var values = new ColumnValues[_gather!.Wanted.Length];
            int rows = table.Read(_gather.Wanted, values);
            if (rows < 0) return default;
            if (rows > limits.MaxRows - RowCount) return new(RejectReason.Oversize, "fewer rows (limit maxRows)");
            if (rows > 0) _batches.Add((RowCount + rows, values));
        }
    }
}

using DriftWatch.Core.Input;
using DriftWatch.Core.Input.Columns;
using DriftWatch.Core.Time;

namespace DriftWatch.Files;

/// <summary>The rows of a table as predictions or labels: the same <see cref="RecordAssembler"/> judges them as those of CSV and JSON.</summary>
internal sealed class TableRows : IRowReader
{
    private readonly InputFile _file;
    private readonly Table _table;
    private readonly TableColumns _columns;
    private readonly ColumnGather _gather;
    private readonly RecordAssembler _assembler;
    private readonly PlainRows _plain;
    private readonly FieldRecords _records;
    private readonly RecordFields _fields;
    private readonly ColumnValues[] _values;
    private int _row = -1;
    private int _rows;

    public TableRows(InputFile file, Table table, RowTerms terms)
    {
        (_file, _table, _records) = (file, table, terms.Records);
        _columns = TableColumns.Of(file.Name, table.Columns, terms);
        RowReaders.NoteConditions(file, _columns);
        _gather = new ColumnGather(_columns);
        _assembler = new RecordAssembler(terms.Mapping, terms.Limits, terms.Routes, terms.HashKey);
        _plain = new PlainRows(_assembler);
        _fields = new RecordFields(terms.Limits, terms.Mapping.Transform);
        _values = new ColumnValues[_gather.Wanted.Length];
        foreach (int column in _gather.Wanted)
        {
            if (table.Unreadable(column) is { } type) throw new FileException($"{file.Name}: the column '{table.Columns[column]}' is of type {type}, which is not read. Write it as numbers, strings, booleans or times.");
            if (table.IsWithoutZone(column)) file.Notes.Add($"{file.Name}: the times of '{table.Columns[column]}' have no zone; they are taken for UTC");
        }
    }

    public long Number { get; private set; }

    public string Counted => "row";

    public string? Fault => _assembler.LastFaultForFiles;

    public TimeGuess? TimeGuess => _assembler.LastTimeGuess;

    public bool Read()
    {
        if (++_row == _rows && !ReadMore()) return false;
        Number++;
        return true;
    }

    public RejectReason ReadPrediction(out Prediction prediction)
    {
        if (_plain.TryPrediction(_row, EventTime.Latest, out prediction)) return RejectReason.None;
        var reason = Gather() ? _assembler.ReadPrediction(default, _fields, EventTime.Latest, out prediction) : RejectReason.Filtered;
        if (reason == RejectReason.None) _plain.Remember(_row, EventTime.Latest, prediction);
        return reason;
    }

    public RejectReason ReadLabel(out Label label)
    {
        if (_plain.TryLabel(_row, EventTime.Latest, out label)) return RejectReason.None;
        var reason = Gather() ? _assembler.ReadLabel(default, _fields, EventTime.Latest, out label) : RejectReason.Filtered;
        if (reason == RejectReason.None) _plain.Remember(_row, EventTime.Latest, label);
        return reason;
    }

    public void Dispose() => _table.Dispose();

    private bool ReadMore()
    {
        try
        {
            _row = 0;
            do
            {
                _rows = _table.Read(_gather.Wanted, _values);
            }
            while (_rows == 0);
            if (_rows < 0) return false;
            _fields.Clear();
            _plain.Begin(_gather.Stretch(_values, 0, _rows), _records, _fields);
            return true;
        }
        catch (Exception broken) when (broken is not (FileException or OutOfMemoryException))
        {
            throw new FileException($"{_file.Name}: reading broke off after row {Number}: {broken.Message}", ExitCode.Failure, broken);
        }
    }

    private bool Gather()
    {
        _fields.Clear();
        _gather.Fill(_values, _row, _fields);
        return _columns.Passes(default, _fields);
    }
}

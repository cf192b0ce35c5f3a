using System.Globalization;
using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Files;

/// <summary>The rows of a table as predictions or labels: the same <see cref="RecordAssembler"/> judges them as those of CSV and JSON.</summary>
internal sealed class TableRows : IRowReader
{
    private readonly InputFile _file;
    private readonly Table _table;
    private readonly TableColumns _columns;
    private readonly RecordAssembler _assembler;
    private readonly RecordFields _fields;
    private readonly int[] _wanted;
    private readonly ColumnValues[] _values;
    private readonly List<byte[]> _classes = [];
    private int _row = -1;
    private int _rows;

    public TableRows(InputFile file, Table table, RowTerms terms)
    {
        (_file, _table) = (file, table);
        _columns = TableColumns.Of(file.Name, table.Columns, terms);
        _assembler = new RecordAssembler(terms.Mapping, terms.Limits, terms.Routes, terms.HashKey);
        _fields = new RecordFields(terms.Limits, terms.Mapping.Transform);
        _wanted = [.. _columns.Fields.Select(field => field.Column), .. _columns.Slices.Select(slice => slice.Column), .. _columns.Classes.Select(one => one.Column)];
        if (_columns.Vector >= 0) _wanted = [.. _wanted, _columns.Vector];
        _values = new ColumnValues[_wanted.Length];
        foreach (int column in _wanted)
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
        Gather();
        return _assembler.ReadPrediction(default, _fields, EventTime.Latest, out prediction);
    }

    public RejectReason ReadLabel(out Label label)
    {
        Gather();
        return _assembler.ReadLabel(default, _fields, EventTime.Latest, out label);
    }

    public void Dispose() => _table.Dispose();

    private bool ReadMore()
    {
        try
        {
            _row = 0;
            do
            {
                _rows = _table.Read(_wanted, _values);
            }
            while (_rows == 0);
            return _rows > 0;
        }
        catch (Exception broken) when (broken is not (FileException or OutOfMemoryException))
        {
            throw new FileException($"{_file.Name}: reading broke off after row {Number}: {broken.Message}", ExitCode.Failure, broken);
        }
    }

    private void Gather()
    {
        _fields.Clear();
        int next = 0;
        foreach (var (name, _) in _columns.Fields)
        {
            var values = _values[next++];
            if (name is FieldName.Probability or FieldName.Confidence && values.Number is { } number && number(_row) is >= 0 and <= 1 and var probability) _fields.SetNumber(name, probability);
            else _fields[name] = values.Read(_row, _fields);
        }

        foreach (var (dimension, _) in _columns.Slices) _fields.AddSlice(dimension, _values[next++].Read(_row, _fields));
        foreach (var (name, _) in _columns.Classes) AddClass(name, _values[next++].Read(_row, _fields));
        if (_columns.Vector < 0 || _values[next].Items is not { } items) return;
        var range = items(_row);
        for (int item = range.Start.Value; item < range.End.Value; item++)
        {
            int index = item - range.Start.Value;
            if (index == _classes.Count) _classes.Add(Encoding.ASCII.GetBytes(index.ToString(CultureInfo.InvariantCulture)));
            AddClass(_classes[index], _values[next].Read(item, _fields));
        }
    }

    private void AddClass(byte[] name, Field value)
    {
        if (value.Kind == FieldKind.Absent) return;
        if (!_fields.Vector.Started) _fields.Vector.Start();
        _fields.Vector.Add(name, value.Kind, _fields.TextOf(default, value));
    }
}

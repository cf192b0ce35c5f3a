using System.Text.Unicode;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Files;

/// <summary>The rows of a CSV file as predictions or labels.</summary>
/// <remarks>
/// The values are judged by the same <see cref="RecordAssembler"/> as those of JSON records; here only what CSV itself can get wrong is, and what a cell means that
/// JSON says by its types: blanks around a value are none of it, and a word for missing is no value where a model claims something or something came true.
/// </remarks>
internal sealed class CsvRows(CsvReader csv, TableColumns columns, RecordAssembler assembler, RecordFields fields, MissingWords missing) : IRowReader
{
    private static readonly bool[] MayBeMissing = [.. FieldCatalogue.All.Select(row => row.MayBeMissing)];

    private readonly RecordFields _fields = fields;
    private string? _fault;

    public long Number => csv.Line;

    public string? Fault => _fault ?? (assembler.LastFaultForFiles is { } fault && HasDecimalComma() ? fault + ": 0,5 is not read, write 0.5" : assembler.LastFaultForFiles);

    public TimeGuess? TimeGuess => _fault is null ? assembler.LastTimeGuess : null;

    public static string Describe(CsvFault fault) => fault == CsvFault.Quotes
        ? "a quoted field that is not closed before its delimiter"
        : "longer than a row may be";

    public bool Read() => csv.Read();

    public RejectReason ReadPrediction(out Prediction prediction)
    {
        prediction = default;
        var reason = Gather();
        return reason == RejectReason.None ? assembler.ReadPrediction(csv.Record, _fields, EventTime.Latest, out prediction) : reason;
    }

    public RejectReason ReadLabel(out Label label)
    {
        label = default;
        var reason = Gather();
        return reason == RejectReason.None ? assembler.ReadLabel(csv.Record, _fields, EventTime.Latest, out label) : reason;
    }

    private RejectReason Gather()
    {
        var reason = Check();
        if (reason != RejectReason.None) return reason;
        _fault = null;
        _fields.Clear();
        foreach (var (name, column) in columns.Fields)
        {
            var cell = Cell(column);
            if ((int)name >= MayBeMissing.Length || !MayBeMissing[(int)name] || !missing.Contains(_fields.TextOf(csv.Record, cell))) _fields[name] = cell;
        }

        if (!columns.Passes(csv.Record, _fields)) return RejectReason.Filtered;
        foreach (var (dimension, column) in columns.Slices) _fields.AddSlice(dimension, Cell(column));
        if (columns.Classes.Length > 0) GatherClasses();
        return RejectReason.None;
    }

    private void GatherClasses()
    {
        foreach (var (name, column) in columns.Classes)
        {
            var cell = Cell(column);
            var text = _fields.TextOf(csv.Record, cell);
            if (missing.Contains(text)) continue;
            if (!_fields.Vector.Started) _fields.Vector.Start();
            _fields.Vector.Add(name, cell.Kind, text);
        }
    }

    /// <summary>A cell without the blanks around its value.</summary>
    private Field Cell(int column)
    {
        var cell = csv.Cell(column);
        var record = csv.Record;
        int start = cell.Start, end = start + cell.Length;
        while (start < end && record[start] is (byte)' ' or (byte)'\t') start++;
        while (end > start && record[end - 1] is (byte)' ' or (byte)'\t') end--;
        return Field.Cell(start, end - start);
    }

    /// <summary>Where semicolons part cells, numbers often have a decimal comma.</summary>
    private bool HasDecimalComma()
    {
        if (csv.Delimiter != (byte)';') return false;
        foreach (var (name, column) in columns.Fields)
        {
            if (name is FieldName.Probability or FieldName.Confidence && csv[column].Contains((byte)',')) return true;
        }

        return false;
    }

    private RejectReason Check()
    {
        if (csv.Fault != CsvFault.None)
        {
            _fault = Describe(csv.Fault);
            return csv.Fault == CsvFault.Oversize ? RejectReason.Oversize : RejectReason.Malformed;
        }

        if (csv.FieldCount != columns.Count)
        {
            _fault = $"{csv.FieldCount} fields, the header row has {columns.Count}, with {CsvDelimiter.Name(csv.Delimiter)} between them";
            return RejectReason.Schema;
        }

        if (!Utf8.IsValid(csv.Row))
        {
            _fault = "bytes that are not UTF-8";
            return RejectReason.Encoding;
        }

        return RejectReason.None;
    }

    public void Dispose()
    {
    }
}

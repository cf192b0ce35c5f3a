using System.Text.Unicode;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>The rows of a CSV file as predictions or labels.</summary>
/// <remarks>The values are judged by the same <see cref="RecordAssembler"/> as those of JSON records; here only what CSV itself can get wrong is.</remarks>
internal sealed class CsvRows(CsvReader csv, CsvColumns columns, RecordAssembler assembler, ReadLimits limits) : IRowReader
{
    private readonly RecordFields _fields = new(limits);
    private string? _fault;

    public long Line => csv.Line;

    public string? Fault => _fault ?? assembler.LastFaultForLogs;

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
        foreach (var (name, column) in columns.Fields) _fields[name] = csv.Cell(column);
        foreach (var (dimension, column) in columns.Slices) _fields.AddSlice(dimension, csv.Cell(column));
        if (columns.Classes.Length > 0) GatherClasses();
        return RejectReason.None;
    }

    private void GatherClasses()
    {
        foreach (var (name, column) in columns.Classes)
        {
            var cell = csv.Cell(column);
            if (cell.Kind == FieldKind.Absent) continue;
            if (!_fields.Vector.Started) _fields.Vector.Start();
            _fields.Vector.Add(name, cell.Kind, csv[column]);
        }
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
            _fault = $"{csv.FieldCount} fields, the header row has {columns.Count}";
            return RejectReason.Schema;
        }

        if (!Utf8.IsValid(csv.Row))
        {
            _fault = "bytes that are not UTF-8";
            return RejectReason.Encoding;
        }

        return RejectReason.None;
    }
}

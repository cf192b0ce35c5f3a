using DriftWatch.Core.Input.Columns;
using DriftWatch.Core.Input.Json;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input;

/// <summary>Turns the bytes of a record into a <see cref="Prediction"/> or a <see cref="Label"/>: the border at which all input is checked.</summary>
/// <remarks>
/// One topic's reader, one owner thread. Never throws on any bytes; allocates only for a route never seen before. A CloudEvents envelope
/// in structured mode is seen through: the mapping applies to its <c>data</c>, and its <c>time</c> serves payloads without a timestamp.
/// A record is opened once and then gives its rows one by one, one of them where the mapping knows of no rows: what is refused as a whole is one row too.
/// </remarks>
public sealed partial class MessageReader
{
    private readonly ReadLimits _limits;
    private readonly RecordAssembler _assembler;
    private readonly RecordFields _fields;
    private readonly RecordSide _prediction;
    private readonly RecordSide _label;
    private readonly ulong[] _nesting;
    private readonly IValueFormat? _format;
    private readonly PlainRows? _plain;
    private readonly RecordFormat _expected;
    private long _records;
    private RecordSide? _open;
    private RejectReason _refused; // the record that is open, as a whole
    private int _next, _count;
    private bool _hasRows;
    private bool _hasColumns, _isUnread; // the rows lie in columns; the fields of this one have not been asked for
    private int _plainEnd; // the row behind those that the columns have been asked for

    /// <param name="mapping">Where the fields are.</param>
    /// <param name="limits">Bounds of the reader.</param>
    /// <param name="routes">Takes in the routes that are met with.</param>
    /// <param name="hashKey16">16 bytes that key the hashes of ids and routes.</param>
    /// <param name="topic">The topic that the records are of, for fields that are read from its name.</param>
    /// <param name="format">How values are written; null: as plain JSON.</param>
    /// <exception cref="ArgumentException">A field's place is none, or the key has not 16 bytes.</exception>
    public MessageReader(FieldMapping mapping, ReadLimits limits, RouteTable routes, ReadOnlySpan<byte> hashKey16, string topic = "", IValueFormat? format = null)
    {
        (_limits, _format, _expected) = (limits, format, format is null ? RecordFormat.Json : mapping.Format);
        _assembler = new RecordAssembler(mapping, limits, routes, hashKey16);
        _fields = new RecordFields(limits, mapping.Transform) { MayBeNotFinite = format is not null };
        _plain = format is IRowFormat ? new PlainRows(_assembler) : null;
        _nesting = new ulong[(limits.MaxDepth >> 6) + 1];
        _prediction = new RecordSide(new OuterFields(FieldRecords.Predictions, mapping, limits, topic), mapping, limits, format is IRowFormat);
        _label = new RecordSide(new OuterFields(FieldRecords.Labels, mapping, limits, topic), mapping, limits, format is IRowFormat);
    }

    /// <summary>How values are written; null: as plain JSON.</summary>
    public IValueFormat? Format => _format;

    /// <summary>Which row of its record was read last, from 0; −1: the record as a whole.</summary>
    public int Row => _hasRows ? _next - 1 : -1;

    /// <summary>How many rows the record has that is open; 1 where it is one itself.</summary>
    public int RowCount => _count;

    /// <summary>Whether the record that is open has a row that has not been read.</summary>
    public bool HasMore => _next < _count;

    /// <summary>How many vectors had more than one most likely class; the first of them counts as predicted.</summary>
    public long Ties => _assembler.Ties;

    /// <summary>Begins with a record: <see cref="NextPrediction"/> or <see cref="NextLabel"/> then gives its rows. It has one at least.</summary>
    /// <param name="record">The record.</param>
    /// <param name="records">Predictions or labels.</param>
    public void Open(in RecordView record, FieldRecords records)
    {
        _open = records == FieldRecords.Labels ? _label : _prediction;
        (_next, _count, _hasRows, _hasColumns, _isUnread) = (0, 1, false, false, false);
        _refused = Scan(record, _open);
        if (_refused != RejectReason.None) return;
        if (_format is IRowFormat columns) OpenColumns(columns);
        else if (_open.Rows is { } rows) OpenRows(record, rows);
    }

    /// <summary>Reads the next row of the record that is open as a prediction.</summary>
    /// <param name="record">The record that was opened.</param>
    /// <param name="now">The clock, for the bound on times in the future.</param>
    /// <param name="prediction">The prediction, where the reason is <see cref="RejectReason.None"/>.</param>
    /// <param name="reason">Why it is none.</param>
    /// <returns>Whether there was a further row.</returns>
    public bool NextPrediction(in RecordView record, EventTime now, out Prediction prediction, out RejectReason reason)
    {
        prediction = default;
        reason = _refused;
        if (_next == _count) return false;
        _next++;
        if (_hasColumns && Stretched.TryPrediction(Row, now, out prediction)) return _isUnread = true;
        if (_hasRows) reason = FillRow(record, _open!);
        if (reason == RejectReason.None) reason = _assembler.ReadPrediction(JsonOf(record), _fields, record, now, out prediction);
        if (_hasColumns && reason == RejectReason.None) _plain!.Remember(Row, now, prediction);
        return true;
    }

    /// <summary>Reads the next row of the record that is open as a label.</summary>
    /// <param name="record">The record that was opened.</param>
    /// <param name="now">The clock, for the bound on times in the future.</param>
    /// <param name="label">The label, where the reason is <see cref="RejectReason.None"/>.</param>
    /// <param name="reason">Why it is none.</param>
    /// <returns>Whether there was a further row.</returns>
    public bool NextLabel(in RecordView record, EventTime now, out Label label, out RejectReason reason)
    {
        label = default;
        reason = _refused;
        if (_next == _count) return false;
        _next++;
        if (_hasColumns && Stretched.TryLabel(Row, now, out label)) return _isUnread = true;
        if (_hasRows) reason = FillRow(record, _open!);
        if (reason == RejectReason.None) reason = _assembler.ReadLabel(JsonOf(record), _fields, record, now, out label);
        if (_hasColumns && reason == RejectReason.None) _plain!.Remember(Row, now, label);
        return true;
    }

    /// <summary>Goes to a row of the record that is open, for whoever asks what was found there (<see cref="LabelIn"/>).</summary>
    /// <param name="record">The record that was opened.</param>
    /// <param name="row">The row; of a record without rows only 0.</param>
    public void Seek(in RecordView record, int row)
    {
        _next = row + 1;
        if (_hasRows) FillRow(record, _open!);
    }

    /// <summary>Reads a record that is one prediction, or the first row of another.</summary>
    /// <param name="record">The record.</param>
    /// <param name="now">The clock, for the bound on times in the future.</param>
    /// <param name="prediction">The prediction, where the result is <see cref="RejectReason.None"/>.</param>
    public RejectReason ReadPrediction(in RecordView record, EventTime now, out Prediction prediction)
    {
        Open(record, FieldRecords.Predictions);
        NextPrediction(record, now, out prediction, out var reason);
        return reason;
    }

    /// <summary>Reads a record that is one label, or the first row of another.</summary>
    /// <param name="record">The record.</param>
    /// <param name="now">The clock, for the bound on times in the future.</param>
    /// <param name="label">The label, where the result is <see cref="RejectReason.None"/>.</param>
    public RejectReason ReadLabel(in RecordView record, EventTime now, out Label label)
    {
        Open(record, FieldRecords.Labels);
        NextLabel(record, now, out label, out var reason);
        return reason;
    }

    private void OpenRows(in RecordView record, IRecordRows rows)
    {
        int count = rows.Open(JsonOf(record), _fields);
        if (_fields.Fault.Reason != RejectReason.None) _refused = _assembler.Fault.Copy(_fields.Fault);
        else Begin(count);
    }

    /// <summary>The columns that this row is in.</summary>
    private PlainRows Stretched
    {
        get
        {
            if (Row < _plainEnd) return _plain!;
            var stretch = ((IRowFormat)_format!).StretchOf(Row);
            _plainEnd = stretch is null ? int.MaxValue : stretch.Start + stretch.Count;
            _plain!.Begin(stretch, _open == _label ? FieldRecords.Labels : FieldRecords.Predictions, _fields);
            return _plain;
        }
    }

    /// <summary>Someone asks for the texts of a row that was taken without them.</summary>
    private void FillUnread(in RecordView record)
    {
        if (_isUnread) FillRow(record, _open!);
    }

    private void OpenColumns(IRowFormat columns)
    {
        Begin(columns.RowCount);
        _plain!.Forget();
        _plainEnd = 0;
        _hasColumns = _hasRows;
    }

    private void Begin(int rows)
    {
        if (rows == 0) _refused = RejectReason.Filtered; // Nothing is wrong with it, and nothing is in it.
        else (_count, _hasRows) = (rows, true);
        _fields.KeepCommon();
    }

    private RejectReason FillRow(in RecordView record, RecordSide side)
    {
        if (_assembler.Fault.Reason != RejectReason.None) _assembler.Fault.Clear();
        _isUnread = false;
        _fields.ForgetRow();
        _fields.NumberOfId = side.NumbersIds && _count > 1 ? Row : -1;
        if (_format is IRowFormat columns) return FillColumns(columns, side);
        side.Rows!.Fill(JsonOf(record), _fields, Row);
        side.Outer.FillRow(_fields);
        // What is wrong with the row is told when it is made a prediction or a label.
        return _fields.Fault.Reason != RejectReason.None || side.Outer.PassesInside(JsonOf(record), _fields, PlaceKind.Row) ? RejectReason.None : RejectReason.Filtered;
    }

    private RejectReason FillColumns(IRowFormat columns, RecordSide side)
    {
        if (columns.Fill(_fields, Row) is { Reason: not RejectReason.None } broken) return _assembler.Fault.Note(broken.Reason, null, broken.Expected);
        return side.Outer.PassesInside(default, _fields, PlaceKind.Value) && side.Outer.PassesInside(default, _fields, PlaceKind.Row) ? RejectReason.None : RejectReason.Filtered;
    }

    private RejectReason Scan(in RecordView record, RecordSide side)
    {
        var fault = _assembler.Fault;
        if (fault.Reason != RejectReason.None) fault.Clear();
        if (!side.Outer.PassesOutside(record)) return RejectReason.Filtered;
        // A deletion has no value, and meets no condition on one but that something is not there.
        if (record.IsTombstone && !side.Outer.PassesWithoutValue()) return RejectReason.Filtered;
        if (record.IsTombstone) return fault.Note(RejectReason.Tombstone, null, "a value: this record is a deletion marker");
        if (record.Value.Length == 0) return fault.Note(RejectReason.Empty, null, "a value: this one has no bytes");
        if (record.Value.Length > _limits.MaxRecordBytes) return fault.Note(RejectReason.Oversize, null, "a shorter record (limit maxRecordBytes)");

        if (_format is not null && _format.Decode(record.Value) is { Reason: not RejectReason.None } undecoded) return Undecoded(undecoded, record.Value);
        var json = JsonOf(record);
        _fields.Clear();
        if (_format is IRowFormat) return Filled(record, side);
        var scanner = new JsonScanner(json, _fields, _limits.MaxDepth, _nesting, ++_records);
        if (!scanner.Document(side.WithEnvelope)) return Unscanned(record.Value);
        if (_fields[FieldName.SpecVersion].Kind != FieldKind.Text) _fields.Remove(FieldName.EnvelopeTime);
        else if (side.SeesThroughEnvelopes && IsObject(json, _fields[FieldName.EnvelopeData])) Unwrap(json, side.Plain);
        if (!side.Outer.PassesInside(json, _fields, PlaceKind.Value)) return RejectReason.Filtered;
        return Filled(record, side);
    }

    /// <summary>Adds what is outside of the value.</summary>
    private RejectReason Filled(in RecordView record, RecordSide side)
    {
        side.Outer.Fill(record, _fields);
        return _fields.Fault.Reason == RejectReason.None ? RejectReason.None : _assembler.Fault.Copy(_fields.Fault);
    }

    /// <summary>What is looked into: the value, or what its format came to.</summary>
    private ReadOnlySpan<byte> JsonOf(in RecordView record) => _format is null ? record.Value : _format.Json;

    private RejectReason Undecoded(FormatFault why, ReadOnlySpan<byte> value)
    {
        _assembler.Fault.NoteAt(why.Reason, why.Position, why.Expected, value[..Math.Min(12, value.Length)]);
        if (why.Reason == RejectReason.Format) _assembler.Fault.Hint = RecordForms.LooksLike(value, _expected);
        return why.Reason;
    }

    private RejectReason Unscanned(ReadOnlySpan<byte> value)
    {
        var reason = _assembler.Fault.Copy(_fields.Fault);
        if (reason is RejectReason.Malformed or RejectReason.Encoding) _assembler.Fault.Hint = RecordForms.LooksLike(value, _expected);
        return reason;
    }

    private static bool IsObject(ReadOnlySpan<byte> record, Field field) => field.Kind == FieldKind.Structure && record[field.Start] == '{';

    private void Unwrap(ReadOnlySpan<byte> record, FieldTree tree)
    {
        int data = _fields[FieldName.EnvelopeData].Start;
        _fields.KeepOnly(FieldName.EnvelopeTime);
        new JsonScanner(record, _fields, _limits.MaxDepth, _nesting, ++_records).ObjectAt(data, tree);
    }
}

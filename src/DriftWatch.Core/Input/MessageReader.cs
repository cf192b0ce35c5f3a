using System.Text;
using DriftWatch.Core.Input.Json;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input;

/// <summary>Turns the bytes of a record into a <see cref="Prediction"/> or a <see cref="Label"/>: the border at which all input is checked.</summary>
/// <remarks>
/// One topic's reader, one owner thread. Never throws on any bytes; allocates only for a route never seen before. A CloudEvents envelope
/// in structured mode is seen through: the mapping applies to its <c>data</c>, and its <c>time</c> serves payloads without a timestamp.
/// </remarks>
public sealed class MessageReader
{
    private readonly ReadLimits _limits;
    private readonly RecordAssembler _assembler;
    private readonly RecordFields _fields;
    private readonly Side _prediction;
    private readonly Side _label;
    private readonly ulong[] _nesting;
    private readonly IValueFormat? _format;
    private readonly RecordFormat _expected;
    private long _records;

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
        _fields = new RecordFields(limits);
        _nesting = new ulong[(limits.MaxDepth >> 6) + 1];
        _prediction = new Side(new OuterFields(FieldRecords.Predictions, mapping, limits, topic));
        _label = new Side(new OuterFields(FieldRecords.Labels, mapping, limits, topic));
    }

    /// <summary>How values are written; null: as plain JSON.</summary>
    public IValueFormat? Format => _format;

    /// <summary>How many vectors had more than one most likely class; the first of them counts as predicted.</summary>
    public long Ties => _assembler.Ties;

    /// <summary>What was wrong with the last record, in words: where, what was expected, what was found. Null if it was accepted.</summary>
    public string? LastFault => _assembler.LastFault;

    /// <summary>The same without anything of the record, for where others than those who may read it look.</summary>
    public string? LastFaultForLogs => _assembler.LastFaultForLogs;

    /// <summary>The same with the class that is wrong, where one is: for whoever replays files of his own.</summary>
    public string? LastFaultForFiles => _assembler.LastFaultForFiles;

    /// <summary>What the last record's time was probably meant to be, where it was refused for that and looks like anything.</summary>
    public TimeGuess? LastTimeGuess => _assembler.LastTimeGuess;

    /// <summary>What was found in the record that was read last, as text by field, for whoever checks a mapping; that record must still be there.</summary>
    public IReadOnlyList<(string Field, string Text)> Found(in RecordView record)
    {
        List<(string, string)> found = [];
        foreach (var row in FieldCatalogue.All)
        {
            // Slices are shown one by one.
            if (_fields[row.Field] is { Kind: not FieldKind.Absent } field && (row.Records & FieldRecords.Envelope) == 0 && row.Shape != FieldShape.Slices) found.Add((row.Name, Encoding.UTF8.GetString(_fields.TextOf(JsonOf(record), field))));
        }

        foreach (ref readonly var slice in _fields.Slices) found.Add(($"slices.{Encoding.UTF8.GetString(_fields.DimensionOf(JsonOf(record), slice))}", Encoding.UTF8.GetString(_fields.TextOf(JsonOf(record), slice.Value))));
        return found;
    }

    /// <summary>What the id of the record that was read last looks like; that record must still be there.</summary>
    public IdShape ShapeOfId(in RecordView record)
    {
        var field = _fields[FieldName.Id];
        // 17.0 is the id 17.
        return field.Kind == FieldKind.Number ? IdShape.Of("0"u8) : IdShape.Of(_fields.TextOf(JsonOf(record), field));
    }

    /// <summary>What the label that was read last says, fit for a log; that record must still be there.</summary>
    public string LabelIn(in RecordView record) =>
        LabelSpellings.Shown(_fields.TextOf(JsonOf(record), _fields[FieldName.Label]));

    /// <summary>Reads a prediction.</summary>
    /// <param name="record">The record.</param>
    /// <param name="now">The clock, for the bound on times in the future.</param>
    /// <param name="prediction">The prediction, where the result is <see cref="RejectReason.None"/>.</param>
    public RejectReason ReadPrediction(in RecordView record, EventTime now, out Prediction prediction)
    {
        prediction = default;
        var reason = Scan(record, _prediction);
        return reason == RejectReason.None ? _assembler.ReadPrediction(JsonOf(record), _fields, record, now, out prediction) : reason;
    }

    /// <summary>Reads a label.</summary>
    /// <param name="record">The record.</param>
    /// <param name="now">The clock, for the bound on times in the future.</param>
    /// <param name="label">The label, where the result is <see cref="RejectReason.None"/>.</param>
    public RejectReason ReadLabel(in RecordView record, EventTime now, out Label label)
    {
        label = default;
        var reason = Scan(record, _label);
        return reason == RejectReason.None ? _assembler.ReadLabel(JsonOf(record), _fields, record, now, out label) : reason;
    }

    private RejectReason Scan(in RecordView record, Side side)
    {
        var fault = _assembler.Fault;
        if (fault.Reason != RejectReason.None) fault.Clear();
        if (!side.Outer.PassesOutside(record)) return RejectReason.Filtered;
        if (record.IsTombstone) return fault.Note(RejectReason.Tombstone, null, "a value: this record is a deletion marker");
        if (record.Value.Length == 0) return fault.Note(RejectReason.Empty, null, "a value: this one has no bytes");
        if (record.Value.Length > _limits.MaxRecordBytes) return fault.Note(RejectReason.Oversize, null, "a shorter record (limit maxRecordBytes)");

        if (_format is not null && _format.Decode(record.Value) is { Reason: not RejectReason.None } undecoded) return Undecoded(undecoded, record.Value);
        var json = JsonOf(record);
        _fields.Clear();
        var scanner = new JsonScanner(json, _fields, _limits.MaxDepth, _nesting, ++_records, notFinite: _format is not null);
        if (!scanner.Document(side.WithEnvelope)) return Unscanned(record.Value);
        if (_fields[FieldName.SpecVersion].Kind != FieldKind.Text) _fields.Remove(FieldName.EnvelopeTime);
        else if (side.SeesThroughEnvelopes && IsObject(json, _fields[FieldName.EnvelopeData])) Unwrap(json, side.Plain);
        if (!side.Outer.PassesInside(json, _fields)) return RejectReason.Filtered;
        side.Outer.Fill(record, _fields);
        return _fields.Fault.Reason == RejectReason.None ? RejectReason.None : fault.Copy(_fields.Fault);
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
        new JsonScanner(record, _fields, _limits.MaxDepth, _nesting, ++_records, notFinite: _format is not null).ObjectAt(data, tree);
    }

    /// <summary>What to look for in one kind of record: outside its value, in a value that may be an envelope, and inside one.</summary>
    private sealed class Side(OuterFields outer)
    {
        public OuterFields Outer => outer;

        public FieldTree Plain { get; } = FieldTree.Of(outer.Pointers);

        public FieldTree WithEnvelope { get; } = FieldTree.Of([.. outer.Pointers, .. FieldCatalogue.Of(FieldRecords.Envelope).Select(row => (row.Place, row.Field))]);

        /// <summary>Not where the mapping names places inside the envelope itself.</summary>
        public bool SeesThroughEnvelopes { get; } = !outer.Pointers.Any(place => place.Pointer == "/data" || place.Pointer.StartsWith("/data/", StringComparison.Ordinal));
    }
}

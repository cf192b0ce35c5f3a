using System.Diagnostics;
using System.Text;
using System.Text.Unicode;
using DriftWatch.Core.Input.Json;

namespace DriftWatch.Core.Input;

/// <summary>The fields and conditions of one kind of record that are not in its value: they are in its key, in headers, in the topic's name, or constant.</summary>
/// <remarks>One owner thread; allocates nothing.</remarks>
internal sealed class OuterFields
{
    private readonly (FieldName Field, FieldPlace Place, int Header, byte[]? Text)[] _fields;
    private readonly (RecordFilter Filter, int Header, byte[]? Text, FieldName Slot)[] _filters;
    private readonly (byte[] Dimension, FieldPlace Place, int Header, byte[]? Text, FieldName Slot)[] _slices;
    private readonly FieldTree? _keyTree;
    private readonly FieldName? _inKey;
    private readonly RecordFields _keyFields;
    private readonly ReadLimits _limits;
    private readonly ulong[] _nesting;
    private long _keys;

    /// <param name="records">Kinds of record that are read.</param>
    /// <param name="mapping">Where fields are.</param>
    /// <param name="limits">Bounds of the reader.</param>
    /// <param name="topic">The topic that all records are of; empty where there is none.</param>
    public OuterFields(FieldRecords records, FieldMapping mapping, ReadLimits limits, string topic)
    {
        _limits = limits;
        _nesting = new ulong[(limits.MaxDepth >> 6) + 1];
        _keyFields = new RecordFields(limits);
        var places = FieldCatalogue.Of(records)
            .Where(row => row.Field != FieldName.Timestamp || mapping.TimeFrom == TimeSource.Payload)
            .Select(row => (row.Field, Place: mapping.PlaceOf(row.Field))).ToList();
        _fields = [.. from place in places where IsOuter(place.Place) select (place.Field, place.Place, HeaderOf(place.Place), TextOf(place.Place))];
        _filters = [.. mapping.Filter.Select((filter, i) => (filter, HeaderOf(filter.Place), TextOf(filter.Place), RecordFilter.SlotOf(i)))];
        _slices = (records & FieldRecords.Predictions) == 0 ? []
            : [.. mapping.SlicePlaces.Select((slice, i) => (Encoding.UTF8.GetBytes(slice.Dimension), slice.Parsed, HeaderOf(slice.Parsed), TextOf(slice.Parsed), SliceSlot(i)))];
        var inKey = places.Concat(_slices.Select(slice => (Field: slice.Slot, slice.Place))).Concat(mapping.Filter.Select((filter, i) => (Field: RecordFilter.SlotOf(i), filter.Place))).Where(place => place.Place.IsInsideKey).ToList();
        _inKey = _fields.Where(field => field.Place.IsInsideKey).Select(field => (FieldName?)field.Field).FirstOrDefault();
        if (inKey.Count > 0) _keyTree = FieldTree.Of(inKey.Select(place => (place.Place.Text, place.Field)));
        Pointers =
        [
            .. places.Where(place => place.Place.Kind == PlaceKind.Value).Select(place => (place.Place.Text, place.Field)),
            .. mapping.Filter.Select((filter, i) => (filter.Place, Slot: RecordFilter.SlotOf(i))).Where(filter => filter.Place.Kind == PlaceKind.Value).Select(filter => (filter.Place.Text, filter.Slot)),
            .. _slices.Where(slice => slice.Place.Kind == PlaceKind.Value).Select(slice => (slice.Place.Text, slice.Slot)),
            .. mapping.PlaceOfRows() is { } rows ? [(rows.Text, RecordFields.RowsSlot)] : Array.Empty<(string, FieldName)>(),
        ];
        RowPointers =
        [
            .. places.Where(place => place.Place.Kind == PlaceKind.Row).Select(place => (place.Place.Text, place.Field)),
            .. mapping.Filter.Select((filter, i) => (filter.Place, Slot: RecordFilter.SlotOf(i))).Where(filter => filter.Place.Kind == PlaceKind.Row).Select(filter => (filter.Place.Text, filter.Slot)),
            .. _slices.Where(slice => slice.Place.Kind == PlaceKind.Row).Select(slice => (slice.Place.Text, slice.Slot)),
        ];

        int HeaderOf(FieldPlace place) => place.Kind == PlaceKind.Header ? mapping.HeaderIndex(place.Text) : -1;
        byte[]? TextOf(FieldPlace place) => place.Kind switch
        {
            PlaceKind.Constant => Encoding.UTF8.GetBytes(place.Text),
            PlaceKind.Topic => place.OfTopic(topic) is { } part ? Encoding.UTF8.GetBytes(part) : null,
            PlaceKind.None or PlaceKind.Value or PlaceKind.Key or PlaceKind.Header or PlaceKind.Row => null,
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>What is to be looked for in the record's value.</summary>
    public IReadOnlyList<(string Pointer, FieldName Field)> Pointers { get; }

    /// <summary>What is to be looked for in each of its rows.</summary>
    public IReadOnlyList<(string Pointer, FieldName Field)> RowPointers { get; }

    /// <summary>Begins with a record: whether it meets the conditions that do not need its value.</summary>
    public bool PassesOutside(in RecordView record)
    {
        if (_keyTree is not null) ReadKey(record);
        foreach (ref readonly var filter in _filters.AsSpan())
        {
            if (filter.Filter.Place.Kind is not (PlaceKind.Value or PlaceKind.Row) && !filter.Filter.Passes(ValueOf(record, filter.Filter.Place, filter.Header, filter.Text, filter.Slot, out _))) return false;
        }

        return true;
    }

    /// <summary>Whether the record, or one row of it, meets the conditions on what has been read.</summary>
    /// <param name="record">The record's value.</param>
    /// <param name="fields">What was found there.</param>
    /// <param name="inside">The value, or the row.</param>
    public bool PassesInside(ReadOnlySpan<byte> record, RecordFields fields, PlaceKind inside)
    {
        foreach (ref readonly var filter in _filters.AsSpan())
        {
            if (filter.Filter.Place.Kind == inside && !filter.Filter.Passes(fields.TextOf(record, fields[filter.Slot]))) return false;
        }

        return true;
    }

    /// <summary>Whether a record without a value meets the conditions on values.</summary>
    public bool PassesWithoutValue()
    {
        foreach (ref readonly var filter in _filters.AsSpan())
        {
            if (filter.Filter.Place.Kind == PlaceKind.Value && !filter.Filter.Passes(default)) return false;
        }

        return true;
    }

    /// <summary>Adds the fields that are outside the value to those that were found in it; the record is the one that it began with.</summary>
    public void Fill(in RecordView record, RecordFields fields)
    {
        foreach (ref readonly var field in _fields.AsSpan())
        {
            var text = ValueOf(record, field.Place, field.Header, field.Text, field.Field, out var kind);
            if (kind == FieldKind.Absent) continue;
            if (kind == FieldKind.Bare && !Utf8.IsValid(text)) fields.Fault.Note(RejectReason.Encoding, field.Field, "UTF-8 text", text);
            fields[field.Field] = fields.Keep(text, kind);
        }

        foreach (ref readonly var slice in _slices.AsSpan())
        {
            if (slice.Place.Kind == PlaceKind.Row) continue;
            var text = ValueOf(record, slice.Place, slice.Header, slice.Text, slice.Slot, out var kind);
            if (slice.Place.Kind == PlaceKind.Value) fields.AddSlice(slice.Dimension, fields[slice.Slot]);
            else if (kind == FieldKind.Bare && !Utf8.IsValid(text)) fields.Fault.Note(RejectReason.Encoding, FieldName.Slices, "UTF-8 text", text);
            else if (kind != FieldKind.Absent) fields.AddSlice(slice.Dimension, fields.Keep(text, kind));
        }

        if (_inKey is { } inKey && _keyFields.Fault.Reason != RejectReason.None) fields.Fault.Note(RejectReason.Schema, inKey, "a JSON object in the record's key", record.Key);
    }

    /// <summary>Adds the slices that are in a row to those that are common to all.</summary>
    public void FillRow(RecordFields fields)
    {
        foreach (ref readonly var slice in _slices.AsSpan())
        {
            if (slice.Place.Kind == PlaceKind.Row) fields.AddSlice(slice.Dimension, fields[slice.Slot]);
        }
    }

    private static bool IsOuter(FieldPlace place) => place.Kind is PlaceKind.Key or PlaceKind.Header or PlaceKind.Topic or PlaceKind.Constant;

    private static FieldName SliceSlot(int slice) => (FieldName)((int)RecordFields.RowsSlot + 1 + slice);

    private ReadOnlySpan<byte> ValueOf(in RecordView record, FieldPlace place, int header, byte[]? known, FieldName slot, out FieldKind kind)
    {
        if (place.IsInsideKey)
        {
            var found = _keyFields[slot];
            kind = found.Kind;
            return _keyFields.TextOf(record.Key, found);
        }

        var text = place.Kind switch
        {
            PlaceKind.Header => record.Header(header),
            PlaceKind.Key => record.Key,
            PlaceKind.Topic or PlaceKind.Constant => known,
            PlaceKind.None or PlaceKind.Value or PlaceKind.Row => default,
            _ => throw new UnreachableException(),
        };
        kind = text.Length == 0 ? FieldKind.Absent : FieldKind.Bare;
        return text;
    }

    private void ReadKey(in RecordView record)
    {
        _keyFields.Clear();
        if (record.Key.Length > 0) new JsonScanner(record.Key, _keyFields, _limits.MaxDepth, _nesting, ++_keys).Document(_keyTree!);
    }
}

using DriftWatch.Core.Input.Json;

namespace DriftWatch.Core.Input;

/// <summary>What to look for in one kind of record: outside its value, in a value that may be an envelope, and inside one.</summary>
internal sealed class RecordSide(OuterFields outer, FieldMapping mapping, ReadLimits limits, bool hasColumns)
{
    public OuterFields Outer => outer;

    /// <summary>The rows of a record; null: it is one.</summary>
    public IRecordRows? Rows { get; } = mapping.PlaceOfRows() is { } place ? JsonRecordRows.Of(place, outer.RowPointers, limits) : null;

    /// <summary>Whether rows have the id of their record, with their number behind it.</summary>
    public bool NumbersIds { get; } = mapping.PlaceOf(FieldName.Id).Kind != PlaceKind.Row && !(hasColumns && mapping.PlaceOf(FieldName.Id).Kind == PlaceKind.Value);

    public FieldTree Plain { get; } = FieldTree.Of(outer.Pointers);

    public FieldTree WithEnvelope { get; } = FieldTree.Of([.. outer.Pointers, .. FieldCatalogue.Of(FieldRecords.Envelope).Select(row => (row.Place, row.Field))]);

    /// <summary>Not where the mapping names places inside the envelope itself.</summary>
    public bool SeesThroughEnvelopes { get; } = !outer.Pointers.Any(place => place.Pointer == "/data" || place.Pointer.StartsWith("/data/", StringComparison.Ordinal));
}

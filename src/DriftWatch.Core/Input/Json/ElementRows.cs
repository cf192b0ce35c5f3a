namespace DriftWatch.Core.Input.Json;

/// <summary>Rows that are the elements of an array, or of several: objects, arrays or single values.</summary>
/// <param name="tree">What is looked for in each.</param>
/// <param name="limits">Bounds of the reader.</param>
/// <param name="mayLack">Whether a record without the array has no rows, rather than being wrong.</param>
internal sealed class ElementRows(FieldTree tree, ReadLimits limits, bool mayLack) : IRecordRows
{
    private readonly ulong[] _nesting = new ulong[(limits.MaxDepth >> 6) + 1];
    private long _rows;

    // The scanner noted where they begin when it walked through the record.
    public int Open(ReadOnlySpan<byte> record, RecordFields fields)
    {
        var place = fields[RecordFields.RowsSlot];
        bool isArray = place.Kind == FieldKind.Structure && record[place.Start] == '[';
        if (!isArray && !(mayLack && place.Kind == FieldKind.Absent)) fields.Fault.Note(RejectReason.Schema, RecordFields.RowsSlot, "an array of rows", fields.TextOf(record, place));
        return fields.Rows.Count;
    }

    public void Fill(ReadOnlySpan<byte> record, RecordFields fields, int row) =>
        new JsonScanner(record, fields, limits.MaxDepth, _nesting, ++_rows).RowAt(fields.Rows[row], tree);
}

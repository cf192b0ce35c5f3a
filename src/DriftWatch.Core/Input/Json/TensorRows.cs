namespace DriftWatch.Core.Input.Json;

/// <summary>Rows that are stretches of tensors: <c>[{"name":"proba","shape":[n,k],"data":[…]}]</c>, as the Open Inference Protocol has them. Row i is the i-th part of each by its first dimension.</summary>
/// <remarks>Only tensors that the mapping looks for are read, by name or by number. Their data may be flat or nested: elements count in the order in which they stand.</remarks>
/// <param name="tree">What is looked for: the name or number of a tensor, and below it the number of an element.</param>
/// <param name="limits">Bounds of the reader.</param>
internal sealed class TensorRows(FieldTree tree, ReadLimits limits) : IRecordRows
{
    private readonly ulong[] _nesting = new ulong[(limits.MaxDepth >> 6) + 1];
    private readonly List<Tensor> _tensors = [];
    private long _records;

    public int Open(ReadOnlySpan<byte> record, RecordFields fields)
    {
        _tensors.Clear();
        var place = fields[RecordFields.RowsSlot];
        if (place.Kind != FieldKind.Structure || record[place.Start] != '[') return Refuse(fields, RejectReason.Schema, "an array of tensors");
        int rows = -1;
        for (int i = 0; i < fields.Rows.Count; i++)
        {
            var scanner = new JsonScanner(record, fields, limits.MaxDepth, _nesting, ++_records);
            if (!scanner.TensorAt(fields.Rows[i], out var name, out int shape, out int data)) return Refuse(fields, RejectReason.Schema, "tensors: objects with a name, a shape and data in JSON");
            if ((tree.Find(fields.TextOf(record, name)) ?? tree.Find(i)) is not { } wanted) continue;
            if (shape < 0 || data < 0 || !scanner.ShapeAt(shape, out long count, out long width)) return Refuse(fields, RejectReason.Schema, "a shape, and data in JSON, of each tensor that is read");
            if (count > limits.MaxRows) return Refuse(fields, RejectReason.Oversize, "fewer rows (limit maxRows)");
            if (scanner.ElementsAt(data) != count * width) return Refuse(fields, RejectReason.Schema, "as many elements as the shape says");
            if (rows >= 0 && rows != count) return Refuse(fields, RejectReason.Schema, "tensors of equally many rows");
            rows = (int)count;
            _tensors.Add(new Tensor(wanted, data, (int)width));
        }

        return rows >= 0 ? rows : Refuse(fields, RejectReason.Schema, "a tensor that the mapping looks for");
    }

    // Rows come in their order, so that each goes on where the one before it stopped.
    public void Fill(ReadOnlySpan<byte> record, RecordFields fields, int row)
    {
        var scanner = new JsonScanner(record, fields, limits.MaxDepth, _nesting, ++_records);
        for (int i = 0; i < _tensors.Count; i++)
        {
            var (place, at, width) = _tensors[i];
            _tensors[i] = new Tensor(place, scanner.StretchAt(at, width, place), width);
        }
    }

    private static int Refuse(RecordFields fields, RejectReason reason, string expected)
    {
        fields.Fault.Note(reason, RecordFields.RowsSlot, expected);
        return 0;
    }

    /// <param name="Place">What is looked for in it.</param>
    /// <param name="At">Where the next row begins.</param>
    /// <param name="Width">How many elements a row has.</param>
    private readonly record struct Tensor(FieldTree Place, int At, int Width);
}

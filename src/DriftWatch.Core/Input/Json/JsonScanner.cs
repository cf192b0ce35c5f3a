using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace DriftWatch.Core.Input.Json;

/// <summary>Walks once through a JSON document, checks all of it, and notes the fields that a <see cref="FieldTree"/> asks for.</summary>
/// <remarks>
/// Never throws and never reads beyond the record, whatever the bytes. What it does not look for it passes over without recursion.
/// Faults of the document (encoding, syntax, depth) end the walk; a duplicate key and the like are noted, and the walk goes on.
/// </remarks>
/// <param name="json">The document.</param>
/// <param name="fields">Takes what is found.</param>
/// <param name="maxDepth">Deepest nesting.</param>
/// <param name="nesting">A bit for each level.</param>
/// <param name="record">A number that no document before had.</param>
internal ref partial struct JsonScanner(ReadOnlySpan<byte> json, RecordFields fields, int maxDepth, ulong[] nesting, long record)
{
    private static readonly ulong Slices = FieldCatalogue.Bits(field => field.Shape == FieldShape.Slices);
    private static readonly ulong Vector = FieldCatalogue.Bits(field => field.Shape == FieldShape.Vector);
    private static readonly ulong Rows = FieldCatalogue.Bit(RecordFields.RowsSlot);
    private static readonly ulong MayBeNotFinite = FieldCatalogue.Bits(field => field.Shape is FieldShape.Vector or FieldShape.Number);

    private readonly ReadOnlySpan<byte> _json = json;
    private JsonTokens _tokens = new(json, fields);
    private bool _inRows; // where NaN is the fault of a row and not of the record

    /// <summary>Reads a whole record.</summary>
    /// <returns>Whether it is well-formed; the fault is noted in the fields if not.</returns>
    public bool Document(FieldTree tree)
    {
        if (Walk(tree)) return true;
        if (fields.Fault.Reason != RejectReason.Encoding && !Utf8.IsValid(_json)) _tokens.FailEncoding(_json);
        return false;
    }

    /// <summary>Reads an object inside a document that has been read before.</summary>
    public bool ObjectAt(int position, FieldTree tree)
    {
        _tokens.MoveTo(position);
        return Object(tree, 1);
    }

    /// <summary>Reads a row of a document that has been read before.</summary>
    public bool RowAt(int position, FieldTree tree)
    {
        _tokens.MoveTo(position);
        if (!Value(tree, 1, false, out var value)) return false;
        Store(tree, default, value);
        return true;
    }

    private bool Walk(FieldTree tree)
    {
        if (_json.StartsWith("\uFEFF"u8)) return _tokens.Fail("JSON without a byte order mark before it");
        _tokens.SkipSpace();
        if (_tokens.Next == '{')
        {
            if (!Object(tree, 1)) return false;
        }
        else if (_tokens.Next == '[' && (tree.Fields & Rows) != 0)
        {
            int start = _tokens.At;
            if (!Array(tree, 1)) return false;
            Store(tree, default, new Field(start, _tokens.At - start, FieldKind.Structure));
        }
        else
        {
            int start = _tokens.At;
            if (!Value(null, 0, false, out _)) return false;
            fields.Fault.NoteAt(RejectReason.Schema, start, "an object", _json.Slice(start, Math.Min(12, _json.Length - start)));
        }

        _tokens.SkipSpace();
        return _tokens.AtEnd || _tokens.Fail("nothing after the value");
    }

    /// <summary>Reads an object that is looked into.</summary>
    private bool Object(FieldTree tree, int depth)
    {
        if (depth > maxDepth) return TooDeep();
        bool isSlices = (tree.Fields & Slices) != 0;
        bool isVector = (tree.Fields & Vector) != 0;
        if (isVector) fields.Vector.Start();
        _tokens.Take((byte)'{', "an object");
        if (_tokens.Next == '}') return _tokens.Take((byte)'}', "");
        FieldTree? before = null;
        var expected = tree.First;
        while (true)
        {
            var child = expected;
            if (child is null || !_tokens.TryKey(child.Pattern, out var key))
            {
                if (!_tokens.Key(true, out key)) return false;
                child = Find(tree, before, key);
            }

            if (!Value(child, depth, isVector, out var value)) return false;
            if (child is not null)
            {
                Store(child, key, value);
                before = child;
                expected = child.Follower;
            }

            if (isSlices) AddSlice(key, value);
            if (isVector) AddClass(key, value);
            _tokens.SkipSpace();
            if (_tokens.Next == '}') return _tokens.Take((byte)'}', "");
            if (!_tokens.Take((byte)',', "a comma or the end of the object")) return false;
        }
    }

    /// <summary>Looks a key up, and remembers where it stood.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly FieldTree? Find(FieldTree tree, FieldTree? before, Field key)
    {
        var child = tree.Find(fields.TextOf(_json, key));
        if (child is null) return null;
        if (before is null) tree.First = child;
        else before.Follower = child;
        return child;
    }

    /// <summary>Reads an array that is looked into.</summary>
    private bool Array(FieldTree tree, int depth)
    {
        if (depth > maxDepth) return TooDeep();
        bool isVector = (tree.Fields & Vector) != 0;
        bool isRows = (tree.Fields & Rows) != 0;
        if (isVector) fields.Vector.Start();
        if ((tree.Fields & Slices) != 0) fields.Fault.Note(RejectReason.Schema, FieldName.Slices, "an object of slices", "["u8);
        _tokens.Take((byte)'[', "an array");
        if (_tokens.Next == ']') return _tokens.Take((byte)']', "");
        bool wereRows = _inRows;
        _inRows |= isRows;
        for (int index = 0; ; index++)
        {
            if (isRows && !fields.Rows.Add(_tokens.At)) fields.Fault.Note(RejectReason.Oversize, RecordFields.RowsSlot, "fewer rows (limit maxRows)");
            var child = !tree.HasChildren ? null : tree.Selects ? Select(tree, index) : tree.Find(index);
            if (!Value(child, depth, isVector || isRows, out var value)) return false;
            if (child is not null) Store(child, default, value);
            if (isVector) fields.Vector.AddNext(value.Kind, fields.TextOf(_json, value));
            _tokens.SkipSpace();
            if (_tokens.Next == ']')
            {
                _inRows = wereRows;
                return _tokens.Take((byte)']', "");
            }

            if (!_tokens.Take((byte)',', "a comma or the end of the array")) return false;
        }
    }

    /// <summary>What to look for in the element that comes next: by what a member of it says, else by its number.</summary>
    private readonly FieldTree? Select(FieldTree tree, int index)
    {
        if (_tokens.Next == '{')
        {
            foreach (var (member, text, child) in tree.Selected)
            {
                // A copy looks ahead; the element itself is read afterwards.
                var ahead = this;
                if (ahead.Says(member, text)) return child;
            }
        }

        return tree.Find(index);
    }

    /// <summary>Whether the object that comes next has a member with this text.</summary>
    private bool Says(ReadOnlySpan<byte> member, ReadOnlySpan<byte> text)
    {
        _tokens.Take((byte)'{', "");
        while (_tokens.Next == '"' && _tokens.Key(true, out var key))
        {
            bool isIt = fields.TextOf(_json, key).SequenceEqual(member);
            if (isIt && _tokens.Next == '"') return _tokens.String(true, out var value) && fields.TextOf(_json, value).SequenceEqual(text);
            if (isIt || !Value(null, 0, true, out _)) return false;
            _tokens.SkipSpace();
            if (_tokens.Next != ',' || !_tokens.Take((byte)',', "")) return false;
        }

        return false;
    }

    /// <summary>Reads whatever value comes; a scalar is given back with its kind, a structure as <see cref="FieldKind.Structure"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Value(FieldTree? tree, int depth, bool isVector, out Field value)
    {
        byte first = _tokens.Next;
        if (first == '"') return _tokens.String(true, out value);
        if (first is (byte)'{' or (byte)'[') return Structure(tree, depth, out value);
        return _tokens.Scalar(true, isVector || fields.MayBeNotFinite || (tree is not null && (tree.Fields & MayBeNotFinite) != 0), out value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Structure(FieldTree? tree, int depth, out Field value)
    {
        int start = _tokens.At;
        bool read = tree is null || !tree.IsWalked ? Skip(depth) : _tokens.Next == '{' ? Object(tree, depth + 1) : Array(tree, depth + 1);
        value = new Field(start, _tokens.At - start, FieldKind.Structure);
        return read;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Store(FieldTree place, Field key, Field value)
    {
        ulong left = place.Fields;
        // Which type a value has is said by the member's name there, as in OTLP/JSON, where whole numbers are strings: read as whatever the field needs.
        if (place.IsOnlyMember && value.Kind == FieldKind.Text) value = Field.Cell(value.Start, value.Length);
        // Where a number and a vector share a place, what stands there decides which of them it is.
        if (value.Kind == FieldKind.Structure && (left & (Slices | Vector)) != 0) left &= Slices | Vector;
        for (; left != 0; left &= left - 1) fields[FieldCatalogue.First(left)] = value;
        if (place.SeenIn == record && !place.Repeats) fields.Fault.NoteAt(RejectReason.DuplicateKey, _tokens.At, place.IsOnlyMember ? "an object of one member, as * asks for" : "each key once", fields.TextOf(_json, key));
        place.SeenIn = record;
        if ((place.Fields & Slices) != 0 && value.Kind is not (FieldKind.Structure or FieldKind.Absent))
            fields.Fault.Note(RejectReason.Schema, FieldName.Slices, "an object of slices", fields.TextOf(_json, value));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void AddClass(Field key, Field value) => fields.Vector.Add(_json, fields, key, value.Kind, fields.TextOf(_json, value));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void AddSlice(Field key, Field value)
    {
        if (value.Kind == FieldKind.Absent) return;
        var name = fields.TextOf(_json, key);
        foreach (ref readonly var slice in fields.Slices)
        {
            if (fields.DimensionOf(_json, slice).SequenceEqual(name)) fields.Fault.Note(RejectReason.DuplicateKey, FieldName.Slices, "each slice once", name);
        }

        fields.AddSlice(key, value);
    }

    /// <summary>Passes over an object or array and all it holds. A bit per level says which of the two it is.</summary>
    private bool Skip(int outside)
    {
        int depth = outside;
        do
        {
            byte first = _tokens.Next;
            bool opens = first is (byte)'{' or (byte)'[';
            if (opens)
            {
                if (++depth > maxDepth) return TooDeep();
                bool isObject = first == '{';
                SetObject(depth, isObject);
                _tokens.Take(first, "");
                if (_tokens.Next != (isObject ? '}' : ']'))
                {
                    if (isObject && !_tokens.Key(false, out _)) return false;
                    continue;
                }
            }
            else if (!_tokens.Scalar(false, fields.MayBeNotFinite || _inRows, out _))
            {
                return false;
            }

            if (!AfterValue(outside, ref depth)) return false;
        }
        while (depth > outside);
        return true;
    }

    /// <summary>Closes what ends behind a value, and goes on to the next value if there is one.</summary>
    private bool AfterValue(int outside, ref int depth)
    {
        while (depth > outside)
        {
            _tokens.SkipSpace();
            bool isObject = IsObject(depth);
            if (_tokens.Next == ',') return _tokens.Take((byte)',', "") && (!isObject || _tokens.Key(false, out _));
            if (!_tokens.Take(isObject ? (byte)'}' : (byte)']', isObject ? "a comma or the end of the object" : "a comma or the end of the array")) return false;
            depth--;
        }

        return true;
    }

    private readonly bool IsObject(int depth) => (nesting[depth >> 6] & (1UL << depth)) != 0;

    private readonly void SetObject(int depth, bool isObject)
    {
        ulong bit = 1UL << depth;
        if (isObject) nesting[depth >> 6] |= bit;
        else nesting[depth >> 6] &= ~bit;
    }

    private readonly bool TooDeep()
    {
        fields.Fault.Clear();
        fields.Fault.NoteAt(RejectReason.TooDeep, _tokens.At, "less nesting (limit maxDepth)");
        return false;
    }
}

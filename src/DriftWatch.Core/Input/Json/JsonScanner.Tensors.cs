namespace DriftWatch.Core.Input.Json;

/// <content>Tensors inside a document that has been read before, so that its syntax needs no checking.</content>
internal ref partial struct JsonScanner
{
    /// <summary>Finds what a tensor says of itself.</summary>
    /// <param name="position">Where it begins.</param>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Where its shape begins; −1: it has none.</param>
    /// <param name="data">Where its data begin; −1: it has none.</param>
    /// <returns>Whether it is an object.</returns>
    public bool TensorAt(int position, out Field name, out int shape, out int data)
    {
        (name, shape, data) = (default, -1, -1);
        _tokens.MoveTo(position);
        if (_tokens.Next != '{') return false;
        _inRows = true;
        _tokens.Take((byte)'{', "");
        while (_tokens.Next == '"' && _tokens.Key(true, out var key))
        {
            var member = fields.TextOf(_json, key);
            bool isArray = _tokens.Next == '[';
            if (isArray && member.SequenceEqual("shape"u8)) shape = _tokens.At;
            if (isArray && member.SequenceEqual("data"u8)) data = _tokens.At;
            if (!Value(null, 0, true, out var value)) return false;
            if (value.Kind == FieldKind.Text && fields.TextOf(_json, key).SequenceEqual("name"u8)) name = value;
            _tokens.SkipSpace();
            if (_tokens.Next == ',') _tokens.Take((byte)',', "");
        }

        return true;
    }

    /// <summary>Reads a shape: how many rows, and how many elements each has.</summary>
    public bool ShapeAt(int position, out long rows, out long width)
    {
        const long most = int.MaxValue;
        (rows, width) = (1, 1);
        _tokens.MoveTo(position);
        _tokens.Take((byte)'[', "");
        for (int dimension = 0; _tokens.Next != ']'; dimension++)
        {
            if (_tokens.Next is (byte)'[' or (byte)'{' || !_tokens.Scalar(true, true, out var value)) return false;
            if (value.Kind != FieldKind.Number || !NumberText.TryInteger(fields.TextOf(_json, value), out long length) || length is < 0 or > most) return false;
            if (dimension == 0) rows = length;
            else width *= length;
            if (width > most) return false;
            _tokens.SkipSpace();
            if (_tokens.Next == ',') _tokens.Take((byte)',', "");
        }

        return width > 0;
    }

    /// <summary>How many single values an array holds, however it is nested; −1: there is an object in it.</summary>
    public int ElementsAt(int position)
    {
        _tokens.MoveTo(position);
        int count = 0, depth = 0;
        do
        {
            byte next = _tokens.Next;
            if (next == '{') return -1;
            if (next == '[') depth++;
            else if (next == ']') depth--;
            if (next is (byte)'[' or (byte)']' or (byte)',')
            {
                _tokens.Take(next, "");
                continue;
            }

            if (!_tokens.Scalar(false, true, out _)) return -1;
            _tokens.SkipSpace();
            count++;
        }
        while (depth > 0);
        return count;
    }

    /// <summary>Reads so many single values as one row of a tensor: a number where it is one, else a vector.</summary>
    /// <returns>Where the next row begins.</returns>
    public int StretchAt(int position, int width, FieldTree place)
    {
        _tokens.MoveTo(position);
        bool isVector = width > 1 && (place.Fields & Vector) != 0;
        if (isVector) fields.Vector.Start();
        for (int i = 0; i < width; i++)
        {
            while (_tokens.Next is (byte)'[' or (byte)']' or (byte)',') _tokens.Take(_tokens.Next, "");
            if (!_tokens.Scalar(true, true, out var value)) return position;
            _tokens.SkipSpace();
            if (place.Find(i) is { } element) Store(element, default, value);
            if (isVector) fields.Vector.AddNext(value.Kind, fields.TextOf(_json, value));
            if (width == 1) Store(place, default, value);
        }

        if (width > 1) Store(place, default, new Field(position, _tokens.At - position, FieldKind.Structure));
        return _tokens.At;
    }
}

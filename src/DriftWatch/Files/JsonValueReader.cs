using System.Buffers;

namespace DriftWatch.Files;

/// <summary>Reads the values of a JSON array, or values one after the other, each over as many lines as it takes.</summary>
/// <remarks>
/// Values are cut by their braces, not read: whether one is right is for the reader of records. What stands between them, commas and the array's brackets, is passed over. A value that the file
/// ends within is given as it is; one that is longer than the bound is passed over, and <see cref="IsOversize"/> says so.
/// </remarks>
internal sealed class JsonValueReader(Stream stream, int maxValueBytes) : IJsonSource
{
    private static readonly SearchValues<byte> Between = SearchValues.Create(" \t\r\n,[]"u8);

    private readonly SlidingBuffer _buffer = new(stream, maxValueBytes + 1);
    private long _lines = 1;
    private bool _isFirst = true;
    private int _start;
    private int _length;

    public long Line { get; private set; }

    public ReadOnlySpan<byte> Value => _buffer.Bytes.AsSpan(_start, _length);

    public bool IsOversize { get; private set; }

    public bool Read()
    {
        (IsOversize, _length) = (false, 0);
        if (!SkipBetween()) return false;
        Line = _lines;
        if (_buffer.Rest[0] == '{') ReadObject();
        else ReadOther();
        return true;
    }

    /// <summary>Goes to the next byte that is neither blank nor a comma nor a bracket.</summary>
    private bool SkipBetween()
    {
        while (true)
        {
            if (_isFirst && (_buffer.Rest.Length >= 3 || !_buffer.Fill()))
            {
                _isFirst = false;
                if (_buffer.Rest.StartsWith("\uFEFF"u8)) _buffer.Start += 3;
            }

            if (!_isFirst)
            {
                int blanks = _buffer.Rest.IndexOfAnyExcept(Between);
                _lines += (blanks < 0 ? _buffer.Rest : _buffer.Rest[..blanks]).Count((byte)'\n');
                _buffer.Start = blanks < 0 ? _buffer.End : _buffer.Start + blanks;
                if (blanks >= 0) return true;
                if (!_buffer.Fill()) return false;
            }
        }
    }

    private void ReadObject()
    {
        int at = 0, depth = 0;
        bool inText = false;
        while (true)
        {
            var rest = _buffer.Rest[at..];
            // Text is passed over by its quotes; a backslash there makes the next byte a part of it.
            int found = inText ? rest.IndexOfAny((byte)'"', (byte)'\\') : rest.IndexOfAny((byte)'"', (byte)'{', (byte)'}');
            bool isCut = found < 0 || (rest[found] == '\\' && found + 1 == rest.Length);
            if (isCut)
            {
                at += found < 0 ? rest.Length : found;
                if (!More(ref at))
                {
                    Take(_buffer.Rest.Length);
                    return;
                }

                continue;
            }

            at += found + 1;
            switch (rest[found])
            {
                case (byte)'"':
                    inText = !inText;
                    break;
                case (byte)'\\':
                    at++;
                    break;
                case (byte)'{':
                    depth++;
                    break;
                default:
                    depth--;
                    break;
            }

            if (depth > 0 || inText) continue;
            Take(at);
            return;
        }
    }

    /// <summary>A number, a word or text: no record, but one value, that ends with its line or at a comma.</summary>
    private void ReadOther()
    {
        int at = 0;
        while (true)
        {
            int end = _buffer.Rest[at..].IndexOfAny((byte)',', (byte)'\n', (byte)']');
            if (end >= 0)
            {
                Take(at + end);
                return;
            }

            at = _buffer.Rest.Length;
            if (More(ref at)) continue;
            Take(_buffer.Rest.Length);
            return;
        }
    }

    private void Take(int length)
    {
        (_start, _length) = (_buffer.Start, IsOversize ? 0 : length);
        _lines += _buffer.Rest[..length].Count((byte)'\n');
        _buffer.Start += length;
    }

    /// <summary>Reads more of a value; of one that has no room, what was seen of it is forgotten.</summary>
    private bool More(ref int at)
    {
        if (_buffer.IsFull)
        {
            IsOversize = true;
            _lines += _buffer.Rest[..at].Count((byte)'\n');
            _buffer.Start += at;
            at = 0;
        }

        return _buffer.Fill();
    }
}

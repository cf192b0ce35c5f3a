namespace DriftWatch.Files;

/// <summary>Reads a stream line by line as bytes: JSONL. A byte order mark, carriage returns and empty lines are passed over.</summary>
/// <remarks>A line longer than the bound is ignored too, and <see cref="IsOversize"/> says so; memory stays within the bound.</remarks>
internal sealed class LineReader(Stream stream, int maxLineBytes) : IJsonSource
{
    private readonly SlidingBuffer _buffer = new(stream, maxLineBytes + 1);
    private int _start;
    private int _length;

    /// <summary>Number of the current line, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The current line without its end; empty if it is too long.</summary>
    public ReadOnlySpan<byte> Value => _buffer.Bytes.AsSpan(_start, _length);

    public bool IsOversize { get; private set; }

    /// <summary>Goes on to the next line that is not empty.</summary>
    public bool Read()
    {
        do
        {
            if (!ReadLine()) return false;
            Line++;
            Trim();
        }
        while (_length == 0 && !IsOversize);
        return true;
    }

    private bool ReadLine()
    {
        int searched = 0;
        while (true)
        {
            int length = _buffer.Rest[searched..].IndexOf((byte)'\n');
            if (length >= 0)
            {
                length += searched;
                (_start, _length, IsOversize) = (_buffer.Start, length, false);
                _buffer.Start += length + 1;
                return true;
            }

            searched = _buffer.Rest.Length;
            if (_buffer.Fill()) continue;
            if (!_buffer.IsFull) return false;
            (_length, IsOversize) = (0, true);
            _buffer.SkipLine();
            return true;
        }
    }

    private void Trim()
    {
        if (Line == 1 && Value.StartsWith("\uFEFF"u8)) (_start, _length) = (_start + 3, _length - 3);
        if (_length > 0 && Value[^1] == '\r') _length--;
    }
}

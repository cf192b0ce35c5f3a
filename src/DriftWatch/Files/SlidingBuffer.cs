namespace DriftWatch.Files;

/// <summary>A stretch of a text stream in memory that moves on as its reader does: what lies before <see cref="Start"/> is forgotten.</summary>
/// <remarks>A last line without an end gets one, so that readers know one kind of line only.</remarks>
internal sealed class SlidingBuffer(Stream stream, int capacity)
{
    /// <summary>Bytes of one read: large enough that the calls do not count, small enough for a second-level cache.</summary>
    private const int ReadBytes = 1 << 17;

    private byte[] _bytes = new byte[Math.Min(capacity, 2 * ReadBytes)];
    private bool _ended;
    private byte _last = (byte)'\n';

    /// <summary>First byte that the reader still needs.</summary>
    public int Start { get; set; }

    /// <summary>First byte after those that were read from the stream.</summary>
    public int End { get; private set; }

    public byte[] Bytes => _bytes;

    public ReadOnlySpan<byte> Rest => _bytes.AsSpan(Start, End - Start);

    /// <summary>Whether the rest takes all the room there may be.</summary>
    public bool IsFull => End - Start == capacity;

    /// <summary>Reads more behind <see cref="End"/>, moving the rest to the front first.</summary>
    /// <returns>False if there is no more, or no room for more: see <see cref="IsFull"/>.</returns>
    public bool Fill()
    {
        if (_ended || IsFull) return false;
        MakeRoom();
        int read = stream.Read(_bytes, End, Math.Min(ReadBytes, _bytes.Length - End));
        if (read == 0) return EndLastLine();
        End += read;
        _last = _bytes[End - 1];
        return true;
    }

    /// <summary>Passes over everything up to and with the next line break, however long that takes.</summary>
    public void SkipLine()
    {
        while (true)
        {
            int length = Rest.IndexOf((byte)'\n');
            Start = length >= 0 ? Start + length + 1 : End;
            if (length >= 0 || !Fill()) return;
        }
    }

    private void MakeRoom()
    {
        if (Start > 0)
        {
            Rest.CopyTo(_bytes);
            End -= Start;
            Start = 0;
        }

        if (End == _bytes.Length) Array.Resize(ref _bytes, (int)Math.Min(capacity, 2L * _bytes.Length));
    }

    private bool EndLastLine()
    {
        _ended = true;
        if (_last == '\n') return false;
        _bytes[End++] = (byte)'\n';
        return true;
    }
}

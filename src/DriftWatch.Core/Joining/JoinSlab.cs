namespace DriftWatch.Core.Joining;

/// <summary>Where the entries of a <see cref="JoinTable"/> live: numbered from 0, in segments that never move.</summary>
/// <remarks>
/// Growing adds a segment; nothing is copied. A segment is one pinned array, so that entries start on a cache line and the
/// garbage collector has nothing to scan: entries (32 B each), then a link each (4 B), then, where labels are
/// corrected, what is known of the label that stands (8 B), and where vectors are kept, the number of one (4 B). What only few know (<see cref="JoinSide"/>) lies apart. Numbers that were given back are used again first.
/// </remarks>
internal sealed unsafe class JoinSlab
{
    private const int CacheLine = 64;

    private readonly int _bits;
    private readonly int _mask;
    private readonly bool _corrections;
    private readonly bool _vectors;
    private readonly List<byte[]> _memory = [];
    private nint[] _segments = [];
    private JoinSide[]?[] _sides = [];
    private int _free = -1;
    private int _fresh;

    /// <param name="segmentBits">Binary logarithm of the entries in a segment.</param>
    /// <param name="corrections">Whether matched predictions keep what they know of their label beside their confidence.</param>
    /// <param name="vectors">Whether numbers of vectors are kept.</param>
    public JoinSlab(int segmentBits, bool corrections, bool vectors = false)
    {
        _bits = segmentBits;
        _mask = (1 << segmentBits) - 1;
        _corrections = corrections;
        _vectors = vectors;
    }

    /// <summary>Entries in use.</summary>
    public int Count { get; private set; }

    /// <summary>Entries ever used: all numbers are below.</summary>
    public int Extent => _fresh;

    public long Bytes { get; private set; }

    public JoinEntry* At(int entry) => (JoinEntry*)_segments[entry >> _bits] + (entry & _mask);

    /// <summary>The next entry of the list that this one is in; -1 at its end.</summary>
    public ref int Next(int entry) => ref ((int*)((JoinEntry*)_segments[entry >> _bits] + _mask + 1))[entry & _mask];

    /// <summary>What a matched prediction knows of its label: in place of its confidence where that is not needed any more.</summary>
    public ref HeldLabel Held(int entry) => ref !_corrections ? ref *(HeldLabel*)&At(entry)->Payload :
        ref ((HeldLabel*)((byte*)_segments[entry >> _bits] + ((long)(_mask + 1) * (sizeof(JoinEntry) + sizeof(int)))))[entry & _mask];

    /// <summary>The number of the vector that waits with the entry; 0 for none.</summary>
    public ref int Vector(int entry) =>
        ref ((int*)((byte*)_segments[entry >> _bits] + ((long)(_mask + 1) * (sizeof(JoinEntry) + sizeof(int) + (_corrections ? sizeof(long) : 0)))))[entry & _mask];

    /// <summary>What few entries know beside the rest.</summary>
    public JoinSide Side(int entry) => entry >> _bits < _sides.Length && _sides[entry >> _bits] is { } sides ? sides[entry & _mask] : default;

    /// <summary>Notes it; a segment has room for it from the first entry on that needs it.</summary>
    public void SetSide(int entry, in JoinSide side)
    {
        int segment = entry >> _bits;
        if (segment < _sides.Length && _sides[segment] is { } sides)
        {
            sides[entry & _mask] = side;
            return;
        }

        if (side == default) return;
        if (segment >= _sides.Length) Array.Resize(ref _sides, Math.Max(segment + 1, 2 * _sides.Length));
        sides = _sides[segment] = new JoinSide[_mask + 1];
        sides[entry & _mask] = side;
        Bytes += (long)sizeof(JoinSide) * sides.Length;
    }

    /// <summary>Whether any entry ever knew something beside the rest.</summary>
    public bool HasSides => _sides.Length > 0;

    public int Allocate()
    {
        Count++;
        int entry = _free;
        if (entry >= 0)
        {
            _free = Next(entry);
            return entry;
        }

        if (_fresh >> _bits == _memory.Count) AddSegment();
        return _fresh++;
    }

    public void Free(int entry)
    {
        Count--;
        At(entry)->Become(EntryState.Free);
        if (HasSides) SetSide(entry, default);
        Next(entry) = _free;
        _free = entry;
    }

    private void AddSegment()
    {
        int bytes = ((_mask + 1) * (sizeof(JoinEntry) + sizeof(int) + (_corrections ? sizeof(long) : 0) + (_vectors ? sizeof(int) : 0))) + CacheLine;
        byte[] memory = GC.AllocateArray<byte>(bytes, pinned: true);
        if (_memory.Count == _segments.Length) Array.Resize(ref _segments, Math.Max(4, 2 * _segments.Length));
        fixed (byte* start = memory)
        {
            _segments[_memory.Count] = (nint)(((nuint)start + CacheLine - 1) & ~(nuint)(CacheLine - 1));
        }

        _memory.Add(memory);
        Bytes += bytes;
    }
}

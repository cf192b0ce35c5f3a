using System.Diagnostics;

namespace DriftWatch.Joining;

/// <summary>Entries by deadline: a ring of lists, one per stretch of event time.</summary>
/// <remarks>
/// An entry is never in a later bucket than its deadline's. It may be in an earlier one, because its deadline lies beyond the ring or
/// because it may yet become earlier: who sweeps a bucket puts such an entry back where it belongs. That is why the ring needs
/// no more slots than memory allows, and entries need no link back.
/// </remarks>
internal sealed class DeadlineWheel
{
    private const int None = -1;

    private readonly JoinSlab _slab;
    private readonly long _width;
    private readonly long _shift;
    private readonly int[] _heads;
    private readonly int _mask;
    private long _first;
    private long _lowest;

    /// <param name="slab">Where entries and their links are.</param>
    /// <param name="width">Width of a bucket.</param>
    /// <param name="origin">A moment at which a bucket starts.</param>
    /// <param name="sizeBits">Binary logarithm of the number of buckets.</param>
    public DeadlineWheel(JoinSlab slab, TimeSpan width, EventTime origin, int sizeBits)
    {
        _slab = slab;
        _width = (long)width.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(_width, 1, nameof(width));
        long phase = origin.Milliseconds % _width;
        _shift = _width - (phase < 0 ? phase + _width : phase); // keeps bucket numbers positive
        _heads = new int[1 << sizeBits];
        _heads.AsSpan().Fill(None);
        _mask = _heads.Length - 1;
    }

    public long Bytes => (long)_heads.Length * sizeof(int);

    /// <summary>The first bucket that has not been swept.</summary>
    public long First => _first;

    public long BucketOf(long time) => (time + _shift) / _width;

    /// <summary>The bucket that an entry with this deadline goes to now.</summary>
    public long SlotFor(long deadline) => Math.Clamp(BucketOf(deadline), _first, _first + _mask);

    public void Push(int entry, long deadline)
    {
        long bucket = SlotFor(deadline);
        if (bucket < _lowest) _lowest = bucket;
        ref int head = ref _heads[bucket & _mask];
        _slab.Next(entry) = head;
        head = entry;
    }

    /// <summary>Moves the start of the ring to <paramref name="bucket"/> and returns how many old buckets are now to be taken with <see cref="Take"/>.</summary>
    /// <remarks>The caller takes them all, from the old <see cref="First"/> on, before it does anything else than push.</remarks>
    public int MoveTo(long bucket)
    {
        Debug.Assert(bucket >= _first, "Event time does not go back.");
        int passed = (int)Math.Min(bucket - _first, _heads.Length);
        _first = bucket;
        _lowest = bucket;
        return passed;
    }

    /// <summary>Takes the whole list of a bucket; -1 if it is empty.</summary>
    public int Take(long bucket)
    {
        ref int head = ref _heads[bucket & _mask];
        int entry = head;
        head = None;
        return entry;
    }

    /// <summary>Takes one entry of the earliest bucket that has any.</summary>
    public int Pop(out long bucket)
    {
        for (bucket = _lowest; _heads[bucket & _mask] == None; bucket++)
            Debug.Assert(bucket <= _first + _mask, "Somebody pops only while there are entries.");
        _lowest = bucket;
        ref int head = ref _heads[bucket & _mask];
        int entry = head;
        head = _slab.Next(entry);
        return entry;
    }
}

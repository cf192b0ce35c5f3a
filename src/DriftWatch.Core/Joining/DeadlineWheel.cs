using System.Diagnostics;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>Entries by deadline: a ring of lists, one per stretch of event time.</summary>
/// <remarks>
/// Once event time is known, an entry is never in a later bucket than its deadline's. It may be in an earlier one, because its deadline lies beyond the ring or
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
    private bool _empty = true;
    private bool _started;

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

    /// <summary>Whether an entry with this deadline has a bucket of its own, and it is later than <paramref name="bucket"/>.</summary>
    /// <remarks>Past the end of the ring entries have none: they lie in order of arrival.</remarks>
    public bool BelongsAfter(long bucket, long deadline)
    {
        long own = BucketOf(deadline);
        return own > bucket && own <= _first + _mask;
    }

    public void Push(int entry, long deadline)
    {
        if (_empty) Centre(deadline);
        long bucket = Math.Clamp(BucketOf(deadline), _first, _first + _mask);
        if (bucket < _lowest) _lowest = bucket;
        ref int head = ref _heads[bucket & _mask];
        _slab.Next(entry) = head;
        head = entry;
    }

    /// <summary>Moves the start of the ring on to a moment and returns how many buckets, from the old <see cref="First"/> on, are now to be taken with <see cref="Take"/>.</summary>
    /// <remarks>The caller takes them all before it does anything else than push.</remarks>
    public int MoveTo(long time)
    {
        _empty = false;
        long bucket = BucketOf(time);
        Debug.Assert(!_started || bucket >= _first, "Event time does not go back.");
        int passed = _started ? (int)Math.Min(bucket - _first, _heads.Length) : _heads.Length;
        _started = true;
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

    /// <summary>All entries, for tests.</summary>
    public IEnumerable<int> Entries()
    {
        foreach (int head in _heads)
        {
            for (int entry = head; entry != None; entry = _slab.Next(entry)) yield return entry;
        }
    }

    // Before event time is known, the first deadline says where the ring may lie; MoveTo looks at all of it.
    private void Centre(long deadline)
    {
        _empty = false;
        _first = Math.Max(0, BucketOf(deadline) - (_heads.Length / 2));
        _lowest = _first + _mask;
    }
}

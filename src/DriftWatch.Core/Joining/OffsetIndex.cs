using System.Diagnostics;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>Which offsets of one source partition hold which event times, to the width of a bucket: so that an event can say where its data lie.</summary>
/// <remarks>
/// <see cref="Range"/> may take in more records than asked for, never fewer. Memory is bounded: what is old can be kept to wider cells (<see cref="Coarsen"/>), and past
/// <paramref name="maxBuckets"/> the two oldest buckets become one.
/// </remarks>
/// <param name="bucket">Width of a bucket.</param>
/// <param name="maxBuckets">Most buckets.</param>
public sealed class OffsetIndex(TimeSpan bucket, int maxBuckets = 100_000) : IKeepsState
{
    private readonly long _width = Math.Max(1, bucket.Ticks / TimeSpan.TicksPerMillisecond);
    private readonly List<Bucket> _buckets = []; // ascending
    private int _last = -1;
    private long _coarseBefore = long.MinValue; // number of the first cell that is not coarse yet

    public int Buckets => _buckets.Count;

    /// <summary>Notes where a record with this event time lies.</summary>
    public void Add(long offset, EventTime time)
    {
        long number = time.Milliseconds / _width;
        if (_last < 0 || !_buckets[_last].Holds(number)) _last = FindOrInsert(number);
        var held = _buckets[_last];
        if (offset < held.FirstOffset || offset > held.LastOffset)
            _buckets[_last] = held with { FirstOffset = Math.Min(held.FirstOffset, offset), LastOffset = Math.Max(held.LastOffset, offset) };
    }

    /// <summary>Forgets what lies before a moment.</summary>
    public void Forget(EventTime before)
    {
        long number = before.Milliseconds / _width;
        int old = 0;
        while (old < _buckets.Count && _buckets[old].LastNumber < number) old++;
        if (old == 0) return;
        _buckets.RemoveRange(0, old);
        _last = -1;
    }

    /// <summary>Keeps what lies before a moment to cells of <paramref name="cell"/> buckets, which begin where its multiples do.</summary>
    /// <remarks>Works once a cell: law: what is kept depends on how event time moved, not on restarts.</remarks>
    public void Coarsen(EventTime before, int cell)
    {
        long end = Math.DivRem(before.Milliseconds / _width, cell).Quotient;
        if (end <= _coarseBefore) return;
        _coarseBefore = end;
        int kept = 0;
        for (int i = 0; i < _buckets.Count; i++)
        {
            var next = _buckets[i];
            if (kept > 0 && next.LastNumber / cell < end && _buckets[kept - 1].FirstNumber / cell == next.LastNumber / cell) _buckets[kept - 1] = _buckets[kept - 1].With(next);
            else _buckets[kept++] = next;
        }

        _buckets.RemoveRange(kept, _buckets.Count - kept);
        _last = -1;
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(ref _coarseBefore);
        long number = 0, offset = 0;
        state.Exchange(_buckets, (StateExchange s, ref Bucket bucket) =>
        {
            long first = bucket.FirstNumber - number, width = bucket.LastNumber - bucket.FirstNumber;
            long from = bucket.FirstOffset - offset, count = bucket.LastOffset - bucket.FirstOffset;
            s.Exchange(ref first);
            s.Exchange(ref width);
            s.Exchange(ref from);
            s.Exchange(ref count);
            (number, offset) = (number + first, offset + from);
            bucket = new Bucket(number, number + width, offset, offset + count);
        });
        _last = -1;
    }

    /// <summary>The first and the last offset of the records with from ≤ time &lt; to; null if none is known.</summary>
    public (long First, long Last)? Range(EventTime from, EventTime to)
    {
        (long First, long Last)? range = null;
        if (to <= from) return range;
        long last = (to.Milliseconds - 1) / _width;
        for (int i = LowerBound(from.Milliseconds / _width); i < _buckets.Count && _buckets[i].FirstNumber <= last; i++)
        {
            var (first, end) = range ?? (long.MaxValue, long.MinValue);
            range = (Math.Min(first, _buckets[i].FirstOffset), Math.Max(end, _buckets[i].LastOffset));
        }

        return range;
    }

    private int FindOrInsert(long number)
    {
        int at = LowerBound(number);
        if (at < _buckets.Count && _buckets[at].Holds(number)) return at;
        _buckets.Insert(at, new Bucket(number, number, long.MaxValue, long.MinValue));
        if (_buckets.Count <= Math.Max(2, maxBuckets)) return at;
        _buckets[1] = _buckets[0].With(_buckets[1]);
        _buckets.RemoveAt(0);
        return Math.Max(0, at - 1);
    }

    /// <summary>The first bucket that does not end before <paramref name="number"/>.</summary>
    private int LowerBound(long number)
    {
        int low = 0;
        int high = _buckets.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_buckets[middle].LastNumber < number) low = middle + 1;
            else high = middle;
        }

        Debug.Assert(low == _buckets.Count || low == 0 || _buckets[low - 1].LastNumber < _buckets[low].FirstNumber, "Buckets ascend and do not overlap.");
        return low;
    }

    /// <summary>A stretch of event time, by bucket numbers (inclusive), and the offsets seen in it.</summary>
    private readonly record struct Bucket(long FirstNumber, long LastNumber, long FirstOffset, long LastOffset)
    {
        public bool Holds(long number) => number >= FirstNumber && number <= LastNumber;

        public Bucket With(Bucket next) =>
            new(FirstNumber, next.LastNumber, Math.Min(FirstOffset, next.FirstOffset), Math.Max(LastOffset, next.LastOffset));
    }
}

using System.Numerics;
using System.Runtime.Intrinsics.X86;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>The state of the join: entries found by id, in order of arrival, and given up in order of deadline.</summary>
/// <remarks>
/// About 42 bytes an entry (50 where labels are corrected or versions compared; 12 more where labels say of whom they are, or with what probability they were asked for), no allocation once it has grown, no pause when it grows.
/// It knows nothing of rules: what an entry means and when it is too old is for <see cref="PredictionJoiner"/> to say.
/// </remarks>
internal sealed unsafe class JoinTable
{
    private readonly JoinSlab _slab;
    private readonly JoinIndex _index;
    private readonly DeadlineWheel _wheel;
    private readonly HeldVectors? _vectors;

    /// <param name="maxEntries">Most entries; decides how finely memory is cut.</param>
    /// <param name="corrections">Whether matched predictions keep what they know of their label beside their confidence.</param>
    /// <param name="bucket">Width of a deadline bucket.</param>
    /// <param name="origin">A moment at which a bucket starts.</param>
    /// <param name="wheelBits">Binary logarithm of the number of buckets in the ring.</param>
    /// <param name="vectors">Where the vectors of predictions are, which go when their entries do; null: there are none.</param>
    public JoinTable(int maxEntries, bool corrections, TimeSpan bucket, EventTime origin, int wheelBits, HeldVectors? vectors = null)
    {
        int segmentBits = Math.Clamp(BitOperations.Log2((uint)maxEntries) - 5, 6, 14);
        _slab = new JoinSlab(segmentBits, corrections, vectors is not null);
        _vectors = vectors;
        KeepsConfidence = corrections;
        _index = new JoinIndex(_slab, maxEntries);
        _wheel = new DeadlineWheel(_slab, bucket, origin, wheelBits);
    }

    /// <summary>Entries that take up room.</summary>
    public int Count => _slab.Count;

    /// <summary>Numbers of entries are below; not all of them are in use.</summary>
    public int Extent => _slab.Extent;

    /// <summary>Whether a matched prediction keeps its confidence: for corrections, and where versions are compared.</summary>
    public bool KeepsConfidence { get; }

    /// <summary>Where the vectors of predictions are; null: there are none.</summary>
    public HeldVectors? Vectors => _vectors;

    /// <summary>Memory held, in bytes.</summary>
    public long Bytes => _slab.Bytes + _index.Bytes + _wheel.Bytes;

    public ref JoinEntry this[int entry] => ref *_slab.At(entry);

    /// <summary>What a matched prediction knows of its label.</summary>
    public ref HeldLabel Held(int entry) => ref _slab.Held(entry);

    /// <summary>The vector that waits with an entry; 0 for none.</summary>
    public int VectorOf(int entry) => _vectors is null ? 0 : _slab.Vector(entry);

    /// <summary>Lets a vector wait with an entry, or no more (0).</summary>
    public void SetVector(int entry, int vector)
    {
        if (_vectors is not null) _slab.Vector(entry) = vector;
    }

    /// <summary>What the entry knows where labels are asked for by chance.</summary>
    public JoinSide Side(int entry) => _slab.Side(entry);

    public void SetSide(int entry, in JoinSide side) => _slab.SetSide(entry, side);

    /// <summary>Whether any entry ever knew such a thing.</summary>
    public bool HasSides => _slab.HasSides;

    public int Next(int entry) => _slab.Next(entry);

    /// <summary>The entries of an id, in order of arrival, as many as there is room for.</summary>
    /// <returns>How many.</returns>
    public int FindAll(in PredictionId id, Span<int> into) => _index.FindAll(id, into);

    /// <summary>Entries that can be found, from a place on; those of one id in order of arrival.</summary>
    /// <param name="place">Where to begin: default at first; moved on.</param>
    /// <param name="into">As many as there is room for.</param>
    /// <returns>How many; 0 at the end.</returns>
    public int Walk(ref IndexPlace place, Span<int> into) => _index.Walk(ref place, into);

    /// <summary>Asks for the memory that finding these ids will need, so that the waits for it overlap.</summary>
    public void Prefetch(ReadOnlySpan<PredictionId> ids)
    {
        foreach (ref readonly var id in ids) _index.PrefetchSlot(id);
        foreach (ref readonly var id in ids) _index.PrefetchEntry(id);
    }

    /// <summary>Asks for the memory of these entries.</summary>
    public void Prefetch(ReadOnlySpan<int> entries)
    {
        if (!Sse.IsSupported) return;
        foreach (int entry in entries) Sse.Prefetch0(_slab.At(entry));
    }

    /// <summary>Asks for the memory that freeing these entries will need besides.</summary>
    public void PrefetchSlots(ReadOnlySpan<int> entries)
    {
        foreach (int entry in entries) _index.PrefetchSlot(_slab.At(entry)->Id);
    }

    /// <summary>A new entry of an id; the caller says what it is and pushes it.</summary>
    /// <param name="id">The id.</param>
    /// <param name="first">Whether it comes before the others of its id, not after them.</param>
    public int Add(in PredictionId id, bool first = false)
    {
        int entry = _slab.Allocate();
        var added = _slab.At(entry);
        added->High = id.High;
        added->Low = id.Low;
        _index.Insert(entry, first);
        return entry;
    }

    /// <summary>Makes an entry unfindable; its bucket still holds it.</summary>
    public void Detach(int entry) => _index.Remove(entry);

    /// <summary>Gives an entry's room back; it must be in no bucket.</summary>
    public void Free(int entry)
    {
        _index.Remove(entry);
        ReleaseVector(entry);
        _slab.Free(entry);
    }

    /// <summary>Gives the vector back that waits with an entry, if one does.</summary>
    public void ReleaseVector(int entry)
    {
        if (VectorOf(entry) is not (> 0 and var vector)) return;
        _vectors!.Release(vector);
        _slab.Vector(entry) = 0;
    }

    public void Push(int entry, long deadline) => _wheel.Push(entry, deadline);

    /// <summary>Whether an entry with this deadline has a bucket of its own, and it is later than this one.</summary>
    public bool BelongsAfter(long bucket, long deadline) => _wheel.BelongsAfter(bucket, deadline);

    public int Pop(out long bucket) => _wheel.Pop(out bucket);

    public long FirstBucket => _wheel.First;

    public int MoveTo(long time) => _wheel.MoveTo(time);

    public int Take(long bucket) => _wheel.Take(bucket);

    /// <summary>All entries in use.</summary>
    public IEnumerable<int> Entries()
    {
        for (int entry = 0; entry < _slab.Extent; entry++)
        {
            if (this[entry].State != EntryState.Free) yield return entry;
        }
    }

    /// <summary>What is wrong with the table; null if nothing is. Looks at everything.</summary>
    public string? FindFault()
    {
        int[] listed = [.. _wheel.Entries()];
        if (listed.Distinct().Count() != listed.Length) return "An entry is in two buckets.";
        if (!listed.Order().SequenceEqual(Entries())) return "Every entry is in a bucket, and a bucket has only entries in use.";
        return _index.FindFault();
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using DriftWatch.Core.Input;

namespace DriftWatch.Core.Series;

/// <summary>What is known of one vector that waits for its label.</summary>
internal struct VectorHead
{
    /// <summary>How many probabilities it has.</summary>
    public ushort Count;

    /// <summary>Whether the label that came names a class, <see cref="Label"/>.</summary>
    public bool HasLabel;

    /// <summary>Whether it has been counted, with the class at place <see cref="Place"/> as the true one.</summary>
    public bool IsCounted;

    /// <summary>Place of the class that it was counted with; -1: one that is not watched. Of a free vector: the next free one.</summary>
    public int Place;

    /// <summary>The <see cref="ClassKey"/> that the label names.</summary>
    public ulong Label;
}

/// <summary>Probability vectors from the moment they are read until their label has come: numbered blocks of doubles, within a bound.</summary>
/// <remarks>
/// A vector of C watched classes takes 16 + 8 C bytes. Blocks that were released are used again for vectors of the same length; once as many are held
/// as ever will be, nothing is allocated. Past the bound a vector is not held, and counted. Belongs to one thread. Numbers start at 1; 0 is none.
/// </remarks>
public sealed class HeldVectors(long maxBytes)
{
    private const int HeadCells = 2;
    private const int SegmentBits = 16;
    private const int SegmentCells = 1 << SegmentBits;

    /// <summary>A block's number is that of its first cell, and numbers are integers.</summary>
    private const long MostSegments = int.MaxValue >> SegmentBits;

    private readonly List<double[]> _segments = [];
    private readonly int[] _free = new int[MaxClasses + 1]; // by length: the first free block of it, 0 for none
    private int _used = SegmentCells; // cells of the last segment

    /// <summary>Most classes of one vector.</summary>
    public const int MaxClasses = 1024;

    /// <summary>Vectors held now.</summary>
    public int Count { get; private set; }

    /// <summary>Memory in bytes, for held vectors and for those to come.</summary>
    public long Bytes => (long)_segments.Count * SegmentCells * sizeof(double);

    /// <summary>Vectors that found no room.</summary>
    public long Refused { get; private set; }

    /// <summary>The probabilities of a vector, in the order of its <see cref="Series.ClassRoster"/>.</summary>
    public Span<double> this[int vector] => _segments[vector >> SegmentBits].AsSpan((vector & (SegmentCells - 1)) + HeadCells, Head(vector).Count);

    /// <summary>Room for a vector, all zeros.</summary>
    /// <returns>Its number; 0 if there is no room.</returns>
    public int Hold(int count)
    {
        Debug.Assert(count is > 0 and <= MaxClasses, "The roster keeps to its bound.");
        int vector = Take(count);
        if (vector == 0)
        {
            Refused++;
            return 0;
        }

        Count++;
        Head(vector) = new VectorHead { Count = (ushort)count };
        this[vector].Clear();
        return vector;
    }

    /// <summary>Gives a vector's room back.</summary>
    public void Release(int vector)
    {
        ref var head = ref Head(vector);
        Count--;
        head.Place = _free[head.Count];
        _free[head.Count] = vector;
    }

    internal ref VectorHead Head(int vector) =>
        ref MemoryMarshal.Cast<double, VectorHead>(_segments[vector >> SegmentBits].AsSpan(vector & (SegmentCells - 1), HeadCells))[0];

    private int Take(int count)
    {
        int free = _free[count];
        if (free > 0)
        {
            _free[count] = Head(free).Place;
            return free;
        }

        int cells = HeadCells + count;
        if (_used + cells > SegmentCells)
        {
            if (_segments.Count >= MostSegments || Bytes + (SegmentCells * sizeof(double)) > maxBytes) return 0;
            _segments.Add(new double[SegmentCells]);
            _used = _segments.Count == 1 ? HeadCells : 0; // number 0 is none
        }

        int vector = ((_segments.Count - 1) << SegmentBits) | _used;
        _used += cells;
        return vector;
    }
}

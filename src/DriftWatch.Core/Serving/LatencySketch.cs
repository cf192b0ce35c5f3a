using System.Numerics;
using DriftWatch.Core.State;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Serving;

/// <summary>How long answers took, to within 0.8 %: a histogram with 64 bins an octave, from tenths of a microsecond to a day.</summary>
/// <remarks>
/// <para>Law: a quantile is within 1/128 of that of the values themselves. Counts are integers, so adding and merging is exact in any order. Bins are cut in whole
/// ticks, as HdrHistogram cuts them, so that no machine's logarithm moves an edge; DDSketch (Masson, Rim and Lee 2019) has the same law with bins of one ratio.</para>
/// <para>Only octaves that occur take room, 512 bytes each: answers between 5 ms and 300 ms take 3 KiB, and nothing takes more than 18 KiB.</para>
/// </remarks>
internal sealed class LatencySketch : ITable
{
    private const int Fine = 6;
    private const int PerOctave = 1 << Fine;
    private const int Octaves = 35; // 64 · 2^34 ticks are more than a day

    /// <summary>Bins in all.</summary>
    public const int Bins = Octaves * PerOctave;

    private readonly long[]?[] _octaves = new long[Octaves][];

    /// <summary>Answers.</summary>
    public long Count { get; private set; }

    public void Add(TimeSpan latency)
    {
        int bin = BinOf(latency.Ticks);
        (_octaves[bin >> Fine] ??= new long[PerOctave])[bin & (PerOctave - 1)]++;
        Count++;
    }

    public void Merge(LatencySketch other)
    {
        for (int octave = 0; octave < Octaves; octave++)
        {
            if (other._octaves[octave] is not { } theirs) continue;
            var ours = _octaves[octave] ??= new long[PerOctave];
            for (int i = 0; i < PerOctave; i++) ours[i] += theirs[i];
        }

        Count += other.Count;
    }

    /// <summary>Makes it empty; the room stays.</summary>
    public void Clear()
    {
        foreach (long[]? octave in _octaves) octave?.AsSpan().Clear();
        Count = 0;
    }

    /// <summary>The latency that a share of the answers does not exceed: the middle of the bin of the ⌈share · n⌉-th; null if there are none.</summary>
    public TimeSpan? Quantile(double share)
    {
        if (Count == 0) return null;
        long left = Math.Max(1, (long)Math.Ceiling(share * Count));
        int bin = -1;
        while (left > 0) left -= this[++bin];
        long lower = LowerOf(bin);
        return new TimeSpan(lower + ((LowerOf(bin + 1) - 1 - lower) / 2));
    }

    /// <summary>The answers of every bin.</summary>
    public void CountInto(Span<long> counts)
    {
        for (int bin = 0; bin < counts.Length; bin++) counts[bin] = this[bin];
    }

    /// <remarks>In order of the bins, those that are empty left out.</remarks>
    public void Exchange(StateExchange state)
    {
        if (state.IsReading) Clear();
        int used = state.KeptWithin(state.IsReading ? 0 : Enumerable.Range(0, Bins).Count(each => this[each] > 0), 0, Bins, "latencies that occur");
        for (int bin = -1, left = used; left > 0; left--)
        {
            int next = bin + 1;
            while (!state.IsReading && this[next] == 0) next++;
            bin = state.KeptWithin(next, bin + 1, Bins - left, "the next latency");
            long count = state.KeptWithin(this[bin], 1, long.MaxValue / Bins, "answers");
            if (!state.IsReading) continue;
            (_octaves[bin >> Fine] ??= new long[PerOctave])[bin & (PerOctave - 1)] = count;
            Count += count;
        }
    }

    private long this[int bin] => _octaves[bin >> Fine] is { } octave ? octave[bin & (PerOctave - 1)] : 0;

    // The first 64 ticks have a bin each; from there on 64 bins an octave.
    private static int BinOf(long ticks)
    {
        if (ticks < PerOctave) return (int)ticks;
        int shift = BitOperations.Log2((ulong)ticks) - Fine;
        return ((shift + 1) << Fine) + (int)((ticks >> shift) & (PerOctave - 1));
    }

    private static long LowerOf(int bin)
    {
        int octave = bin >> Fine;
        long place = bin & (PerOctave - 1);
        return octave == 0 ? place : (PerOctave + place) << (octave - 1);
    }
}

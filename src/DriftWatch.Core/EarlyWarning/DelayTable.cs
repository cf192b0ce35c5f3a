using DriftWatch.Core.State;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>Labeled predictions by how late their label was: for each delay bin their number, positives, sum of confidences and of p(1 − p).</summary>
/// <remarks>
/// Integers and fixed point (2⁻³²), so that any order gives the same bits and a corrected label leaves no trace. Only delays that occur take room; once they have
/// it, nothing is allocated. At most 6 KiB, commonly 1 to 2.
/// </remarks>
internal sealed class DelayTable : ITable
{
    private const int FirstCapacity = 8;
    private const double Scale = 1L << 32;

    private readonly byte[] _slots = new byte[DelayBins.Count]; // 1 + index into _cells, 0 while it has none
    private Cell[] _cells = [];
    private int _used;
    private long _squaredError;

    /// <summary>Labeled predictions.</summary>
    public long Labeled { get; private set; }

    /// <summary>Sum of (y − p)².</summary>
    public double SumSquaredError => _squaredError / Scale;

    public DelayCell this[int bin] => _slots[bin] is > 0 and var slot ? _cells[slot - 1].Read() : default;

    public void Add(TimeSpan delay, double confidence, bool outcome) => Count(DelayBins.Of(delay), confidence, outcome, 1);

    /// <summary>Takes back an <see cref="Add"/> with the same arguments, exactly.</summary>
    public void Remove(TimeSpan delay, double confidence, bool outcome) => Count(DelayBins.Of(delay), confidence, outcome, -1);

    public void Merge(DelayTable other)
    {
        Labeled += other.Labeled;
        _squaredError += other._squaredError;
        for (int bin = 0; bin < _slots.Length; bin++)
        {
            if (other._slots[bin] is > 0 and var slot) CellOf(bin).Add(other._cells[slot - 1]);
        }
    }

    /// <summary>Makes it empty; the room stays.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        Array.Clear(_cells, 0, _used);
        (_used, Labeled, _squaredError) = (0, 0, 0);
    }

    /// <summary>The labeled predictions of every bin.</summary>
    public void CountInto(Span<long> counts)
    {
        for (int bin = 0; bin < counts.Length; bin++) counts[bin] = _slots[bin] is > 0 and var slot ? _cells[slot - 1].Labeled : 0;
    }

    /// <summary>The delay that a share of the labels does not exceed, by linear interpolation inside a bin; null if empty.</summary>
    public TimeSpan? Quantile(double share)
    {
        if (Labeled == 0) return null;
        double wanted = share * Labeled;
        long below = 0;
        for (int bin = 0; bin < _slots.Length; bin++)
        {
            long here = this[bin].Labeled;
            if (here > 0 && below + here >= wanted)
            {
                var lower = DelayBins.Lower(bin);
                return lower + (Math.Max(0, (wanted - below) / here) * (DelayBins.Lower(bin + 1) - lower));
            }

            below += here;
        }

        return null;
    }

    /// <remarks>In order of the bins: how they came by their room changes no number.</remarks>
    public void Exchange(StateExchange state)
    {
        if (state.IsReading) Clear();
        Labeled = state.Kept(Labeled);
        state.Exchange(ref _squaredError);
        int used = state.KeptWithin(_used, 0, _slots.Length, "delays that occur");
        for (int bin = -1, left = used; left > 0; left--)
        {
            int next = state.IsReading ? 0 : Array.FindIndex(_slots, bin + 1, slot => slot > 0);
            bin = state.KeptWithin(next, bin + 1, _slots.Length - 1, "the next delay");
            CellOf(bin).Exchange(state);
        }
    }

    private void Count(int bin, double confidence, bool outcome, int sign)
    {
        long claim = (long)(confidence * Scale);
        double miss = outcome ? 1 - confidence : confidence;
        ref var cell = ref CellOf(bin);
        cell.Labeled += sign;
        cell.Positives += outcome ? sign : 0;
        cell.SumConfidence += sign * claim;
        cell.SumVariance += sign * (long)(confidence * (1 - confidence) * Scale);
        _squaredError += sign * (long)(miss * miss * Scale);
        Labeled += sign;
    }

    private ref Cell CellOf(int bin)
    {
        if (_slots[bin] == 0)
        {
            if (_used == _cells.Length) Array.Resize(ref _cells, Math.Min(Math.Max(FirstCapacity, 2 * _used), _slots.Length));
            _slots[bin] = (byte)++_used;
        }

        return ref _cells[_slots[bin] - 1];
    }

    private struct Cell
    {
        public long Labeled;
        public long Positives;
        public long SumConfidence;
        public long SumVariance;

        public void Add(in Cell other)
        {
            Labeled += other.Labeled;
            Positives += other.Positives;
            SumConfidence += other.SumConfidence;
            SumVariance += other.SumVariance;
        }

        public void Exchange(StateExchange state)
        {
            state.Exchange(ref Labeled);
            state.Exchange(ref Positives);
            state.Exchange(ref SumConfidence);
            state.Exchange(ref SumVariance);
        }

        public readonly DelayCell Read() => new(Labeled, Positives, SumConfidence / Scale, SumVariance / Scale);
    }
}

/// <summary>What is known of the labels that came about as late as one another.</summary>
/// <param name="Labeled">How many.</param>
/// <param name="Positives">Those whose outcome came true.</param>
/// <param name="SumConfidence">Sum of the confidences.</param>
/// <param name="SumVariance">Sum of p(1 − p).</param>
internal readonly record struct DelayCell(long Labeled, long Positives, double SumConfidence, double SumVariance)
{
    public static DelayCell operator +(DelayCell left, DelayCell right) => new(
        left.Labeled + right.Labeled, left.Positives + right.Positives, left.SumConfidence + right.SumConfidence, left.SumVariance + right.SumVariance);
}

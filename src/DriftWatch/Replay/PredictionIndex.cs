using System.Numerics;
using DriftWatch.Core.Input;

namespace DriftWatch.Replay;

/// <summary>Finds the first prediction of an id: 4 to 8 bytes a row beside the rows themselves.</summary>
internal sealed class PredictionIndex
{
    private readonly Rows<Prediction> _rows;
    private readonly int[] _table;
    private readonly int _mask;

    public PredictionIndex(Rows<Prediction> rows)
    {
        _rows = rows;
        // Half empty at least, so that a search ends soon; a row is stored as its number + 1.
        _table = new int[(int)Math.Min(1u << 30, BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, Math.Min(1u << 29, 2L * rows.Count))))];
        _mask = _table.Length - 1;
        for (int row = 0; row < rows.Count; row++) Add(row);
    }

    /// <summary>Whether some id stands twice in the same millisecond, so that the time alone does not say which is the first.</summary>
    public bool HasTies { get; private set; }

    /// <summary>The rows of the earliest predictions with these ids; −1 where there is none.</summary>
    /// <remarks>Of many at once: the waits for the table overlap, then those for the rows that it names.</remarks>
    public void Find(ReadOnlySpan<PredictionId> ids, Span<int> rows)
    {
        for (int i = 0; i < ids.Length; i++) rows[i] = _table[(int)ids[i].Low & _mask] - 1;
        for (int i = 0; i < ids.Length; i++)
        {
            if (rows[i] >= 0 && _rows[rows[i]].Id != ids[i]) rows[i] = _table[Slot(ids[i])] - 1;
        }
    }

    private void Add(int row)
    {
        ref readonly var prediction = ref _rows[row];
        ref int entry = ref _table[Slot(prediction.Id)];
        if (entry == 0)
        {
            entry = row + 1;
            return;
        }

        var first = _rows[entry - 1].Time;
        HasTies |= prediction.Time == first;
        if (prediction.Time < first) entry = row + 1;
    }

    private int Slot(PredictionId id)
    {
        int slot = (int)id.Low & _mask;
        while (_table[slot] != 0 && _rows[_table[slot] - 1].Id != id) slot = (slot + 1) & _mask;
        return slot;
    }
}

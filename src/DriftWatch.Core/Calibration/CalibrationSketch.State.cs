using DriftWatch.Core.State;

namespace DriftWatch.Core.Calibration;

/// <content>How it is kept: the bins that hold something, in order. Counts over all bins are sums of theirs; which room a bin has taken changes no number.</content>
public sealed partial class CalibrationSketch : IKeepsState
{
    public void Exchange(StateExchange state)
    {
        if (state.IsReading) Clear();
        // What only few have stands behind a number that is else never negative, so that all others stay as they were written before there was any.
        bool sampled = Totals != default;
        long clipped = sampled ? ~Clipped : Clipped;
        state.Exchange(ref clipped);
        sampled = clipped < 0;
        Clipped = sampled ? ~clipped : clipped;
        _scores.Exchange(state);
        if (sampled) (_sampled ??= new()).Totals.Scores.Exchange(state);
        if (state.IsReading) ReadCells(state, sampled);
        else WriteCells(state, sampled);
    }

    private void WriteCells(StateExchange state, bool sampled)
    {
        int held = 0;
        foreach (ref readonly var cell in _cells.AsSpan(0, _used)) held += cell.IsEmpty ? 0 : 1;
        state.ExchangeCount(held);
        int next = 0;
        for (int bin = 0; bin < _slots.Length && held > 0; bin++)
        {
            if (_slots[bin] is not (> 0 and var slot)) continue;
            ref var cell = ref _cells[slot - 1];
            if (cell.IsEmpty) continue;
            ulong skipped = (ulong)(bin - next);
            state.Exchange(ref skipped);
            cell.Exchange(state);
            if (sampled) ExchangeSampled(state, bin);
            next = bin + 1;
            held--;
        }
    }

    private void ReadCells(StateExchange state, bool sampled)
    {
        int held = state.ExchangeCount(0);
        int next = 0;
        for (; held > 0; held--)
        {
            ulong skipped = 0;
            state.Exchange(ref skipped);
            if (skipped >= (ulong)(_slots.Length - next)) throw new StateFormatException($"A sketch has {_slots.Length} bins; what was kept has more.");
            int bin = next + (int)skipped;
            ref var cell = ref CellOf(bin);
            cell.Exchange(state);
            if (cell.Predictions < 0 || cell.Positives < 0 || cell.Positives > cell.Labeled)
                throw new StateFormatException($"{cell.Positives} of {cell.Labeled} outcomes in bin {bin} cannot have come true.");
            Predictions += cell.Predictions;
            Labeled += cell.Labeled;
            Positives += cell.Positives;
            if (sampled) ExchangeSampled(state, bin);
            next = bin + 1;
        }
    }
}

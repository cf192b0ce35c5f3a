using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Windowing;

/// <summary>Cumulative sums of the exported bins, over what has matured: what a time series database subtracts to get any window it likes.</summary>
/// <remarks>
/// A pane's variance is taken once, when it matures, from its fine bins, as if all confidences of one were equal; what comes to it later is added exactly. So the sum only
/// grows, and a restart finds it as it was. A corrected label takes its old contribution out again: then a sum can go back by what it was wrong.
/// </remarks>
internal sealed class BinCounters(Grid grid, int bins) : IKeepsState
{
    private readonly UInt128[] _variances = new UInt128[bins];

    /// <summary>Adds what came to a pane that had matured before.</summary>
    public void Add(in Contribution one) => _variances[grid.CoarseOf(one.Bin, bins)] += one.Variance;

    /// <summary>Takes out what such a pane no longer holds.</summary>
    public void Remove(in Contribution one)
    {
        ref var variance = ref _variances[grid.CoarseOf(one.Bin, bins)];
        // That of a fine bin is rounded: what is left of the last of its outcomes may be a digit short.
        variance -= UInt128.Min(variance, one.Variance);
    }

    /// <summary>Adds a pane that matures.</summary>
    public void Add(CalibrationSketch pane)
    {
        for (int bin = 0; bin < grid.Count; bin++)
        {
            var cell = pane[bin];
            if (cell.Labeled == 0) continue;
            double sum = FixedPoint.ToDouble(cell.SumConfidence);
            _variances[grid.CoarseOf(bin, bins)] += FixedPoint.FromPositive(sum * (1 - (sum / cell.Labeled)));
        }
    }

    public void Exchange(StateExchange state)
    {
        if (state.ExchangeCount(bins) != bins) throw new StateFormatException($"State was kept for another number of exported bins than {bins}.");
        foreach (ref var variance in _variances.AsSpan()) state.Exchange(ref variance);
    }

    /// <param name="mature">The sketch of all that has matured: it knows everything but the variances.</param>
    public IReadOnlyList<BinCounter> Capture(CalibrationSketch mature)
    {
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        mature.Coarsen(cells);
        var counters = new BinCounter[bins];
        for (int bin = 0; bin < bins; bin++)
        {
            var cell = cells[bin];
            counters[bin] = new((double)(bin + 1) / bins, cell.Labeled, FixedPoint.ToDouble(cell.SumConfidence), cell.Positives, FixedPoint.ToDouble(_variances[bin]));
        }

        return counters;
    }
}

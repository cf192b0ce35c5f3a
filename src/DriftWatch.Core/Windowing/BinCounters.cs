using DriftWatch.Calibration;
using DriftWatch.Checkpoints;

namespace DriftWatch.Windowing;

/// <summary>Cumulative sums of the exported bins: what a time series database subtracts to get any window it likes.</summary>
/// <remarks>A corrected label takes its old contribution out again, so a sum can go back by what it was wrong.</remarks>
internal sealed class BinCounters(Grid grid, int bins) : IKeepsState
{
    private readonly UInt128[] _variances = new UInt128[bins];

    public void Add(in Contribution one) => _variances[grid.CoarseOf(one.Bin, bins)] += one.Variance;

    public void Remove(in Contribution one) => _variances[grid.CoarseOf(one.Bin, bins)] -= one.Variance;

    public void Exchange(StateExchange state)
    {
        if (state.ExchangeCount(bins) != bins) throw new StateFormatException($"State was kept for another number of exported bins than {bins}.");
        foreach (ref var variance in _variances.AsSpan()) state.Exchange(ref variance);
    }

    /// <param name="total">The sketch of the same outcomes: it knows all but the variances.</param>
    public IReadOnlyList<BinCounter> Capture(CalibrationSketch total)
    {
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        total.Coarsen(cells);
        var counters = new BinCounter[bins];
        for (int bin = 0; bin < bins; bin++)
        {
            var cell = cells[bin];
            counters[bin] = new(
                (double)(bin + 1) / bins,
                cell.Labeled,
                FixedPoint.ToDouble(cell.SumConfidence),
                cell.Positives,
                FixedPoint.ToDouble(_variances[bin]));
        }

        return counters;
    }
}

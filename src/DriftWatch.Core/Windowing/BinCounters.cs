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

    /// <summary>The sums over a part of what was counted.</summary>
    /// <remarks>The variance of the rest is taken from its fine bins, as if all confidences of one were equal: nothing is left of that once the rest has joined the part.</remarks>
    /// <param name="total">The sketch of all that was counted: it knows everything but the variances.</param>
    /// <param name="part">The sketch of the part; all of it is in <paramref name="total"/>.</param>
    public IReadOnlyList<BinCounter> Capture(CalibrationSketch total, CalibrationSketch part)
    {
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        part.Coarsen(cells);
        Span<double> rest = stackalloc double[bins];
        for (int bin = 0; bin < grid.Count; bin++)
        {
            var (all, counted) = (total[bin], part[bin]);
            if (all.Labeled == counted.Labeled) continue;
            double sum = FixedPoint.ToDouble(all.SumConfidence - counted.SumConfidence);
            rest[grid.CoarseOf(bin, bins)] += sum * (1 - (sum / (all.Labeled - counted.Labeled)));
        }

        var counters = new BinCounter[bins];
        for (int bin = 0; bin < bins; bin++)
        {
            var cell = cells[bin];
            counters[bin] = new(
                (double)(bin + 1) / bins,
                cell.Labeled,
                FixedPoint.ToDouble(cell.SumConfidence),
                cell.Positives,
                Math.Max(0, FixedPoint.ToDouble(_variances[bin]) - rest[bin]));
        }

        return counters;
    }
}

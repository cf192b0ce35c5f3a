using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>A fine bin of a pane as every bet sees it.</summary>
/// <param name="Cell">What it holds.</param>
/// <param name="Unlabeled">Predictions without a label that count against each bet; 0 where they are ignored.</param>
/// <param name="Claim">Mean confidence of its labeled predictions; the middle of the bin if there are none.</param>
internal readonly record struct JudgedBin(SketchCell Cell, long Unlabeled, double Claim)
{
    /// <returns>False if nothing of the bin counts.</returns>
    /// <param name="pane">The pane.</param>
    /// <param name="bin">Which of its bins.</param>
    /// <param name="missing">What predictions without a label count as.</param>
    /// <param name="judged">What is found.</param>
    /// <param name="withoutAnnounced">Whether those are left out that <see cref="AnnouncedBin"/> tells of.</param>
    public static bool TryOf(CalibrationSketch pane, int bin, MissingLabels missing, out JudgedBin judged, bool withoutAnnounced = false)
    {
        var cell = pane[bin];
        if (withoutAnnounced && pane.HasAnnounced && missing != MissingLabels.Ignore && pane.AnnouncedAt(bin) is var announced)
            cell = new(cell.Predictions - announced.Predictions, cell.Labeled - announced.Labeled, cell.Positives - announced.Positives, cell.SumConfidence - announced.SumConfidence);
        long unlabeled = missing != MissingLabels.Ignore ? Math.Max(0, cell.Predictions - cell.Labeled) : 0;
        judged = default;
        if (cell.Labeled == 0 && unlabeled == 0) return false;
        var grid = pane.Grid;
        // The fixed point cuts below 2^-63, which could put the mean of a bin at its edge just outside.
        judged = new(cell, unlabeled, cell.Labeled == 0 ? grid.Midpoints[bin] : Math.Clamp(cell.MeanConfidence, grid.Edges[bin], grid.Edges[bin + 1]));
        return true;
    }
}

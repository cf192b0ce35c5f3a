using MathNet.Numerics.Distributions;

namespace DriftWatch.Core.Calibration;

/// <summary>Averages and maxima over bins that do not weigh them by their labeled predictions. Null where there is nothing to measure.</summary>
public static class LargestGaps
{
    private static readonly double DefaultZ = SimultaneousZ(ReliabilityDiagram.DefaultBins, 0.95);

    /// <summary>The largest gap that noise does not explain: how far the bins' intervals, taken together, stay away from 0. 0 where none does.</summary>
    /// <remarks>
    /// Wilson's interval per bin at level 1 − α ÷ M (Bonferroni), so with 95 % of calibrated models it is 0. Unlike MCE it is not ruled by the
    /// emptiest bin and needs no least count.
    /// </remarks>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="bins">Equal-width bins; must divide 60.</param>
    /// <param name="level">Level of all intervals together, inside (0, 1).</param>
    public static double? Significant(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins, double level = 0.95)
    {
        if (sketch.Labeled == 0) return null;
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        sketch.Coarsen(cells);
        return Significant(cells, SimultaneousZ(bins, level));
    }

    /// <summary>The mean of the bins' absolute gaps, every bin with a labeled prediction counting alike: what netcal calls ACE.</summary>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="bins">Equal-width bins; must divide 60.</param>
    public static double? Average(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins)
    {
        if (sketch.Labeled == 0) return null;
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        sketch.Coarsen(cells);
        return Average(cells);
    }

    /// <param name="cells">As many as <see cref="ReliabilityDiagram.DefaultBins"/>.</param>
    internal static double Significant(ReadOnlySpan<SketchCell> cells) => Significant(cells, DefaultZ);

    internal static double Average(ReadOnlySpan<SketchCell> cells)
    {
        double sum = 0;
        int used = 0;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Labeled == 0) continue;
            sum += FixedPoint.ToDouble(cell.Distance) / cell.Weight;
            used++;
        }

        return sum / used;
    }

    private static double Significant(ReadOnlySpan<SketchCell> cells, double z)
    {
        double largest = 0;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Labeled == 0) continue;
            var observed = Intervals.Wilson(cell.EffectivePositives, cell.Effective, z);
            double claimed = cell.WeightedMean;
            largest = Math.Max(largest, Math.Max(claimed - observed.Upper, observed.Lower - claimed));
        }

        return largest;
    }

    private static double SimultaneousZ(int bins, double level)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, 1);
        return Normal.InvCDF(0, 1, 1 - ((1 - level) / (2 * bins)));
    }
}

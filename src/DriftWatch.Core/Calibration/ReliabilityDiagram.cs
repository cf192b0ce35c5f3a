namespace DriftWatch.Core.Calibration;

/// <summary>What a model claimed against what happened, bin by bin.</summary>
public static class ReliabilityDiagram
{
    /// <summary>Bins of the diagram, and of metrics whose name does not say otherwise: what the literature uses.</summary>
    public const int DefaultBins = 15;

    /// <summary>The diagram over equal-width bins, empty ones too.</summary>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="bins">How many bins; must divide 60.</param>
    public static IReadOnlyList<ReliabilityBin> Of(CalibrationSketch sketch, int bins = DefaultBins)
    {
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        sketch.Coarsen(cells);
        var diagram = new ReliabilityBin[bins];
        for (int bin = 0; bin < bins; bin++)
        {
            var cell = cells[bin];
            diagram[bin] = new((double)bin / bins, (double)(bin + 1) / bins, cell.Labeled, cell.Positives, FixedPoint.ToDouble(cell.SumConfidence), cell.Extra);
        }

        return diagram;
    }
}

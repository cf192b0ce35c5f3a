namespace DriftWatch.Core.Calibration;

/// <summary>Murphy's parts of the Brier score: reliability − resolution + uncertainty + remainder, which is exact.</summary>
/// <param name="Reliability">Mean squared gap of the bins: miscalibration. Lower is better.</param>
/// <param name="Resolution">Mean squared distance of the bins' observed frequencies from the base rate. Higher is better.</param>
/// <param name="Uncertainty">Base rate × (1 − base rate): what no model changes.</param>
/// <param name="Remainder">What goes on inside the bins, variance less covariance (Stephenson, Coelho and Jolliffe 2008).</param>
public readonly record struct BrierParts(double Reliability, double Resolution, double Uncertainty, double Remainder)
{
    /// <summary>Their sum: the Brier score.</summary>
    public double Brier => Reliability - Resolution + Uncertainty + Remainder;

    /// <summary>The parts over equal-width bins; null without labeled predictions.</summary>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="bins">Equal-width bins; must divide 60.</param>
    public static BrierParts? Of(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins)
    {
        if (sketch.Labeled == 0) return null;
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        sketch.Coarsen(cells);
        return Of(sketch, cells);
    }

    internal static BrierParts Of(CalibrationSketch sketch, ReadOnlySpan<SketchCell> cells)
    {
        double n = sketch.Weight;
        double rate = sketch.WeightedPositives / n;
        double reliability = 0;
        double resolution = 0;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Labeled == 0) continue;
            double gap = FixedPoint.ToDouble(cell.Distance) / cell.Weight;
            double rise = cell.WeightedFrequency - rate;
            reliability += cell.Weight * gap * gap;
            resolution += cell.Weight * rise * rise;
        }

        reliability /= n;
        resolution /= n;
        double uncertainty = rate * (1 - rate);
        return new(reliability, resolution, uncertainty, (sketch.WeightedSquaredError / n) - (reliability - resolution + uncertainty));
    }
}

using MathNet.Numerics;

namespace DriftWatch.Core.Calibration;

/// <summary>Distances between claims and outcomes over equal-width bins. Null where there is nothing to measure.</summary>
/// <remarks>The number of bins must divide 60; then all of these are exact functions of the sketch.</remarks>
public static class CalibrationError
{
    /// <summary>Bins with fewer labeled predictions say nothing about the largest gap.</summary>
    public const int DefaultMinCount = 30;

    /// <summary>ECE: the mean of the bins' absolute gaps, weighted by labeled predictions.</summary>
    /// <remarks>As Σ|S − c| ÷ n: one division, everything before it exact. Guo et al. 2017 with bins closed on the left.</remarks>
    public static double? Expected(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins)
    {
        if (sketch.Labeled == 0) return null;
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        sketch.Coarsen(cells);
        return Expected(cells, sketch.Weight);
    }

    /// <summary>MCE: the largest absolute gap of a bin with at least <paramref name="minCount"/> labeled predictions.</summary>
    public static double? Maximum(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins, int minCount = DefaultMinCount)
    {
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        sketch.Coarsen(cells);
        return Maximum(cells, minCount);
    }

    /// <summary>RMSCE: the quadratic mean of the bins' gaps, weighted by labeled predictions.</summary>
    public static double? RootMeanSquare(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins)
    {
        if (sketch.Labeled == 0) return null;
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        sketch.Coarsen(cells);
        return RootMeanSquare(cells, sketch.Weight);
    }

    /// <summary>The mean squared gap, less what sampling noise adds to it. Can be below zero; over bins with at least two labeled predictions.</summary>
    /// <remarks>Kumar, Liang and Ma 2019 (arXiv 1909.10155); Ferro and Fricker 2012. Its root, cut at 0, is the debiased L2 error.</remarks>
    public static double? DebiasedSquared(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins)
    {
        if (sketch.Labeled == 0) return null;
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        sketch.Coarsen(cells);
        return DebiasedSquared(cells, sketch.Weight);
    }

    /// <summary>ECE less an estimate of what sampling noise adds to it: 2 ECE − the mean ECE if the bins' gaps were true and outcomes drawn again.</summary>
    /// <remarks>
    /// The closed form of the Monte Carlo debiasing of Kumar, Liang and Ma. It takes away about 40 % of the bias of a calibrated model and
    /// nearly all where gaps are large: read it beside the noise floor. Can be below zero.
    /// </remarks>
    public static double? Debiased(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins)
    {
        if (sketch.Labeled == 0) return null;
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        sketch.Coarsen(cells);
        return Debiased(cells, sketch.Weight);
    }

    /// <summary>ECE with bins weighted by all predictions, labeled or not: what it would be if every label had come.</summary>
    /// <remarks>
    /// Post-stratified. Right where the chance that a label came depends on the confidence alone; where it depends on the outcome nothing here helps.
    /// Predictions in bins without any label are left out.
    /// </remarks>
    public static double? PostStratified(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins)
    {
        if (sketch.Labeled == 0) return null;
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        sketch.Coarsen(cells);
        return PostStratified(cells);
    }

    internal static double? PostStratified(ReadOnlySpan<SketchCell> cells)
    {
        double sum = 0;
        long predictions = 0;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Labeled == 0) continue;
            sum += cell.Predictions * (FixedPoint.ToDouble(cell.Distance) / cell.Weight);
            predictions += cell.Predictions;
        }

        return predictions == 0 ? null : sum / predictions;
    }

    internal static double Expected(ReadOnlySpan<SketchCell> cells, double labeled)
    {
        UInt128 distance = 0;
        foreach (ref readonly var cell in cells) distance += cell.Distance;
        return FixedPoint.ToDouble(distance) / labeled;
    }

    internal static double? Maximum(ReadOnlySpan<SketchCell> cells, int minCount)
    {
        double? largest = null;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Labeled < Math.Max(1, minCount)) continue;
            double gap = FixedPoint.ToDouble(cell.Distance) / cell.Weight;
            if (!(largest >= gap)) largest = gap;
        }

        return largest;
    }

    internal static double RootMeanSquare(ReadOnlySpan<SketchCell> cells, double labeled)
    {
        double sum = 0;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Labeled == 0) continue;
            double distance = FixedPoint.ToDouble(cell.Distance);
            sum += distance * distance / cell.Weight;
        }

        return Math.Sqrt(sum / labeled);
    }

    internal static double DebiasedSquared(ReadOnlySpan<SketchCell> cells, double labeled)
    {
        double sum = 0;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Labeled < 2 || !(cell.Effective > 1)) continue;
            double gap = FixedPoint.ToDouble(cell.Distance) / cell.Weight;
            double observed = cell.WeightedFrequency;
            sum += cell.Weight * ((gap * gap) - (observed * (1 - observed) / (cell.Effective - 1)));
        }

        return sum / labeled;
    }

    internal static double Debiased(ReadOnlySpan<SketchCell> cells, double labeled)
    {
        double sum = 0;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Labeled == 0) continue;
            double gap = FixedPoint.ToDouble(cell.Distance) / cell.Weight;
            double observed = cell.WeightedFrequency;
            sum += cell.Weight * ((2 * gap) - FoldedNormalMean(gap, Math.Sqrt(observed * (1 - observed) / cell.Effective)));
        }

        return sum / labeled;
    }

    /// <summary>Mean of |x| for x normal around <paramref name="mean"/>.</summary>
    private static double FoldedNormalMean(double mean, double deviation)
    {
        if (deviation == 0) return mean;
        double z = mean / deviation;
        return (mean * SpecialFunctions.Erf(z / Math.Sqrt(2))) + (deviation * Math.Sqrt(2 / Math.PI) * Math.Exp(-z * z / 2));
    }
}

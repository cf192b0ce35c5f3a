using DriftWatch.Core.Series;

namespace DriftWatch.Core.Calibration;

/// <summary>Numbers that need no bins. Null where there is nothing to measure.</summary>
public static class Scores
{
    /// <summary>Mean of (confidence − outcome)².</summary>
    public static double? Brier(CalibrationSketch sketch) => PerLabeled(sketch, sketch.WeightedSquaredError);

    /// <summary>Mean of −ln of the probability given to what happened, in nats, each at most 36.04.</summary>
    public static double? LogLoss(CalibrationSketch sketch) => PerLabeled(sketch, sketch.WeightedLogLoss);

    /// <summary>Share of outcomes that came true.</summary>
    public static double? BaseRate(CalibrationSketch sketch) => PerLabeled(sketch, sketch.WeightedPositives);

    public static double? MeanConfidence(CalibrationSketch sketch) => PerLabeled(sketch, sketch.WeightedConfidence);

    /// <summary>Mean confidence − base rate: positive means that the claims are too high. The first number to look at.</summary>
    public static double? Gap(CalibrationSketch sketch) => PerLabeled(sketch, sketch.WeightedConfidence - sketch.WeightedPositives);

    /// <summary>Share of right predictions: by the threshold 0.5 for a binary view, of the top class otherwise.</summary>
    public static double? Accuracy(CalibrationSketch sketch, View view)
    {
        if (view.OutcomeIsRightness()) return BaseRate(sketch);
        Span<SketchCell> halves = stackalloc SketchCell[2];
        sketch.Coarsen(halves);
        return PerLabeled(sketch, Right(halves));
    }

    /// <summary>Predictions that the threshold 0.5 decides rightly.</summary>
    /// <param name="cells">An even number of equal-width bins, so that 0.5 is an edge.</param>
    internal static double Right(ReadOnlySpan<SketchCell> cells)
    {
        double right = 0;
        foreach (ref readonly var cell in cells[..(cells.Length / 2)]) right += cell.Weight - cell.WeightedPositives;
        foreach (ref readonly var cell in cells[(cells.Length / 2)..]) right += cell.WeightedPositives;
        return right;
    }

    /// <summary>Labeled ÷ all predictions, those whose label is asked for by chance with its probability. Null without predictions.</summary>
    public static double? Coverage(CalibrationSketch sketch) =>
        sketch.Predictions == 0 ? null : Math.Min(1, sketch.Labeled / sketch.ExpectedLabels);

    /// <summary>Spiegelhalter's Z: standard normal if the model is calibrated. Null where every confidence is 0, ½ or 1.</summary>
    public static double? SpiegelhalterZ(CalibrationSketch sketch) =>
        sketch.WeightedSquaredErrorVariance is > 0 and var variance ? sketch.WeightedSquaredErrorExcess / Math.Sqrt(variance) : null;

    private static double? PerLabeled(CalibrationSketch sketch, double sum) => sketch.Labeled == 0 ? null : sum / sketch.Weight;
}

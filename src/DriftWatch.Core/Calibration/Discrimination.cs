namespace DriftWatch.Core.Calibration;

/// <summary>How well confidences tell what comes true from what does not: AUROC, the share of (positive, negative) pairs in order, ties half.</summary>
/// <param name="Auroc">With pairs inside a fine bin counted half.</param>
/// <param name="Lower">If all those were in the wrong order.</param>
/// <param name="Upper">If all were in the right one: the exact AUROC lies between.</param>
/// <param name="Positives">Labeled predictions that came true.</param>
/// <param name="Negatives">Those that did not.</param>
public readonly record struct Discrimination(double Auroc, double Lower, double Upper, long Positives, long Negatives)
{
    /// <summary>Null without a positive or without a negative.</summary>
    public static Discrimination? Of(CalibrationSketch sketch) => Of(sketch, FineBin.Of(sketch, stackalloc FineBin[sketch.Grid.Count]));

    internal static Discrimination? Of(CalibrationSketch sketch, ReadOnlySpan<FineBin> fine)
    {
        long positives = sketch.Positives;
        long negatives = sketch.Labeled - positives;
        if (positives == 0 || negatives == 0) return null;
        double below = 0;
        double ordered = 0;
        double tied = 0;
        foreach (ref readonly var bin in fine)
        {
            double misses = bin.Labeled - bin.Positives;
            ordered += bin.Positives * below;
            tied += bin.Positives * misses;
            below += misses;
        }

        double pairs = sketch.WeightedPositives * (sketch.Weight - sketch.WeightedPositives);
        return new((ordered + (tied / 2)) / pairs, ordered / pairs, Math.Min(1, (ordered + tied) / pairs), positives, negatives);
    }
}

using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift;

/// <summary>Names what outcomes do against the claims, from a sketch.</summary>
public static class Directions
{
    /// <summary>
    /// A shift where the signed gap makes up most of the total gap (at least 70 %); else a slope, by the sign of the covariance of
    /// confidence and gap: claims that are too high where they are high and too low where they are low are overconfident.
    /// </summary>
    public static Direction? Of(CalibrationSketch sketch)
    {
        if (sketch.Labeled == 0) return null;
        double total = 0, signed = 0, slope = 0, mean = sketch.WeightedConfidence / sketch.Weight;
        foreach (var bin in ReliabilityDiagram.Of(sketch))
        {
            if (bin.Count == 0) continue;
            double gap = bin.WeightedConfidence - bin.WeightedPositives;
            total += Math.Abs(gap);
            signed += gap;
            slope += gap * (bin.Claimed - mean);
        }

        if (total == 0) return null;
        if (Math.Abs(signed) >= 0.7 * total) return signed < 0 ? Direction.ShiftUp : Direction.ShiftDown;
        return slope > 0 ? Direction.Overconfident : Direction.Underconfident;
    }
}

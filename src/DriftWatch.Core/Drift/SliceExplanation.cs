using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift.Sequential;

namespace DriftWatch.Core.Drift;

/// <summary>The fewest slices that explain an alarm of the whole traffic (statistics §6.9).</summary>
public static class SliceExplanation
{
    private const double Explained = 0.5;

    /// <summary>Takes away slices of one dimension, the one that explains most first, until less than half of the evidence is left.</summary>
    /// <remarks>
    /// The evidence of a sketch is the logarithm of the mixture's gain on it as one pane. Slices of one dimension share no prediction, so what is left after
    /// taking some away is exactly the rest of the traffic.
    /// </remarks>
    /// <param name="whole">The labeled predictions since the onset, all traffic.</param>
    /// <param name="slices">Those of each slice of one dimension, of the same time.</param>
    /// <param name="band">The null hypothesis.</param>
    /// <returns>The slices in the order they were taken, empty if the whole shows no evidence; null if no set explains half of it.</returns>
    public static IReadOnlyList<TName>? Of<TName>(CalibrationSketch whole, IReadOnlyList<(TName Name, CalibrationSketch Sketch)> slices, NullBand band)
    {
        double all = LogEvidence(whole, band);
        if (all <= 0) return [];
        var rest = whole.Clone();
        List<(TName Name, CalibrationSketch Sketch)> left = [.. slices];
        List<TName> taken = [];
        while (left.Count > 0)
        {
            int best = -1;
            double least = double.PositiveInfinity;
            for (int i = 0; i < left.Count; i++)
            {
                rest.Subtract(left[i].Sketch);
                double evidence = LogEvidence(rest, band);
                rest.Merge(left[i].Sketch);
                if (evidence < least) (least, best) = (evidence, i);
            }

            rest.Subtract(left[best].Sketch);
            taken.Add(left[best].Name);
            left.RemoveAt(best);
            if (least <= Explained * all) return taken;
        }

        return null;
    }

    /// <summary>The logarithm of the mixture's gain on a sketch taken as one pane.</summary>
    public static double LogEvidence(CalibrationSketch sketch, NullBand band)
    {
        var components = TiltComponents.Of(sketch.Grid);
        double[] gains = new double[components.Count];
        TiltEvidence.Add(sketch, components, band, MissingLabels.Ignore, gains);
        double most = gains.Max(), sum = 0;
        for (int j = 0; j < gains.Length; j++) sum += components.Weight(j) * Math.Exp(gains[j] - most);
        return most + Math.Log(sum);
    }
}

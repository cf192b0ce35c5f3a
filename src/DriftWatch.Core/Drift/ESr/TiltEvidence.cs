using DriftWatch.Calibration;

namespace DriftWatch.Drift;

/// <summary>The logarithm of the bets' gains on one pane: what the detector's memory is advanced by (statistics §6.3 and §6.11).</summary>
public static class TiltEvidence
{
    /// <summary>Adds, for every component, Σ over fine bins of λ c − n ln(1 + q (e^λ − 1)) to <paramref name="into"/>.</summary>
    /// <remarks>
    /// q is the end of the band that is nearest to the bet, at the bin's mean claim. E exp(result) ≤ 1 under the null, whatever the claims: the bins'
    /// means can only understate what the single predictions would say. Predictions without a label are counted against each bet, at the edge
    /// of the bin where that costs most: what is missing can then only lower the result.
    /// </remarks>
    /// <param name="pane">Its labeled predictions, and how many have no label.</param>
    /// <param name="components">The bets.</param>
    /// <param name="band">The null hypothesis.</param>
    /// <param name="missing">What predictions without a label count as.</param>
    /// <param name="into">One place per component.</param>
    public static void Add(CalibrationSketch pane, TiltComponents components, NullBand band, MissingLabels missing, Span<double> into)
    {
        var edges = components.Grid.Edges;
        for (int bin = 0; bin < components.Grid.Count; bin++)
        {
            var cell = pane[bin];
            long unlabeled = missing == MissingLabels.WorstCase ? Math.Max(0, cell.Predictions - cell.Labeled) : 0;
            if (cell.Labeled == 0 && unlabeled == 0) continue;
            // The fixed point cuts below 2^-63, which could put the mean of a bin at its edge just outside.
            double claim = cell.Labeled == 0 ? components.Grid.Midpoints[bin] : Math.Clamp(cell.MeanConfidence, edges[bin], edges[bin + 1]);
            double upper = band.Upper(bin, claim), lower = band.Lower(bin, claim);
            double worstUpper = 0, worstLower = 0;
            if (unlabeled > 0) (worstUpper, worstLower) = (band.Upper(bin, edges[bin + 1]), band.Lower(bin, edges[bin]));
            var tilts = components.TiltsIn(bin);
            var factors = components.FactorsIn(bin);
            foreach (int j in components.ActiveIn(bin))
            {
                double tilt = tilts[j], factor = factors[j];
                double gain = (tilt * cell.Positives) - (cell.Labeled * Math.Log(1 + ((tilt > 0 ? upper : lower) * factor)));
                if (unlabeled > 0)
                {
                    gain += tilt > 0
                        ? -unlabeled * Math.Log(1 + (worstUpper * factor))
                        : unlabeled * (tilt - Math.Log(1 + (worstLower * factor)));
                }

                into[j] += gain;
            }
        }
    }
}

using System.Runtime.Intrinsics;
using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>The logarithm of the bets' gains on one pane: what the detector's memory is advanced by (statistics §6.3 and §6.11).</summary>
public static class TiltEvidence
{
    /// <summary>Adds, for every component, Σ over fine bins of λ c − n ln(1 + q (e^λ − 1)) to <paramref name="into"/>.</summary>
    /// <remarks>
    /// q is the end of the band that is nearest to the bet, at the bin's mean claim. E exp(result) ≤ 1 under the null, whatever the claims: the bins'
    /// means can only understate what the single predictions would say. Predictions without a label are counted against each bet, at the edge
    /// of the bin where that costs most: what is missing can then only lower the result. Those whose label is asked for by chance are bet on as <see cref="AnnouncedBin"/> says.
    /// </remarks>
    /// <param name="pane">Its labeled predictions, and how many have no label.</param>
    /// <param name="components">The bets.</param>
    /// <param name="band">The null hypothesis.</param>
    /// <param name="missing">What predictions without a label count as.</param>
    /// <param name="into">One place per component.</param>
    /// <param name="labeledAtMost">Of each fine bin, the share of predictions that have their label at most where labels are missing at random; empty: nothing is known of that.</param>
    /// <param name="labeledOnly">Gets what there would be without the predictions that have no label; empty: that is not asked for. To the bit what <see cref="MissingLabels.Ignore"/> adds where no label is asked for by chance.</param>
    public static void Add(CalibrationSketch pane, TiltComponents components, NullBand band, MissingLabels missing, Span<double> into, ReadOnlySpan<double> labeledAtMost = default, Span<double> labeledOnly = default)
    {
        var edges = components.Grid.Edges;
        for (int bin = 0; bin < components.Grid.Count; bin++)
        {
            if (AnnouncedBin.TryOf(pane, bin, missing, out var announced)) Add(announced, announced, bin, components, band, into);
            if (!labeledAtMost.IsEmpty)
            {
                if (AnnouncedBin.TryNatural(pane, bin, labeledAtMost[bin], high: true, out var high) && AnnouncedBin.TryNatural(pane, bin, labeledAtMost[bin], high: false, out var low)) Add(high, low, bin, components, band, into);
                continue;
            }

            if (!JudgedBin.TryOf(pane, bin, missing, out var judged, withoutAnnounced: true)) continue;
            var (cell, unlabeled, claim) = judged;
            double upper = band.Upper(bin, claim), lower = band.Lower(bin, claim);
            double worstUpper = 0, worstLower = 0;
            if (unlabeled > 0) (worstUpper, worstLower) = (band.Upper(bin, edges[bin + 1]), band.Lower(bin, edges[bin]));
            var active = components.ActiveIn(bin);
            for (int i = 0; i < active.Components.Length; i += Vector256<double>.Count)
            {
                var tilts = Vector256.Create(active.Tilts, i);
                var factors = Vector256.Create(active.Factors, i);
                var upwards = Vector256.GreaterThan(tilts, Vector256<double>.Zero);
                var nearest = Vector256.ConditionalSelect(upwards, Vector256.Create(upper), Vector256.Create(lower));
                var gains = (tilts * cell.Positives) - (Vector256.Log(Vector256<double>.One + (nearest * factors)) * cell.Labeled);
                for (int k = 0; !labeledOnly.IsEmpty && k < Vector256<double>.Count; k++) labeledOnly[active.Components[i + k]] += gains[k];
                if (unlabeled > 0)
                {
                    var worst = Vector256.ConditionalSelect(upwards, Vector256.Create(worstUpper), Vector256.Create(worstLower));
                    var assumed = Vector256.ConditionalSelect(upwards, Vector256<double>.Zero, tilts); // counted as negative, or as positive
                    gains += (assumed - Vector256.Log(Vector256<double>.One + (worst * factors))) * unlabeled;
                }

                for (int k = 0; k < Vector256<double>.Count; k++) into[active.Components[i + k]] += gains[k];
            }
        }
    }

    // Those that bet on more outcomes than claimed, and those that bet on fewer.
    private static void Add(in AnnouncedBin high, in AnnouncedBin low, int bin, TiltComponents components, NullBand band, Span<double> into)
    {
        double upper = band.Upper(bin, high.Claim), lower = band.Lower(bin, low.Claim);
        var active = components.ActiveIn(bin);
        for (int i = 0; i < active.Components.Length; i++)
        {
            double tilt = active.Tilts[i];
            if (tilt != 0) into[active.Components[i]] += tilt > 0 ? high.Gain(tilt, upper) : low.Gain(tilt, lower);
        }
    }
}

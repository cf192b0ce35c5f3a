using System.Runtime.Intrinsics;
using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>The logarithm of the bets' gains on one pane against <see cref="NullHypothesis.Marginal"/>: <see cref="TiltEvidence"/> with weights.</summary>
internal static class MarginalEvidence
{
    /// <summary>Adds what each component gains to <paramref name="into"/>. E exp(result) ≤ 1 under the null, whatever the claims, the probabilities and the labels that stay away.</summary>
    /// <remarks>ln(1 + s q) is concave in q, and q's end of the band in the claim, as the stake is the same all over the bin: means can only understate.</remarks>
    /// <param name="pane">Its predictions, and the labels of some.</param>
    /// <param name="components">The bets.</param>
    /// <param name="band">The null hypothesis.</param>
    /// <param name="stakes">What the panes before say of the labels' weights.</param>
    /// <param name="into">One place per component.</param>
    public static void Add(CalibrationSketch pane, TiltComponents components, NullBand band, StakeScale stakes, Span<double> into)
    {
        var grid = components.Grid;
        for (int bin = 0; bin < grid.Count; bin++)
        {
            if (!MarginalBin.TryOf(pane, bin, stakes, out var marginal, out double claim)) continue;
            double middle = grid.Midpoints[bin];
            var came = new MarginalBin.Chances(band.Upper(bin, claim), band.Upper(bin, grid.Edges[bin + 1]), band.Upper(bin, middle));
            var not = new MarginalBin.Chances(1 - band.Lower(bin, claim), 1 - band.Lower(bin, grid.Edges[bin]), 1 - band.Lower(bin, middle));
            var active = components.ActiveIn(bin);
            for (int i = 0; i < active.Components.Length; i += Vector256<double>.Count)
            {
                var gains = marginal.Gains(Vector256.Create(active.Factors, i), came, not);
                for (int k = 0; k < Vector256<double>.Count; k++) into[active.Components[i + k]] += gains[k];
            }
        }
    }
}

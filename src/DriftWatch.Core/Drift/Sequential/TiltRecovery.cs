using System.Runtime.Intrinsics;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Evidence that an episode is over: bets against "outcomes are still beyond the tolerance, the way they were" (statistics §6.10).</summary>
/// <remarks>
/// Per fine bin the null is P(y = 1 | p) ≥ Upper(p) where outcomes came too often, and ≤ Lower(p) where too seldom; the bets tilt the other way. Missing
/// labels count as if nothing had changed; those that are asked for by chance as <see cref="AnnouncedBin"/> says, with the bound the other way round. With τ = 0 the band is linear in the claim and the bound is exact; with τ &gt; 0 a bin's mean may
/// overstate by what the band bends inside one bin, which is less than 10⁻⁴ nats a prediction. Where claims are to be true on average over everybody it bets as <see cref="MarginalBin"/> says.
/// </remarks>
internal sealed class TiltRecovery : IKeepsState
{
    private const double Most = 1e300;
    private static readonly double[] Amplitudes = [.1, .2, .4, .8]; // as many as a vector holds

    private readonly double[] _pattern;
    private readonly double[] _evidence = new double[Amplitudes.Length];

    /// <param name="pattern">For each fine bin, which way and how steeply outcomes are off: positive where they come too often.</param>
    public TiltRecovery(DriftPattern pattern) => _pattern = [.. pattern.Tilts.ToArray().Select(tilt => -tilt)];

    /// <summary>One that will read what it bets on.</summary>
    public TiltRecovery(Grid grid) => _pattern = new double[grid.Count];

    public double Evidence => _evidence.Average();

    /// <param name="pane">The next pane.</param>
    /// <param name="band">The null hypothesis of the detector.</param>
    /// <param name="missing">What predictions without a label count as.</param>
    /// <param name="tempers">By what is bet on.</param>
    /// <param name="budget">What may be spent on it.</param>
    /// <param name="stakes">Where claims are to be true on average over everybody: what the panes before say of the labels' weights.</param>
    public void Advance(CalibrationSketch pane, NullBand band, MissingLabels missing, in Tempers tempers, double budget, StakeScale? stakes = null)
    {
        double temper = tempers[_pattern.Min() < 0 && _pattern.Max() > 0 ? TiltFamily.Sharp : TiltFamily.Shift];
        Span<double> gains = stackalloc double[Amplitudes.Length];
        var edges = pane.Grid.Edges;
        for (int bin = 0; bin < pane.Grid.Count; bin++)
        {
            double direction = _pattern[bin];
            if (direction == 0) continue;
            if (stakes is not null)
            {
                AddMarginal(pane, bin, direction, band, stakes, gains);
                continue;
            }

            if (AnnouncedBin.TryOf(pane, bin, missing, out var announced))
            {
                double end = direction < 0 ? band.Upper(bin, announced.Claim) : band.Lower(bin, announced.Claim);
                for (int i = 0; i < gains.Length; i++) gains[i] += announced.Gain(Math.Clamp(Amplitudes[i] * direction, -3, 3), end);
            }

            if (!JudgedBin.TryOf(pane, bin, missing, out var judged, withoutAnnounced: true)) continue;
            var (cell, unlabeled, claim) = judged;
            double bound = direction < 0 ? band.Upper(bin, claim) : band.Lower(bin, claim);
            double worst = direction < 0 ? band.Upper(bin, edges[bin]) : band.Lower(bin, edges[bin + 1]);
            for (int i = 0; i < gains.Length; i++)
            {
                double tilt = Math.Clamp(Amplitudes[i] * direction, -3, 3), factor = Math.Exp(tilt) - 1;
                gains[i] += (tilt * cell.Positives) - (cell.Labeled * Math.Log(1 + (bound * factor)));
                if (unlabeled > 0) gains[i] += unlabeled * ((tilt < 0 ? tilt : 0) - Math.Log(1 + (worst * factor)));
            }
        }

        for (int i = 0; i < gains.Length; i++)
            _evidence[i] = Math.Min(Most, (_evidence[i] + budget) * Math.Exp(Math.Min(300, gains[i] / temper)));
    }

    private static void AddMarginal(CalibrationSketch pane, int bin, double direction, NullBand band, StakeScale stakes, Span<double> gains)
    {
        if (!MarginalBin.TryOf(pane, bin, stakes, out var marginal, out double claim)) return;
        var (edges, middle) = (pane.Grid.Edges, pane.Grid.Midpoints[bin]);
        // Only one of the two is bet on: what comes seldom where the null says often, and the other way round.
        var came = new MarginalBin.Chances(band.Lower(bin, claim), band.Lower(bin, edges[bin + 1]), band.Lower(bin, middle));
        var not = new MarginalBin.Chances(1 - band.Upper(bin, claim), 1 - band.Upper(bin, edges[bin]), 1 - band.Upper(bin, middle));
        Span<double> factors = stackalloc double[Amplitudes.Length];
        for (int i = 0; i < factors.Length; i++) factors[i] = Math.Exp(Math.Clamp(Amplitudes[i] * direction, -3, 3)) - 1;
        var all = marginal.Gains(Vector256.Create<double>(factors), came, not);
        for (int i = 0; i < gains.Length; i++) gains[i] += all[i];
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(_pattern.AsSpan());
        state.Exchange(_evidence.AsSpan());
    }
}

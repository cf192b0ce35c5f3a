using System.Runtime.Intrinsics;
using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>A fine bin of a pane as bets see it that ask whether claims are true on average over everybody (<see cref="NullHypothesis.Marginal"/>).</summary>
/// <remarks>
/// <para>X = y ÷ π of a prediction that is labeled, 0 of one that is not: its mean is at most the chance with which a claim may come true, whatever the choice looked at besides the outcome, and whatever becomes of labels that
/// were asked for and stay away. So (1 + s X) ÷ (1 + s q) has mean at most 1 under the null for each prediction, labeled or not, for any stake s ≥ 0 that is fixed before; the same of 1 − y and 1 − q. It is 1 + λ (X − q) with
/// λ = s ÷ (1 + s q), below 1 ÷ q, so that no bet can lose more than it has, however small π is.</para>
/// <para>The stake is the one that gains most where log-odds are off by the tilt and every label has the probability <see cref="Scale"/>: s = scale (1 − q) (e^λ − 1) ÷ (1 − q + q e^λ (1 − scale)), q in the middle of the bin. Where all
/// are labeled it is e^λ − 1, and the bet is the one that <see cref="TiltEvidence"/> makes.</para>
/// </remarks>
/// <param name="Labeled">Labeled predictions.</param>
/// <param name="Unlabeled">The others.</param>
/// <param name="Positives">Those that came true.</param>
/// <param name="Negatives">Those that did not.</param>
/// <param name="Scale">From <see cref="StakeScale"/>.</param>
internal readonly record struct MarginalBin(long Labeled, long Unlabeled, WeightedOutcomes Positives, WeightedOutcomes Negatives, double Scale)
{
    /// <param name="pane">The pane.</param>
    /// <param name="bin">Which of its bins.</param>
    /// <param name="stakes">What the panes before say.</param>
    /// <param name="marginal">What is found.</param>
    /// <param name="claim">Mean claim of the labeled ones.</param>
    /// <returns>False if there is nothing in it.</returns>
    public static bool TryOf(CalibrationSketch pane, int bin, StakeScale stakes, out MarginalBin marginal, out double claim)
    {
        (marginal, claim) = (default, 0);
        // Where nothing but a missing label is counted, "at its worst" is what it is taken for.
        if (!JudgedBin.TryOf(pane, bin, MissingLabels.WorstCase, out var judged)) return false;
        var (positives, negatives) = WeightedOutcomes.Of(judged.Cell);
        (marginal, claim) = (new(judged.Cell.Labeled, judged.Unlabeled, positives, negatives, stakes.Of(pane.Grid, bin)), judged.Claim);
        return true;
    }

    /// <summary>The logarithms of what bets gain: those on a tilt above 0 bet on what came true, the others on what did not.</summary>
    /// <param name="factors">e^tilt − 1.</param>
    /// <param name="true">How often outcomes come true at most.</param>
    /// <param name="false">How often they do not at most.</param>
    public Vector256<double> Gains(Vector256<double> factors, in Chances @true, in Chances @false)
    {
        var upwards = Vector256.GreaterThan(factors, Vector256<double>.Zero);
        var one = Vector256<double>.One;
        // Tilted down, what did not come true has e^−tilt in the place of e^tilt.
        var factor = Vector256.ConditionalSelect(upwards, factors, -factors / (one + factors));
        var stakes = Vector256.ConditionalSelect(upwards, Stakes(factor, @true.Middle), Stakes(factor, @false.Middle));
        var gains = Vector256.ConditionalSelect(upwards, Positives.Gain(stakes), Negatives.Gain(stakes));
        if (Labeled > 0) gains -= Vector256.Log(one + (stakes * Vector256.ConditionalSelect(upwards, Vector256.Create(@true.Labeled), Vector256.Create(@false.Labeled)))) * Labeled;
        if (Unlabeled > 0) gains -= Vector256.Log(one + (stakes * Vector256.ConditionalSelect(upwards, Vector256.Create(@true.Unlabeled), Vector256.Create(@false.Unlabeled)))) * Unlabeled;
        return gains;
    }

    private Vector256<double> Stakes(Vector256<double> factor, double chance) =>
        Scale >= 1 ? factor : factor * (Scale * (1 - chance)) / (Vector256.Create(1 - chance) + ((Vector256<double>.One + factor) * (chance * (1 - Scale))));

    /// <summary>How often an outcome may be seen at most.</summary>
    /// <param name="Labeled">At the mean claim of the labeled predictions.</param>
    /// <param name="Unlabeled">Of the others, whose claims are only known to be in the bin: at the edge where that costs most.</param>
    /// <param name="Middle">In the middle of the bin.</param>
    internal readonly record struct Chances(double Labeled, double Unlabeled, double Middle);
}

using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Predictions of a fine bin whose labels are asked for by chance, each with a probability that it said itself, as bets see them that reckon with the worst of every label that was asked for and stays away.</summary>
/// <remarks>
/// Whatever is missing, and why: a prediction is labeled and comes true only if its label was asked for and it comes true, the one not looking at the other; so with a chance of at most π times the end of the band. The same of "labeled and
/// does not come true". A bet on such an event is one of the detector's with π q in the place of q, over all predictions, labeled or not. What was never asked for is not reckoned with as missing, what was asked for and withheld cannot help.
/// By concavity the bin's means of π and π p do for the single predictions (<see cref="TiltEvidence"/>).
/// </remarks>
/// <param name="Predictions">How many there are.</param>
/// <param name="Positives">Those that are labeled and came true.</param>
/// <param name="Negatives">Those that are labeled and did not.</param>
/// <param name="Chance">Mean probability of being asked.</param>
/// <param name="Claim">Mean claim, by these probabilities.</param>
internal readonly record struct AnnouncedBin(double Predictions, double Positives, double Negatives, double Chance, double Claim)
{
    /// <returns>False if there is none, or they are not reckoned with.</returns>
    public static bool TryOf(CalibrationSketch pane, int bin, MissingLabels missing, out AnnouncedBin announced)
    {
        announced = default;
        if (missing == MissingLabels.Ignore || !pane.HasAnnounced || pane.AnnouncedAt(bin) is not { Predictions: > 0 } cell) return false;
        double expected = cell.Expected;
        var edges = pane.Grid.Edges;
        announced = new(cell.Predictions, cell.Positives, cell.Labeled - cell.Positives, expected / cell.Predictions, Math.Clamp(cell.ExpectedConfidence / expected, edges[bin], edges[bin + 1]));
        return true;
    }

    /// <summary>Those of a fine bin that said nothing of their probability, where labels come by chance as they did in the reference: with at most the share that had theirs there.</summary>
    /// <remarks>The claims of those without a label are only known to be in the bin: at the edge where that costs most. Means do for the single predictions here too.</remarks>
    /// <param name="pane">The pane.</param>
    /// <param name="bin">Which of its bins.</param>
    /// <param name="labeledAtMost">The share.</param>
    /// <param name="high">Whether high claims cost most, or low ones.</param>
    /// <param name="natural">What is found.</param>
    /// <returns>False if there is none.</returns>
    public static bool TryNatural(CalibrationSketch pane, int bin, double labeledAtMost, bool high, out AnnouncedBin natural)
    {
        natural = default;
        var cell = pane[bin];
        if (pane.HasAnnounced && pane.AnnouncedAt(bin) is var announced)
            cell = new(cell.Predictions - announced.Predictions, cell.Labeled - announced.Labeled, cell.Positives - announced.Positives, cell.SumConfidence - announced.SumConfidence);
        if (cell.Predictions == 0) return false;
        var edges = pane.Grid.Edges;
        double edge = high ? edges[bin + 1] : edges[bin];
        double known = cell.Labeled == 0 ? edge : Math.Clamp(cell.MeanConfidence, edges[bin], edges[bin + 1]);
        double share = (double)cell.Labeled / Math.Max(cell.Labeled, cell.Predictions);
        natural = new(cell.Predictions, cell.Positives, cell.Labeled - cell.Positives, labeledAtMost, edge + (share * (known - edge)));
        return true;
    }

    /// <summary>The logarithm of what a bet on outcomes that come true gains, or, tilted down, on those that do not.</summary>
    /// <param name="tilt">Of the log-odds of the outcome.</param>
    /// <param name="bound">How often outcomes come true at most where the tilt is above 0, at least where it is below.</param>
    public double Gain(double tilt, double bound) => tilt > 0
        ? (tilt * Positives) - (Predictions * Math.Log(1 + (Chance * bound * (Math.Exp(tilt) - 1))))
        : (-tilt * Negatives) - (Predictions * Math.Log(1 + (Chance * (1 - bound) * (Math.Exp(-tilt) - 1))));
}

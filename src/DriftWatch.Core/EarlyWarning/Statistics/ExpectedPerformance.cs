using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.EarlyWarning.Statistics;

/// <summary>How well the model should be doing on predictions whose labels are not in, if the calibration of a reference still holds.</summary>
/// <remarks>
/// Confidence-based performance estimation: every prediction is taken as g(p) positives and 1 − g(p) negatives, g being the reference's calibration map. It sees
/// what a change of traffic does to performance, and nothing of a change of calibration: without that assumption the numbers mean nothing.
/// For a top-label view "positive" reads "top class right": then every prediction counts as claimed positive.
/// </remarks>
/// <param name="Predictions">How many predictions, labeled or not.</param>
/// <param name="Accuracy">Expected share of right predictions: at threshold 0.5, or of the top class.</param>
/// <param name="Auroc">Expected probability that a positive has a higher confidence than a negative, ties half; null where one kind is not to be expected.</param>
/// <param name="TruePositives">Expected number.</param>
/// <param name="FalsePositives">Expected number.</param>
/// <param name="TrueNegatives">Expected number.</param>
/// <param name="FalseNegatives">Expected number.</param>
/// <param name="Spread">Standard deviation, over predictions, of the chance to be right.</param>
public sealed record ExpectedPerformance(
    long Predictions,
    double Accuracy,
    double? Auroc,
    double TruePositives,
    double FalsePositives,
    double TrueNegatives,
    double FalseNegatives,
    double Spread)
{
    /// <summary>Null without predictions.</summary>
    /// <param name="sketch">The predictions; their outcomes are not looked at.</param>
    /// <param name="frequencies">What frequency of positives to expect in each fine bin.</param>
    /// <param name="view">What the confidences mean.</param>
    public static ExpectedPerformance? Of(CalibrationSketch sketch, ReadOnlySpan<double> frequencies, View view)
    {
        if (sketch.Predictions == 0) return null;
        double tp = 0, fp = 0, tn = 0, fn = 0, rightSquares = 0, ordered = 0;
        double negativesBelow = 0;
        for (int bin = 0; bin < sketch.Grid.Count; bin++)
        {
            long predictions = sketch[bin].Predictions;
            if (predictions == 0) continue;
            double positives = predictions * frequencies[bin];
            double negatives = predictions - positives;
            bool claimed = view == View.TopLabel || sketch.Grid.Midpoints[bin] > 0.5;
            if (claimed) (tp, fp) = (tp + positives, fp + negatives);
            else (tn, fn) = (tn + negatives, fn + positives);
            double right = claimed ? frequencies[bin] : 1 - frequencies[bin];
            rightSquares += predictions * right * right;
            ordered += positives * (negativesBelow + (negatives / 2));
            negativesBelow += negatives;
        }

        double accuracy = (tp + tn) / sketch.Predictions;
        double pairs = (tp + fn) * (fp + tn);
        double variance = (rightSquares / sketch.Predictions) - (accuracy * accuracy);
        return new(sketch.Predictions, accuracy, pairs > 0 ? ordered / pairs : null, tp, fp, tn, fn, Math.Sqrt(Math.Max(0, variance)));
    }

    internal static ExpectedPerformance Exchange(StateExchange state, ExpectedPerformance? one) => new(
        state.Kept(one?.Predictions ?? 0),
        state.Kept(one?.Accuracy ?? 0),
        state.Kept(one?.Auroc),
        state.Kept(one?.TruePositives ?? 0),
        state.Kept(one?.FalsePositives ?? 0),
        state.Kept(one?.TrueNegatives ?? 0),
        state.Kept(one?.FalseNegatives ?? 0),
        state.Kept(one?.Spread ?? 0));
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.EarlyWarning.Statistics;

/// <summary>What the confidences of a stretch look like, whatever came of them.</summary>
/// <remarks>
/// Least, median and greatest are of all predictions, labeled or not; a sketch knows the bin they lie in, and that bin is what is given. Mean and standard
/// deviation are of the labeled ones, from exact sums: Σp² = Σp − Σp(1 − p). They are null until a label has come.
/// </remarks>
/// <param name="Predictions">How many predictions.</param>
/// <param name="Labeled">How many of them have a label.</param>
/// <param name="Least">The bin of the least confidence.</param>
/// <param name="Median">The bin of the median (the lower one of two).</param>
/// <param name="Greatest">The bin of the greatest.</param>
/// <param name="Mean">Mean confidence of the labeled predictions.</param>
/// <param name="Deviation">Their standard deviation (by n), good to 1e-8.</param>
public sealed record ScoreStatistics(
    long Predictions, long Labeled, Interval Least, Interval Median, Interval Greatest, double? Mean, double? Deviation)
{
    /// <summary>Null without predictions.</summary>
    public static ScoreStatistics? Of(CalibrationSketch sketch)
    {
        if (sketch.Predictions == 0) return null;
        int first = -1, middle = -1, last = -1;
        long below = 0;
        for (int bin = 0; bin < sketch.Grid.Count; bin++)
        {
            long here = sketch[bin].Predictions;
            if (here == 0) continue;
            if (first < 0) first = bin;
            last = bin;
            below += here;
            if (middle < 0 && 2 * below >= sketch.Predictions) middle = bin;
        }

        double? mean = Scores.MeanConfidence(sketch);
        double? deviation = mean is { } m ? Math.Sqrt(Math.Max(0, ((sketch.SumConfidence - sketch.SumVariance) / sketch.Labeled) - (m * m))) : null;
        return new(sketch.Predictions, sketch.Labeled, EndsOf(sketch, first), EndsOf(sketch, middle), EndsOf(sketch, last), mean, deviation);
    }

    internal static ScoreStatistics Exchange(StateExchange state, ScoreStatistics? one) => new(
        state.Kept(one?.Predictions ?? 0),
        state.Kept(one?.Labeled ?? 0),
        Interval.Exchange(state, one?.Least ?? default),
        Interval.Exchange(state, one?.Median ?? default),
        Interval.Exchange(state, one?.Greatest ?? default),
        state.Kept(one?.Mean),
        state.Kept(one?.Deviation));

    private static Interval EndsOf(CalibrationSketch sketch, int bin) => new(sketch.Grid.Edges[bin], sketch.Grid.Edges[bin + 1]);
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.EarlyWarning.Statistics;

/// <summary>Which answers to give so that they hold 1 − alpha of the truth, as a reference says: sets of classes (binary), or the top class alone where it is sure enough.</summary>
/// <remarks>
/// <para><b>Binary</b>: split conformal sets. Nonconformity is s = 1 − the probability given to what happened; its ⌈(n + 1)(1 − alpha)⌉-th smallest value in the
/// reference, rounded up to the end of its fine bin, is the threshold q. The set holds each class whose nonconformity can be no more than q. If present and reference are
/// exchangeable it covers at least 1 − alpha; by rounding it covers more by at most the mass of one bin.</para>
/// <para><b>Top label</b>: only the top class's confidence is known, so s is known for right predictions only and no conformal set can be made. What can be: answer
/// where the confidence is at least q, abstain elsewhere. q is the lowest edge above which the reference was right at least 1 − alpha of the time, by the lower
/// end of Wilson's one-sided 95 % interval. As many edges are tried, that is a rule of thumb and no theorem.</para>
/// </remarks>
public sealed class PredictionSets
{
    private const double OneSided95 = 1.6448536269514722;
    private const double SameEdge = 1e-12;

    private readonly bool[] _holdsPositive; // for each fine bin: whether the set holds "came true" ("right" for top label)
    private readonly bool[] _holdsNegative;

    private PredictionSets(View view, double alpha, double threshold, bool[] holdsPositive, bool[] holdsNegative)
    {
        (View, Alpha, Threshold) = (view, alpha, threshold);
        (_holdsPositive, _holdsNegative) = (holdsPositive, holdsNegative);
    }

    public View View { get; }

    /// <summary>The share of misses that was asked for.</summary>
    public double Alpha { get; }

    /// <summary>q: largest nonconformity in the set (binary), or least confidence that is answered (top label).</summary>
    public double Threshold { get; }

    /// <summary>Null without labeled predictions; for top label also where nothing is sure enough.</summary>
    /// <param name="reference">What the threshold is learned from.</param>
    /// <param name="alpha">Allowed share of misses. Binary: at 0 or less the sets hold everything, at 1 or more nothing.</param>
    /// <param name="view">What the confidences mean.</param>
    public static PredictionSets? Of(CalibrationSketch reference, double alpha, View view) =>
        reference.Labeled == 0 ? null : view == View.Binary ? Conformal(reference, alpha) : Selective(reference, alpha);

    /// <summary>What the sets would have done on a sketch. Labels decide what is covered, predictions how large the sets are.</summary>
    public CoverageReading Read(CalibrationSketch sketch)
    {
        long covered = 0, judged = 0, classes = 0, answered = 0;
        for (int bin = 0; bin < _holdsPositive.Length; bin++)
        {
            var cell = sketch[bin];
            int size = (_holdsPositive[bin] ? 1 : 0) + (_holdsNegative[bin] ? 1 : 0);
            classes += cell.Predictions * size;
            if (size > 0) answered += cell.Predictions;
            if (View == View.TopLabel && size == 0) continue; // abstained: neither covered nor missed
            judged += cell.Labeled;
            covered += (_holdsPositive[bin] ? cell.Positives : 0) + (_holdsNegative[bin] ? cell.Labeled - cell.Positives : 0);
        }

        return new(Alpha, Threshold, judged, covered, sketch.Predictions, classes, answered);
    }

    private static PredictionSets Conformal(CalibrationSketch reference, double alpha)
    {
        var edges = reference.Grid.Edges;
        double threshold = alpha <= 0 ? 1 : alpha >= 1 ? -1 : Quantile(reference, 1 - alpha);
        bool[] positive = new bool[reference.Grid.Count], negative = new bool[reference.Grid.Count];
        for (int bin = 0; bin < positive.Length; bin++)
        {
            positive[bin] = 1 - edges[bin] <= threshold + SameEdge;
            negative[bin] = edges[bin + 1] <= threshold + SameEdge;
        }

        return new(View.Binary, alpha, Math.Max(0, threshold), positive, negative);
    }

    private static double Quantile(CalibrationSketch reference, double share)
    {
        List<(double Upper, long Count)> scores = [];
        for (int bin = 0; bin < reference.Grid.Count; bin++)
        {
            var cell = reference[bin];
            if (cell.Positives > 0) scores.Add((1 - reference.Grid.Edges[bin], cell.Positives));
            if (cell.Labeled > cell.Positives) scores.Add((reference.Grid.Edges[bin + 1], cell.Labeled - cell.Positives));
        }

        // A whisker less, so that (n + 1)(1 − alpha) that is whole in decimals is not rounded up for its binary form.
        double rank = Math.Ceiling(((reference.Labeled + 1) * share) - 1e-9);
        long below = 0;
        foreach (var (upper, count) in scores.OrderBy(score => score.Upper))
        {
            below += count;
            if (below >= rank) return upper;
        }

        return 1; // too few to promise so much: everything is in the set
    }

    private static PredictionSets? Selective(CalibrationSketch reference, double alpha)
    {
        int lowest = -1;
        long labeled = 0, right = 0;
        for (int bin = reference.Grid.Count - 1; bin >= 0; bin--)
        {
            labeled += reference[bin].Labeled;
            right += reference[bin].Positives;
            if (reference[bin].Labeled > 0 && Intervals.Wilson(right, labeled, OneSided95).Lower >= 1 - alpha) lowest = bin;
        }

        if (lowest < 0) return null;
        bool[] answers = [.. Enumerable.Range(0, reference.Grid.Count).Select(bin => bin >= lowest)];
        return new(View.TopLabel, alpha, reference.Grid.Edges[lowest], answers, new bool[answers.Length]);
    }
}

/// <summary>What prediction sets did.</summary>
/// <param name="Alpha">Allowed share of misses.</param>
/// <param name="Threshold">The threshold in force.</param>
/// <param name="Labeled">Labeled predictions that were answered (binary: all).</param>
/// <param name="Covered">Those whose set held what happened.</param>
/// <param name="Predictions">All predictions.</param>
/// <param name="Classes">Classes in all their sets together.</param>
/// <param name="Answered">Predictions whose set was not empty.</param>
public readonly record struct CoverageReading(
    double Alpha, double Threshold, long Labeled, long Covered, long Predictions, long Classes, long Answered)
{
    /// <summary>Share covered; null without labeled predictions.</summary>
    public double? Coverage => Labeled == 0 ? null : (double)Covered / Labeled;

    /// <summary>Wilson's interval for it, 95 %.</summary>
    public Interval Interval => Intervals.Wilson(Covered, Labeled);

    /// <summary>Mean number of classes in a set; null without predictions.</summary>
    public double? MeanSize => Predictions == 0 ? null : (double)Classes / Predictions;

    /// <summary>Share of predictions with an answer; null without predictions.</summary>
    public double? AnsweredShare => Predictions == 0 ? null : (double)Answered / Predictions;

    internal static CoverageReading Exchange(StateExchange state, CoverageReading one) => new(
        state.Kept(one.Alpha), state.Kept(one.Threshold), state.Kept(one.Labeled), state.Kept(one.Covered), state.Kept(one.Predictions), state.Kept(one.Classes), state.Kept(one.Answered));
}

using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Recalibration;

/// <summary>How good claims are on labeled predictions that no map was fitted to, with 95 % intervals.</summary>
/// <param name="Ece">Over 15 equal-width bins.</param>
/// <param name="EceInterval">Holds at zero and away from it.</param>
/// <param name="EceDebiased">Less an estimate of what noise adds to it.</param>
/// <param name="NoiseFloor">What claims that hold would show on average.</param>
/// <param name="Brier">Mean squared error.</param>
/// <param name="LogLoss">In nats.</param>
/// <param name="Auroc">Share of (positive, negative) pairs in order, the mean of both folds; null where a fold has outcomes of one kind.</param>
public sealed record HeldOutScores(double Ece, Interval EceInterval, double EceDebiased, double NoiseFloor, MeanEstimate Brier, MeanEstimate LogLoss, double? Auroc)
{
    internal static HeldOutScores Of(Judged[] all, Func<Judged, Look> look, bool weighted, double leastOverdispersion, double? knownAuroc = null)
    {
        var cells = DiagramCells.Of(all, look, weighted);
        return new(
            cells.Expected,
            cells.Interval(Math.Max(leastOverdispersion, MeanEstimate.Overdispersion(all, one => look(one).Claim - (look(one).Outcome ? 1 : 0)))),
            cells.Debiased,
            cells.NoiseFloor,
            MeanEstimate.Of(all, one => look(one).Brier, leastOverdispersion),
            MeanEstimate.Of(all, one => look(one).LogLoss, leastOverdispersion),
            knownAuroc ?? AurocOf(all, look));
    }

    /// <summary>Fold by fold: claims that two maps made do not compare.</summary>
    private static double? AurocOf(Judged[] all, Func<Judged, Look> look)
    {
        double sum = 0, weight = 0;
        for (int fold = 0; fold < 2; fold++)
        {
            var points = FitPoints.Of(all.Where(one => one.Fold == fold).Select(one => look(one) is var here && here.Outcome
                ? new ClaimPoint(here.Claim, one.Weight, 0, one.Squares, one.Count)
                : new ClaimPoint(here.Claim, 0, one.Weight, one.Squares, one.Count)));
            if (points.Positive <= 0 || points.Negative <= 0) return null;
            double below = 0, ordered = 0;
            foreach (ref readonly var point in points.All)
            {
                ordered += point.Positive * (below + (point.Negative / 2));
                below += point.Negative;
            }

            double total = points.Positive + points.Negative;
            sum += total * ordered / (points.Positive * points.Negative);
            weight += total;
        }

        return sum / weight;
    }
}

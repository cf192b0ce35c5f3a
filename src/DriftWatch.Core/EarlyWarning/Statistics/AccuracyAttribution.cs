using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.EarlyWarning.Statistics;

/// <summary>Splits a change of accuracy into what changed traffic did and what changed calibration did.</summary>
/// <remarks>
/// With shares f now and h in the reference, of labeled predictions over the same regions, and shares right a and a_ref:
/// accuracy − a_ref = Σ (f − h) a_ref [traffic] + Σ f (a − a_ref) [calibration]. The two parts add up to the change, exactly.
/// Calibration is what a recalibration could mend.
/// </remarks>
/// <param name="Labeled">Labeled predictions now.</param>
/// <param name="Accuracy">Share right now.</param>
/// <param name="ReferenceAccuracy">Share right in the reference.</param>
/// <param name="Traffic">The part of the change that comes with another mix of confidences.</param>
/// <param name="Calibration">The part that comes with other outcomes at the same confidences.</param>
/// <param name="Deviation">Standard error of the change, both samples taken as independent predictions.</param>
public sealed record AccuracyAttribution(
    long Labeled, double Accuracy, double ReferenceAccuracy, double Traffic, double Calibration, double Deviation)
{
    /// <summary>Accuracy now − accuracy of the reference.</summary>
    public double Change => Accuracy - ReferenceAccuracy;

    /// <summary>The change in standard errors; 0 where nothing could vary.</summary>
    public double Z => Deviation > 0 ? Change / Deviation : 0;

    /// <summary>Null if either has no labeled predictions.</summary>
    /// <param name="now">What is to be explained.</param>
    /// <param name="reference">What it is compared with.</param>
    /// <param name="regionOf">The region of each fine bin.</param>
    /// <param name="view">What the confidences mean.</param>
    public static AccuracyAttribution? Of(CalibrationSketch now, CalibrationSketch reference, ReadOnlySpan<byte> regionOf, View view)
    {
        if (now.Labeled == 0 || reference.Labeled == 0) return null;
        int regions = 0;
        foreach (byte region in regionOf) regions = Math.Max(regions, region + 1);
        Span<long> n = stackalloc long[regions], right = stackalloc long[regions], m = stackalloc long[regions], rightBefore = stackalloc long[regions];
        Count(now, regionOf, view, n, right);
        Count(reference, regionOf, view, m, rightBefore);

        double traffic = 0, calibration = 0, accuracy = 0, before = 0;
        for (int region = 0; region < regions; region++)
        {
            double f = (double)n[region] / now.Labeled;
            double h = (double)m[region] / reference.Labeled;
            // A region that the reference did not know adds nothing to traffic: all of it is unexplained, hence calibration's against the mean.
            double known = m[region] > 0 ? (double)rightBefore[region] / m[region] : (double)Sum(rightBefore) / reference.Labeled;
            traffic += (f - h) * known;
            if (n[region] > 0) calibration += f * (((double)right[region] / n[region]) - known);
            accuracy += (double)right[region] / now.Labeled;
            before += (double)rightBefore[region] / reference.Labeled;
        }

        double variance = (accuracy * (1 - accuracy) / now.Labeled) + (before * (1 - before) / reference.Labeled);
        return new(now.Labeled, accuracy, before, traffic, calibration, Math.Sqrt(Math.Max(0, variance)));
    }

    internal static AccuracyAttribution Exchange(StateExchange state, AccuracyAttribution? one) => new(
        state.Kept(one?.Labeled ?? 0), state.Kept(one?.Accuracy ?? 0), state.Kept(one?.ReferenceAccuracy ?? 0), state.Kept(one?.Traffic ?? 0), state.Kept(one?.Calibration ?? 0), state.Kept(one?.Deviation ?? 0));

    private static void Count(CalibrationSketch sketch, ReadOnlySpan<byte> regionOf, View view, Span<long> labeled, Span<long> right)
    {
        for (int bin = 0; bin < sketch.Grid.Count; bin++)
        {
            var cell = sketch[bin];
            if (cell.Labeled == 0) continue;
            bool claimed = view == View.TopLabel || sketch.Grid.Midpoints[bin] > 0.5;
            labeled[regionOf[bin]] += cell.Labeled;
            right[regionOf[bin]] += claimed ? cell.Positives : cell.Labeled - cell.Positives;
        }
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        long sum = 0;
        foreach (long count in counts) sum += count;
        return sum;
    }
}

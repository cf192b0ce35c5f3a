namespace DriftWatch.Core.Calibration;

/// <summary>Of all that was claimed at a threshold and above: how much came true.</summary>
/// <param name="Threshold">The confidence from which on predictions count.</param>
/// <param name="Count">Labeled predictions with at least that confidence.</param>
/// <param name="Claimed">Their mean confidence; null without any.</param>
/// <param name="Observed">Share of them that came true; null without any.</param>
/// <param name="Lower">Lower end of Wilson's 95 % interval for <paramref name="Observed"/>; null without any.</param>
/// <param name="Upper">Its upper end.</param>
public readonly record struct ThresholdReliability(double Threshold, long Count, double? Claimed, double? Observed, double? Lower, double? Upper)
{
    /// <summary>At every threshold of the sketch's grid, ascending. Exact.</summary>
    public static IReadOnlyList<ThresholdReliability> Of(CalibrationSketch sketch)
    {
        var thresholds = sketch.Grid.Thresholds;
        if (thresholds.Length == 0) return [];
        var result = new ThresholdReliability[thresholds.Length];
        var edges = sketch.Grid.Edges.AsSpan();
        var sum = default(SketchCell);
        int place = thresholds.Length - 1;
        for (int bin = edges.Length - 2; place >= 0; bin--)
        {
            sum += sketch[bin];
            if (edges[bin] == thresholds[place]) result[place--] = From(edges[bin], sum);
        }

        return result;
    }

    /// <summary>At one threshold: once if it is an edge of the grid, else at the edges on both sides of it, between which the truth lies.</summary>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="threshold">In [0, 1].</param>
    public static (ThresholdReliability Below, ThresholdReliability Above) Around(CalibrationSketch sketch, double threshold)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, 1);
        var edges = sketch.Grid.Edges;
        int below = sketch.Grid.BinOf(threshold);
        int above = edges[below] == threshold ? below : below + 1;
        var sum = default(SketchCell);
        for (int bin = edges.Length - 2; bin >= above; bin--) sum += sketch[bin];
        var upper = From(edges[above], sum);
        return above == below ? (upper, upper) : (From(edges[below], sum + sketch[below]), upper);
    }

    private static ThresholdReliability From(double threshold, in SketchCell sum)
    {
        if (sum.Labeled == 0) return new(threshold, 0, null, null, null, null);
        var interval = Intervals.Wilson(sum.Positives, sum.Labeled);
        return new(threshold, sum.Labeled, sum.MeanConfidence, sum.ObservedFrequency, interval.Lower, interval.Upper);
    }
}

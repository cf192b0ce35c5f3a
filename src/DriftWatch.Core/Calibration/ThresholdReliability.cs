using DriftWatch.Core.Series;

namespace DriftWatch.Core.Calibration;

/// <summary>What a sketch knows of a threshold: all that was claimed at it and above, and the rest.</summary>
/// <param name="Threshold">The confidence from which on predictions count.</param>
/// <param name="Above">Predictions with at least that confidence.</param>
/// <param name="Below">Those with less.</param>
/// <param name="Decides">Whether a prediction at or above it is one of "positive": not so where an outcome says whether the claim was right.</param>
public readonly record struct ThresholdReliability(double Threshold, SketchCell Above, SketchCell Below, bool Decides)
{
    public double? TruePositives => Decides ? Above.WeightedPositives : null;

    public double? FalsePositives => Decides ? Above.Weight - Above.WeightedPositives : null;

    public double? FalseNegatives => Decides ? Below.WeightedPositives : null;

    public double? TrueNegatives => Decides ? Below.Weight - Below.WeightedPositives : null;

    /// <summary>Wilson's 95 % interval for the share of <see cref="Above"/> that came true; null without any.</summary>
    public Interval? ObservedInterval => Above.Labeled == 0 ? null : Intervals.Wilson(Above.EffectivePositives, Above.Effective);

    /// <summary>At every threshold of the sketch's grid, ascending. Exact.</summary>
    public static IReadOnlyList<ThresholdReliability> Of(CalibrationSketch sketch, View view)
    {
        var thresholds = sketch.Grid.Thresholds;
        if (thresholds.Length == 0) return [];
        var result = new ThresholdReliability[thresholds.Length];
        var edges = sketch.Grid.Edges.AsSpan();
        SketchCell whole = default;
        for (int bin = 0; bin < sketch.Grid.Count; bin++) whole += sketch[bin];
        var below = default(SketchCell);
        int place = 0;
        for (int bin = 0; place < thresholds.Length; bin++)
        {
            if (edges[bin] == thresholds[place]) result[place++] = new(edges[bin], whole - below, below, !view.OutcomeIsRightness());
            below += sketch[bin];
        }

        return result;
    }
}

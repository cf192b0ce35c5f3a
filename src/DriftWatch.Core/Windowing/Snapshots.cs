using DriftWatch.Calibration;
using DriftWatch.Series;

namespace DriftWatch.Windowing;

internal static class Snapshots
{
    public static WindowSnapshot Of(CalibrationSketch sketch, EventTime start, EventTime end, bool mature, View view) => new(
        start,
        end,
        mature,
        sketch.Predictions,
        sketch.Labeled,
        sketch.Positives,
        sketch.SumConfidence,
        sketch.Report(view),
        ReliabilityDiagram.Of(sketch))
    {
        Thresholds = ThresholdReliability.Of(sketch),
    };
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Windowing;

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
        Thresholds = ThresholdReliability.Of(sketch, view),
    };
}

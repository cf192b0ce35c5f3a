using DriftWatch.Core.Series;

namespace DriftWatch.Core.Calibration;

public static class Reporting
{
    /// <summary>All metrics of the catalogue: some microseconds.</summary>
    public static CalibrationReport Report(this CalibrationSketch sketch, View view)
    {
        if (sketch.Labeled == 0) return CalibrationReport.Empty.With(WindowMetrics.Coverage, Scores.Coverage(sketch));
        var input = new ReportInput(sketch, view, stackalloc SketchCell[ReliabilityDiagram.DefaultBins], stackalloc SketchCell[ReportInput.FewerBins], stackalloc FineBin[sketch.Grid.Count]);
        var values = new double?[WindowMetrics.All.Count];
        foreach (var metric in WindowMetrics.All) values[metric.Place] = metric.Of(in input);
        return new(values);
    }
}

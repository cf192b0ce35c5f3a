using DriftWatch.Series;

namespace DriftWatch.Calibration;

public static class Reporting
{
    private const int FewerBins = 10;

    /// <summary>All metrics of a sketch. The fine bins are added up once per number of coarse bins.</summary>
    public static CalibrationReport Report(this CalibrationSketch sketch, View view)
    {
        long labeled = sketch.Labeled;
        if (labeled == 0) return new() { Coverage = Scores.Coverage(sketch) };
        Span<SketchCell> cells = stackalloc SketchCell[ReliabilityDiagram.DefaultBins];
        Span<SketchCell> fewer = stackalloc SketchCell[FewerBins];
        sketch.Coarsen(cells);
        sketch.Coarsen(fewer);
        double ece = CalibrationError.Expected(cells, labeled);
        double floor = NoiseFloor.Of(sketch, cells).Mean;
        var eceInterval = Intervals.Expected(cells, labeled);
        var gapInterval = Intervals.Gap(sketch);
        return new()
        {
            Ece = ece,
            Ece10 = CalibrationError.Expected(fewer, labeled),
            EceNull = floor,
            EceExcess = Math.Max(0, ece - floor),
            EceLower = eceInterval.Lower,
            EceUpper = eceInterval.Upper,
            Mce = CalibrationError.Maximum(cells, CalibrationError.DefaultMinCount),
            Gap = Scores.Gap(sketch),
            GapLower = gapInterval?.Lower,
            GapUpper = gapInterval?.Upper,
            Rmsce = CalibrationError.RootMeanSquare(cells, labeled),
            Brier = Scores.Brier(sketch),
            LogLoss = Scores.LogLoss(sketch),
            Accuracy = view == View.TopLabel ? Scores.BaseRate(sketch) : (double)Scores.Right(fewer) / labeled,
            BaseRate = Scores.BaseRate(sketch),
            MeanConfidence = Scores.MeanConfidence(sketch),
            Coverage = Scores.Coverage(sketch),
        };
    }
}

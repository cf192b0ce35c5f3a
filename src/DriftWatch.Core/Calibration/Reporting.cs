using DriftWatch.Core.Series;

namespace DriftWatch.Core.Calibration;

public static class Reporting
{
    private const int FewerBins = 10;

    /// <summary>All metrics of a sketch that are cheap: some microseconds. Fine bins are read once, coarse ones added up once per number of bins.</summary>
    /// <remarks><see cref="SmoothError"/>, <see cref="TCal"/> and <see cref="Bootstrap"/> take milliseconds and are for those who ask (decision 9).</remarks>
    public static CalibrationReport Report(this CalibrationSketch sketch, View view)
    {
        long labeled = sketch.Labeled;
        if (labeled == 0) return new() { Coverage = Scores.Coverage(sketch) };
        Span<SketchCell> cells = stackalloc SketchCell[ReliabilityDiagram.DefaultBins];
        Span<SketchCell> fewer = stackalloc SketchCell[FewerBins];
        sketch.Coarsen(cells);
        sketch.Coarsen(fewer);
        var fine = FineBin.Of(sketch, stackalloc FineBin[sketch.Grid.Count]);
        double ece = CalibrationError.Expected(cells, labeled);
        var noise = NoiseFloor.Of(sketch, cells, fine);
        double floor = noise.Mean;
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
            Accuracy = view.OutcomeIsRightness() ? Scores.BaseRate(sketch) : (double)Scores.Right(fewer) / labeled,
            BaseRate = Scores.BaseRate(sketch),
            MeanConfidence = Scores.MeanConfidence(sketch),
            Coverage = Scores.Coverage(sketch),
            EceZ = noise.Z(ece),
            DebiasedEce = CalibrationError.Debiased(cells, labeled),
            DebiasedL2 = Math.Sqrt(Math.Max(0, CalibrationError.DebiasedSquared(cells, labeled))),
            EceEqualMass = AdaptiveError.Expected(fine, labeled, ReliabilityDiagram.DefaultBins),
            EceSweep = AdaptiveError.Sweep(fine, labeled).Error,
            EcePostStratified = CalibrationError.PostStratified(cells),
            AverageGap = LargestGaps.Average(cells),
            SignificantMce = LargestGaps.Significant(cells),
            BrierParts = BrierParts.Of(sketch, cells),
            SpiegelhalterZ = Scores.SpiegelhalterZ(sketch),
            HosmerLemeshow = HosmerLemeshow.EqualMass(fine, labeled),
            Discrimination = Discrimination.Of(sketch, fine),
            Clipped = sketch.Clipped,
        };
    }
}

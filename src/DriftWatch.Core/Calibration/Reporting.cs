using DriftWatch.Series;

namespace DriftWatch.Calibration;

public static class Reporting
{
    /// <summary>All metrics of a sketch.</summary>
    public static CalibrationReport Report(this CalibrationSketch sketch, View view)
    {
        double? ece = CalibrationError.Expected(sketch);
        double? floor = NoiseFloor.Of(sketch)?.Mean;
        var eceInterval = Intervals.Expected(sketch);
        var gapInterval = Intervals.Gap(sketch);
        return new()
        {
            Ece = ece,
            Ece10 = CalibrationError.Expected(sketch, 10),
            EceNull = floor,
            EceExcess = ece is null ? null : Math.Max(0, ece.Value - floor!.Value),
            EceLower = eceInterval?.Lower,
            EceUpper = eceInterval?.Upper,
            Mce = CalibrationError.Maximum(sketch),
            Gap = Scores.Gap(sketch),
            GapLower = gapInterval?.Lower,
            GapUpper = gapInterval?.Upper,
            Rmsce = CalibrationError.RootMeanSquare(sketch),
            Brier = Scores.Brier(sketch),
            LogLoss = Scores.LogLoss(sketch),
            Accuracy = Scores.Accuracy(sketch, view),
            BaseRate = Scores.BaseRate(sketch),
            MeanConfidence = Scores.MeanConfidence(sketch),
            Coverage = Scores.Coverage(sketch),
        };
    }
}

namespace DriftWatch.Core.Calibration;

/// <summary>SmoothECE from a sketch: a calibration error without bins (Błasiok and Nakkiran, arXiv 2309.12236), computed as relplot does.</summary>
/// <remarks>
/// Every fine bin counts as one point at its mean confidence. Measured against raw pairs: 4e-6 on H188. It takes milliseconds, so it is computed
/// when somebody asks, not with every report.
/// </remarks>
public static class SmoothError
{
    /// <summary>At the bandwidth that equals the error itself. Null without labeled predictions.</summary>
    public static double? Of(CalibrationSketch sketch) => sketch.Labeled == 0 ? null : Points(sketch).Value;

    /// <summary>At a bandwidth of one's own, inside (0, 1]. Null without labeled predictions.</summary>
    public static double? At(CalibrationSketch sketch, double bandwidth)
    {
        if (!(bandwidth is >= 0.0005 and <= 1)) throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth, "A bandwidth lies in [0.0005, 1].");
        return sketch.Labeled == 0 ? null : Points(sketch).At(bandwidth);
    }

    private static RelplotSmoothError Points(CalibrationSketch sketch)
    {
        var fine = FineBin.Of(sketch, stackalloc FineBin[sketch.Grid.Count]);
        var (places, counts, residuals) = (new double[fine.Length], new double[fine.Length], new double[fine.Length]);
        for (int i = 0; i < fine.Length; i++) (places[i], counts[i], residuals[i]) = (fine[i].Mean, fine[i].Labeled, fine[i].Excess);
        return new(places, counts, residuals);
    }
}

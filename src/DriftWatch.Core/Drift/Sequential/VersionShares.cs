using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Whether what was found over all versions of a model is one version's own affair.</summary>
/// <remarks>
/// Of the bet that gains most on all of it, each version's share is what would be lost without that version. Where one version has three quarters or more, it is told of that version, when its own evidence suffices, and
/// not of the model: the others, at a quarter or less of the gain, would not be found.
/// </remarks>
internal static class VersionShares
{
    private const double Alone = 0.75;

    /// <param name="versions">The labeled predictions that were judged since the onset, of each version.</param>
    /// <param name="band">The null hypothesis.</param>
    /// <returns>The version; null: more than one has a part in it.</returns>
    public static string? OfOne(IReadOnlyList<(string Version, CalibrationSketch Data)> versions, NullBand band)
    {
        if (versions.Count == 0) return null;
        if (versions.Count == 1) return versions[0].Version;
        var components = TiltComponents.Of(versions[0].Data.Grid);
        var sum = new CalibrationSketch(versions[0].Data.Grid);
        foreach (var (_, data) in versions) sum.Merge(data);
        double[] gains = Gains(sum);
        int best = Array.IndexOf(gains, gains.Max());
        if (gains[best] <= 0) return null;
        foreach (var (version, data) in versions)
        {
            sum.Subtract(data);
            double left = Gains(sum)[best];
            sum.Merge(data);
            if (left <= (1 - Alone) * gains[best]) return version;
        }

        return null;

        double[] Gains(CalibrationSketch sketch)
        {
            double[] into = new double[components.Count];
            TiltEvidence.Add(sketch, components, band, MissingLabels.Ignore, into);
            return into;
        }
    }
}

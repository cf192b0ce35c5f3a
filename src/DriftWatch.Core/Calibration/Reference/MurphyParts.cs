namespace DriftWatch.Core.Calibration.Reference;

/// <summary>Murphy's parts of the Brier score over bins of raw pairs, as they are and corrected for sampling noise.</summary>
/// <param name="Reliability">Σ w gap².</param>
/// <param name="Resolution">Σ w (a_b − a)².</param>
/// <param name="Uncertainty">a (1 − a).</param>
/// <param name="CorrectedReliability">Reliability less what noise adds to it (Ferro and Fricker 2012): the debiased squared error.</param>
/// <param name="CorrectedResolution">Resolution, likewise.</param>
/// <param name="CorrectedUncertainty">Uncertainty × n ÷ (n − 1).</param>
/// <remarks>Brier = reliability − resolution + uncertainty + what varies within the bins. Bins of one pair have no variance to correct by.</remarks>
public sealed record MurphyParts(
    double Reliability, double Resolution, double Uncertainty, double CorrectedReliability, double CorrectedResolution, double CorrectedUncertainty)
{
    internal static MurphyParts Of(IReadOnlyList<(long Count, long Positives, double SumConfidence)> bins)
    {
        double n = bins.Sum(bin => bin.Count);
        double rate = bins.Sum(bin => bin.Positives) / n;
        double reliability = 0, resolution = 0, noise = 0;
        foreach (var (count, positives, sum) in bins)
        {
            double observed = (double)positives / count;
            double gap = (sum / count) - observed;
            reliability += count / n * gap * gap;
            resolution += count / n * (observed - rate) * (observed - rate);
            if (count > 1) noise += count / n * observed * (1 - observed) / (count - 1);
        }

        double uncertainty = rate * (1 - rate);
        double whole = n > 1 ? uncertainty / (n - 1) : 0;
        return new(reliability, resolution, uncertainty, reliability - noise, resolution - noise + whole, uncertainty + whole);
    }
}

namespace DriftWatch.Core.Recalibration;

/// <summary>Bins of about equal mass, each with its frequency as (c + 1) ÷ (n + 2) (Zadrozny and Elkan 2001).</summary>
public static class HistogramFit
{
    public const int MostBins = 15;

    /// <summary>No bin holds fewer labeled predictions, unless there are fewer in all.</summary>
    public const int LeastInBin = 50;

    public static Fitted Of(FitPoints points, int mostBins = MostBins)
    {
        if (points.Refusal is { } refusal) return Fitted.Refused(refusal);
        double share = (points.Positive + points.Negative) / Math.Max(1, Math.Min(mostBins, points.Count / LeastInBin));
        List<ClaimPoint> bins = [];
        ClaimPoint bin = default;
        double before = 0;
        foreach (ref readonly var point in points.All)
        {
            if (bin.Count >= LeastInBin && before + bin.Weight >= share * (bins.Count + 1) * (1 - 1e-12))
            {
                bins.Add(bin);
                before += bin.Weight;
                bin = point; // the claim of a bin is its first
            }
            else
            {
                bin = bin.Count == 0 ? point : bin + point;
            }
        }

        if (bin.Count >= LeastInBin || bins.Count == 0) bins.Add(bin);
        else bins[^1] += bin;
        return Fitted.Of(new StepMap([.. bins.Skip(1).Select(each => each.Claim)], [.. bins.Select(Smoothed)]));
    }

    private static double Smoothed(ClaimPoint bin)
    {
        double worth = bin.Weight * bin.Weight / bin.Squares;
        return ((bin.Positive / bin.Weight * worth) + 1) / (worth + 2);
    }
}

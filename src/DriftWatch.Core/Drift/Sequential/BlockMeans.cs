namespace DriftWatch.Core.Drift.Sequential;

/// <summary>What the means of blocks are like.</summary>
internal static class BlockMeans
{
    /// <summary>Their median; they are sorted by that.</summary>
    public static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    /// <summary>Their autocorrelation from each to the next; 0 where they do not differ.</summary>
    public static double Lag1(List<double> values)
    {
        double mean = values.Count == 0 ? 0 : values.Average(), product = 0, square = 0;
        for (int i = 0; i < values.Count; i++)
        {
            square += (values[i] - mean) * (values[i] - mean);
            if (i > 0) product += (values[i] - mean) * (values[i - 1] - mean);
        }

        return square > 0 ? product / square : 0;
    }
}

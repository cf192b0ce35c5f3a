namespace DriftWatch.Web.Page;

/// <summary>Wilson's score interval for a share (Wilson 1927): where the true frequency of a bin may lie, given what was observed.</summary>
internal static class Wilson
{
    /// <summary>Two-sided 95 %.</summary>
    private const double Z = 1.959963984540054;

    public static (double Low, double High) Interval(long positives, long count)
    {
        if (count == 0) return (0, 1);
        double n = count, a = positives / n, z2 = Z * Z;
        double centre = (a + (z2 / (2 * n))) / (1 + (z2 / n));
        double half = Z * Math.Sqrt((a * (1 - a) / n) + (z2 / (4 * n * n))) / (1 + (z2 / n));
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}

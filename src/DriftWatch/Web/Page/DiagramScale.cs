using DriftWatch.Core.Calibration;

namespace DriftWatch.Web.Page;

/// <summary>Where a probability lies in the reliability diagram's drawing, in units of its view box.</summary>
/// <param name="Maximum">The probability at the right and upper end of the axes; the lower end is 0.</param>
internal readonly record struct DiagramScale(double Maximum)
{
    public const double Width = 560, Height = 628;

    /// <summary>The square in which claims meet outcomes.</summary>
    public const double Left = 54, Top = 14, Side = 490;

    /// <summary>The histogram under it, on the same horizontal axis.</summary>
    public const double HistogramTop = 522, HistogramHeight = 66;

    public double X(double probability) => Left + (probability / Maximum * Side);

    public double Y(double probability) => Top + Side - (probability / Maximum * Side);

    public double Step => Maximum switch { > 0.5 => 0.2, > 0.2 => 0.1, > 0.1 => 0.05, _ => Maximum / 4 };

    /// <summary>Axes that hold all points, at a round number.</summary>
    public static DiagramScale Around(IReadOnlyList<ReliabilityBin> bins)
    {
        double top = 0;
        foreach (var bin in bins)
        {
            if (bin.Count == 0) continue;
            top = Math.Max(top, Math.Max(bin.Claimed, bin.Observed) * 1.08);
        }

        foreach (double limit in (ReadOnlySpan<double>)[0.02, 0.04, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8])
        {
            if (top > 0 && top <= limit) return new DiagramScale(limit);
        }

        return new DiagramScale(1);
    }
}

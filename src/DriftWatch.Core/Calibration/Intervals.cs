namespace DriftWatch.Core.Calibration;

/// <summary>How far the truth may be from what was seen: 95 % intervals.</summary>
/// <remarks>They describe one window. Whoever looks at every window will see one in twenty miss: decisions are for the judge.</remarks>
public static class Intervals
{
    /// <summary>The normal quantile of 0.975.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>With fewer outcomes of one kind the normal law does not hold for their number.</summary>
    private const int FewOutcomes = 10;

    /// <summary>Wilson's interval for a frequency; the whole of [0, 1] without observations.</summary>
    /// <param name="positives">How often it came true.</param>
    /// <param name="count">Of how many.</param>
    /// <param name="z">Normal quantile of the level.</param>
    public static Interval Wilson(long positives, long count, double z = Z95)
    {
        if (count == 0) return new(0, 1);
        double n = count;
        double frequency = positives / n;
        double square = z * z;
        double shrink = 1 + (square / n);
        double centre = (frequency + (square / (2 * n))) / shrink;
        double half = z * Math.Sqrt((frequency * (1 - frequency) / n) + (square / (4 * n * n))) / shrink;
        return new(positives == 0 ? 0 : Math.Max(0, centre - half), positives == count ? 1 : Math.Min(1, centre + half));
    }

    /// <summary>The gap of a bin, with Wilson's interval on its observed frequency: the confidences are known, the outcomes sampled.</summary>
    public static Interval Gap(ReliabilityBin bin, double z = Z95)
    {
        var observed = Wilson(bin.Positives, bin.Count, z);
        double claimed = bin.SumConfidence / bin.Count;
        return new(claimed - observed.Upper, claimed - observed.Lower);
    }

    /// <summary>Interval for the gap over everything; null below two labeled predictions. By the normal law where ten outcomes of either kind were seen, and by Wilson's interval for the base rate where not.</summary>
    /// <remarks>
    /// Of three equal claims that all came true the normal law makes a point, as certain as can be; so of a rare event that never came. Wilson's interval takes the claims as known and is a little
    /// too wide. Distrust either where outcomes share shocks: they are taken as independent.
    /// </remarks>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="z">Normal quantile of the level.</param>
    public static Interval? Gap(CalibrationSketch sketch, double z = Z95)
    {
        if (sketch.Labeled < 2) return null;
        if (Math.Min(sketch.Positives, sketch.Labeled - sketch.Positives) < FewOutcomes)
        {
            var observed = Wilson(sketch.Positives, sketch.Labeled, z);
            double claimed = sketch.SumConfidence / sketch.Labeled;
            return new(claimed - observed.Upper, claimed - observed.Lower);
        }

        double gap = (sketch.SumConfidence - sketch.Positives) / sketch.Labeled;
        double variance = Math.Max(0, (sketch.SumSquaredError / sketch.Labeled) - (gap * gap));
        double half = z * Math.Sqrt(variance / (sketch.Labeled - 1));
        return new(gap - half, gap + half);
    }

    /// <summary>Interval for the ECE that holds at zero and away from it; null without labeled predictions.</summary>
    /// <remarks>
    /// ECE is not smooth at 0, and the bootstrap never covers there. Upwards: the mean of ECE is at least the true one, so its noise alone counts.
    /// Downwards: ECE differs from the truth by at most the weighted absolute noise of the bins, whose mean and variance are known.
    /// Measured coverage 94–100 % for 300 to 20 000 labeled predictions.
    /// </remarks>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="bins">Equal-width bins; must divide 60.</param>
    /// <param name="z">Normal quantile of the level.</param>
    public static Interval? Expected(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins, double z = Z95)
    {
        if (sketch.Labeled == 0) return null;
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        sketch.Coarsen(cells);
        return Expected(cells, sketch.Labeled, z);
    }

    internal static Interval Expected(ReadOnlySpan<SketchCell> cells, long labeled, double z = Z95)
    {
        double ece = CalibrationError.Expected(cells, labeled);
        double noise = 0;
        double variance = 0;
        double most = 0;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Labeled == 0) continue;
            // Two predictions of prior weight at the claim keep the noise of a bin with one kind of outcome above zero.
            double frequency = (cell.Positives + (2 * Math.Clamp(cell.MeanConfidence, 0, 1))) / (cell.Labeled + 2);
            double weight = (double)cell.Labeled / labeled;
            double weighted = weight * weight * frequency * (1 - frequency) / cell.Labeled;
            noise += Math.Sqrt(weighted);
            most += weight * Math.Max(cell.MeanConfidence, 1 - cell.MeanConfidence);
            variance += weighted;
        }

        double upper = ece + (z * Math.Sqrt(variance));
        double lower = ece - (Math.Sqrt(2 / Math.PI) * noise) - (z * Math.Sqrt((1 - (2 / Math.PI)) * variance));
        // No outcomes can be further from these claims than all on the other side.
        return new(Math.Max(0, lower), Math.Max(ece, Math.Min(upper, most)));
    }
}

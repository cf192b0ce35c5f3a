using MathNet.Numerics.Distributions;

namespace DriftWatch.Core.Calibration;

/// <summary>How far the truth may be from what was seen: 95 % intervals.</summary>
/// <remarks>They describe one window. Whoever looks at every window will see one in twenty miss: decisions are for the judge.</remarks>
public static class Intervals
{
    /// <summary>The normal quantile of 0.975.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>The 99 % interval is so much wider than that of 95 %.</summary>
    private const double Surely = 1.314;

    /// <summary>Wilson's interval for a frequency; the whole of [0, 1] without observations.</summary>
    /// <param name="positives">How often it came true.</param>
    /// <param name="count">Of how many; where they have weights, as how many of one weight they tell.</param>
    /// <param name="z">Normal quantile of the level.</param>
    public static Interval Wilson(double positives, double count, double z = Z95)
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
        var observed = bin.ObservedInterval(z);
        return new(bin.Claimed - observed.Upper, bin.Claimed - observed.Lower);
    }

    /// <summary>Interval for the gap over everything, the claims being known and the outcomes sampled; null without labeled predictions. Never a point, and never further than outcomes could be.</summary>
    /// <remarks>
    /// The claims, all moved by the same log-odds, that what was seen does not speak against (<see cref="TiltedClaims"/>): right for rare events and rare errors too, where the normal law of p − y is far too narrow and makes a point of a
    /// window without an event. It takes outcomes as independent: distrust it where they share shocks.
    /// </remarks>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="z">Normal quantile of the level.</param>
    public static Interval? Gap(CalibrationSketch sketch, double z = Z95) =>
        sketch.Labeled == 0 ? null : Gap(sketch, FineBin.Of(sketch, stackalloc FineBin[sketch.Grid.Count]), z);

    internal static Interval Gap(CalibrationSketch sketch, ReadOnlySpan<FineBin> fine, double z = Z95)
    {
        var rate = new TiltedClaims(FineBin.Effective(fine, stackalloc FineBin[fine.Length], asSeen: true)).RateInterval(z, z == Z95 ? 0.025 : Normal.CDF(0, 1, -z));
        double claimed = sketch.WeightedConfidence / sketch.Weight;
        return new(claimed - rate.Upper, claimed - rate.Lower);
    }

    /// <summary>Interval for the ECE that holds at zero and away from it; null without labeled predictions.</summary>
    /// <remarks>
    /// ECE is not smooth at 0, and the bootstrap never covers there. Upwards: the mean of ECE is at least the true one, so its noise alone counts.
    /// Downwards: ECE differs from the truth by at most the weighted absolute noise of the bins, whose mean and variance are known.
    /// With rare events the bins' noise is not normal, and the ECE is never less than the absolute gap: so it reaches as far up as the gap may, and begins no lower than where the gap surely (99 %) is.
    /// Measured coverage 93–100 % for 100 to 20 000 labeled predictions, at base rates from .04 % on.
    /// </remarks>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="bins">Equal-width bins; must divide 60.</param>
    /// <param name="z">Normal quantile of the level.</param>
    public static Interval? Expected(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins, double z = Z95)
    {
        if (sketch.Labeled == 0) return null;
        Span<SketchCell> cells = stackalloc SketchCell[bins];
        sketch.Coarsen(cells);
        return Expected(cells, sketch.Weight, Gap(sketch, z)!.Value, z);
    }

    /// <param name="cells">The labeled predictions in equal-width bins.</param>
    /// <param name="labeled">For how many predictions they stand.</param>
    /// <param name="gap">Interval of their gap, of the same level.</param>
    /// <param name="z">Normal quantile of the level.</param>
    internal static Interval Expected(ReadOnlySpan<SketchCell> cells, double labeled, Interval gap, double z = Z95)
    {
        double ece = CalibrationError.Expected(cells, labeled);
        double noise = 0, variance = 0, nearer = 0, most = 0;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Labeled == 0) continue;
            double claimed = Math.Clamp(cell.WeightedMean, 0, 1), effective = cell.Effective;
            // Two predictions of prior weight at the claim keep the noise of a bin with one kind of outcome above zero.
            double frequency = (cell.EffectivePositives + (2 * claimed)) / (effective + 2);
            double weight = cell.Weight / labeled;
            double scale = weight * weight / effective;
            variance += scale * frequency * (1 - frequency);
            // Whether the truth is nearer to the claims than what was seen: were it there, the noise would be that of the claims. Without an event there is none of its own.
            double around = scale * Math.Max(frequency * (1 - frequency), claimed * (1 - claimed));
            nearer += around;
            noise += Math.Sqrt(around);
            most += weight * Math.Max(claimed, 1 - claimed);
        }

        double upper = ece + (z * Math.Sqrt(variance));
        double lower = ece - (Math.Sqrt(2 / Math.PI) * noise) - (z * Math.Sqrt((1 - (2 / Math.PI)) * nearer));
        double furthest = Math.Max(gap.Upper, -gap.Lower);
        double centre = (gap.Lower + gap.Upper) / 2, surely = Surely * (gap.Upper - gap.Lower) / 2;
        double least = Math.Max(0, Math.Abs(centre) - surely);
        // No outcomes can be further from these claims than all on the other side.
        return new(Math.Min(ece, Math.Max(lower, least)), Math.Max(ece, Math.Min(Math.Max(upper, furthest), most)));
    }
}

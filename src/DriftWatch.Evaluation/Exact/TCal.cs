using DriftWatch.Core.Calibration;
using MathNet.Numerics.Distributions;

namespace DriftWatch.Evaluation.Exact;

/// <summary>T-Cal: a test of calibration by the debiased squared error (Lee et al. 2022, arXiv 2203.01850). One look at one window of a fixed size.</summary>
/// <param name="Statistic">T_M = Σ_b [(Σr)² − Σr²] ÷ n_b.</param>
/// <param name="Z">It, in its standard deviations under calibration; null where outcomes do not vary.</param>
/// <param name="PValue">Probability that a calibrated model shows as much or more.</param>
/// <param name="Bins">Equal-width bins that it was computed over; for the adaptive test those that spoke loudest.</param>
public readonly record struct TCal(double Statistic, double? Z, double PValue, int Bins)
{
    /// <summary>How often outcomes are drawn unless told otherwise: no p-value of six numbers of bins is below .002.</summary>
    public const int DefaultDraws = 3000;

    /// <summary>Numbers of bins of the adaptive test: the divisors of 60 next to 2, 4, 8, 16, 32 and 64, the powers that the paper takes.</summary>
    private static readonly int[] Scales = [2, 4, 10, 15, 30, 60];

    /// <summary>By the normal law. Null without labeled predictions.</summary>
    /// <remarks>
    /// Slightly skewed: P(z &gt; 1.645) is about .06 and P(z &gt; 2.33) .015 to .02 for a calibrated model; more so with eight bins or fewer.
    /// </remarks>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="bins">Equal-width bins; must divide 60.</param>
    public static TCal? Analytic(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins)
    {
        if (sketch.Labeled == 0) return null;
        Span<ResidualSums> sums = stackalloc ResidualSums[bins];
        ResidualSums.Of(sketch, sums);
        double statistic = 0;
        double variance = 0;
        foreach (ref readonly var bin in sums)
        {
            if (bin.Labeled == 0) continue;
            statistic += ((bin.Sum * bin.Sum) - bin.Squares) / bin.Labeled;
            variance += 2 * Math.Max(0, (bin.Variance * bin.Variance) - bin.SquaredVariances) / (bin.Labeled * bin.Labeled);
        }

        if (variance <= 0) return new(statistic, null, statistic > 0 ? 0 : 1, bins);
        double z = statistic / Math.Sqrt(variance);
        return new(statistic, z, Normal.CDF(0, 1, -z), bins);
    }

    /// <summary>Over several numbers of bins at once, so that neither broad nor narrow miscalibration escapes. Null below two labeled predictions.</summary>
    /// <remarks>
    /// B numbers of bins, B = ⌊2 log₂(n ÷ √ln n)⌋ but at most six (2, 4, 10, 15, 30, 60); the p-value is B times the smallest (Bonferroni), at most 1.
    /// All share the same draws.
    /// </remarks>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="draws">How often, at least 1.</param>
    /// <param name="seed">Same seed, same answer.</param>
    public static TCal? Adaptive(CalibrationSketch sketch, int draws = DefaultDraws, ulong seed = 1)
    {
        if (sketch.Labeled < 2) return null;
        double n = sketch.Labeled;
        int count = Math.Clamp((int)Math.Floor(2 * Math.Log2(n / Math.Sqrt(Math.Log(n)))), 1, Scales.Length);
        var (statistics, atLeast) = Compare(sketch, Scales.AsSpan(0, count), draws, seed);
        int loudest = 0;
        for (int i = 1; i < count; i++)
        {
            if (atLeast[i] < atLeast[loudest]) loudest = i;
        }

        double p = Math.Min(1, count * (1.0 + atLeast[loudest]) / (draws + 1));
        return new(statistics[loudest], Analytic(sketch, Scales[loudest])!.Value.Z, p, Scales[loudest]);
    }

    /// <summary>The statistic for each number of bins, and how many draws reached it.</summary>
    private static (double[] Statistics, int[] AtLeast) Compare(CalibrationSketch sketch, ReadOnlySpan<int> scales, int draws, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        var sixtieths = sketch.Grid.CoarseTable(Scales[^1]);
        var fine = FineBin.Of(sketch, stackalloc FineBin[sketch.Grid.Count]);
        Span<FineBin> drawn = stackalloc FineBin[fine.Length];
        fine.CopyTo(drawn);

        var statistics = new double[scales.Length];
        var atLeast = new int[scales.Length];
        for (int i = 0; i < scales.Length; i++) statistics[i] = Of(fine, sixtieths, scales[i]);
        var random = new Draws(seed);
        for (int draw = 0; draw < draws; draw++)
        {
            foreach (ref var bin in drawn) bin = bin with { Positives = random.Binomial((long)bin.Labeled, bin.Mean), SumConfidence = bin.Labeled * bin.Mean };
            for (int i = 0; i < scales.Length; i++)
            {
                if (Of(drawn, sixtieths, scales[i]) >= statistics[i]) atLeast[i]++;
            }
        }

        return (statistics, atLeast);
    }

    private static double Of(ReadOnlySpan<FineBin> fine, ReadOnlySpan<byte> sixtieths, int bins)
    {
        double statistic = 0;
        int width = Scales[^1] / bins;
        for (int i = 0; i < fine.Length;)
        {
            int at = sixtieths[fine[i].Bin] / width;
            double labeled = 0, sum = 0, squares = 0;
            for (; i < fine.Length && sixtieths[fine[i].Bin] / width == at; i++)
            {
                labeled += fine[i].Labeled;
                sum += fine[i].Excess;
                squares += fine[i].SquaredError;
            }

            statistic += ((sum * sum) - squares) / labeled;
        }

        return statistic;
    }
}

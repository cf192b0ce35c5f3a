using DriftWatch.Core.Calibration;

namespace DriftWatch.Evaluation.Exact;

/// <summary>The mean squared gap without what sampling noise adds to it, by the U-statistic over pairs of predictions in one bin.</summary>
/// <remarks>
/// Lee et al. 2022 (T-Cal, arXiv 2203.01850). Holds whatever the spread of confidences inside a bin, where
/// <see cref="CalibrationError.DebiasedSquared(CalibrationSketch, int)"/> takes all of a bin's predictions as alike. From the sketch: Σr² of a fine bin is taken at its mean confidence.
/// </remarks>
public static class SquaredGap
{
    /// <summary>U_M = Σ_b [(Σr)² − Σr²] ÷ (n_b − 1) ÷ n with r = y − p; can be below zero. Null without labeled predictions.</summary>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="bins">Equal-width bins; must divide 60.</param>
    public static double? Unbiased(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins)
    {
        if (sketch.Labeled == 0) return null;
        Span<ResidualSums> sums = stackalloc ResidualSums[bins];
        ResidualSums.Of(sketch, sums);
        double total = 0;
        foreach (ref readonly var bin in sums)
        {
            if (bin.Labeled > 1) total += ((bin.Sum * bin.Sum) - bin.Squares) / (bin.Labeled - 1);
        }

        return total / sketch.Labeled;
    }

    /// <summary>Interval for the mean squared gap, its ends cut at 0; null below two labeled predictions.</summary>
    /// <remarks>
    /// U_M ± z√V, V = n⁻²[2 Σ n_b ÷ (n_b − 1) u_b² + 4 Σ n_b max(0, g_b² − u_b ÷ n_b) u_b] with u_b the variance of r in the bin: the first
    /// part rules near calibration, the second away from it. Roots of the ends bound the L2 error. Measured coverage 94–100 %.
    /// </remarks>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="bins">Equal-width bins; must divide 60.</param>
    /// <param name="z">Normal quantile of the level.</param>
    public static Interval? Interval(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins, double z = Intervals.Z95)
    {
        if (sketch.Labeled < 2 || Unbiased(sketch, bins) is not { } centre) return null;
        Span<ResidualSums> sums = stackalloc ResidualSums[bins];
        ResidualSums.Of(sketch, sums);
        double variance = 0;
        foreach (ref readonly var bin in sums)
        {
            if (bin.Labeled < 2) continue;
            double n = bin.Labeled;
            double gap = bin.Sum / n;
            double spread = Math.Max(0, (bin.Squares - (n * gap * gap)) / (n - 1));
            variance += (2 * n / (n - 1) * spread * spread) + (4 * n * Math.Max(0, (gap * gap) - (spread / n)) * spread);
        }

        double half = z * Math.Sqrt(variance) / sketch.Labeled;
        return new(Math.Max(0, centre - half), Math.Max(0, centre + half));
    }
}

/// <summary>Sums of r = y − p over a coarse bin.</summary>
/// <param name="Labeled">How many.</param>
/// <param name="Sum">Σr, exact.</param>
/// <param name="Squares">Σr², each fine bin at its mean confidence, then scaled so that the total is the exact one.</param>
/// <param name="Variance">Σp(1 − p), likewise.</param>
/// <param name="SquaredVariances">Σp²(1 − p)², each fine bin at its mean confidence.</param>
internal record struct ResidualSums(double Labeled, double Sum, double Squares, double Variance, double SquaredVariances)
{
    public static void Of(CalibrationSketch sketch, Span<ResidualSums> into)
    {
        var coarse = sketch.Grid.CoarseTable(into.Length);
        into.Clear();
        double squares = 0;
        double variances = 0;
        foreach (ref readonly var bin in FineBin.Of(sketch, stackalloc FineBin[sketch.Grid.Count]))
        {
            ref var sums = ref into[coarse[bin.Bin]];
            double variance = bin.Variance;
            sums.Labeled += bin.Labeled;
            sums.Sum -= bin.Excess;
            sums.Squares += bin.SquaredError;
            sums.Variance += variance;
            sums.SquaredVariances += variance * variance / bin.Labeled;
            squares += bin.SquaredError;
            variances += variance;
        }

        double scaleSquares = squares > 0 ? sketch.SumSquaredError / squares : 1;
        double scaleVariances = variances > 0 ? sketch.SumVariance / variances : 1;
        foreach (ref var sums in into)
        {
            sums.Squares *= scaleSquares;
            sums.Variance *= scaleVariances;
        }
    }
}

using DriftWatch.Core.Calibration;
using MathNet.Numerics.Distributions;

namespace DriftWatch.Core.Recalibration;

/// <summary>A weighted mean over labeled predictions, and how well it is known.</summary>
/// <param name="Mean">Σ w x ÷ Σ w.</param>
/// <param name="Error">Its standard error (linearised), tempered by overdispersion.</param>
public readonly record struct MeanEstimate(double Mean, double Error)
{
    /// <summary>With fewer the blocks tell how much they vary only where it is beyond chance.</summary>
    public const int LeastBlocks = 20;

    private const double BeyondChance = 0.99;

    /// <summary>Lower end at a normal quantile.</summary>
    public double Lower(double z) => Mean - (z * Error);

    /// <summary>The 95 % interval.</summary>
    public Interval Interval => new(Mean - (Intervals.Z95 * Error), Mean + (Intervals.Z95 * Error));

    /// <param name="all">At least one.</param>
    /// <param name="value">Of one of them.</param>
    /// <param name="leastOverdispersion">By how much outcomes that share causes make the variance larger, at least; the blocks may show more.</param>
    internal static MeanEstimate Of(Judged[] all, Func<Judged, double> value, double leastOverdispersion)
    {
        var (mean, squares, weight) = Moments(all, value);
        return new(mean, Math.Sqrt(Math.Max(leastOverdispersion, Overdispersion(all, value)) * squares) / weight);
    }

    private static (double Mean, double Squares, double Weight) Moments(Judged[] all, Func<Judged, double> value)
    {
        double weight = 0, sum = 0, squares = 0;
        foreach (ref readonly var one in all.AsSpan())
        {
            weight += one.Weight;
            sum += one.Weight * value(one);
        }

        double mean = sum / weight;
        foreach (ref readonly var one in all.AsSpan())
        {
            double rest = value(one) - mean;
            squares += one.Squares * rest * rest;
        }

        return (mean, squares, weight);
    }

    /// <summary>By how much blocks make the variance of a mean larger than independent outcomes would, and never less than 1.</summary>
    /// <remarks>With fewer than <see cref="LeastBlocks"/> blocks it is 1 unless they differ more than blocks of independent outcomes do in 99 of 100 cases (χ² with one degree less than there are blocks).</remarks>
    internal static double Overdispersion(Judged[] all, Func<Judged, double> value)
    {
        var (mean, independent, _) = Moments(all, value);
        SortedDictionary<int, double> blocks = [];
        int block = int.MinValue;
        double sum = 0;
        foreach (ref readonly var one in all.AsSpan())
        {
            if (one.Block != block)
            {
                if (block != int.MinValue) blocks[block] = blocks.GetValueOrDefault(block) + sum;
                (block, sum) = (one.Block, 0);
            }

            sum += one.Weight * (value(one) - mean);
        }

        if (block != int.MinValue) blocks[block] = blocks.GetValueOrDefault(block) + sum;
        if (blocks.Count < 2 || independent <= 0) return 1;
        double freedom = blocks.Count - 1, ratio = blocks.Values.Sum(rest => rest * rest) * blocks.Count / freedom / independent;
        return blocks.Count < LeastBlocks && ratio * freedom <= ChiSquared.InvCDF(freedom, BeyondChance) ? 1 : Math.Max(1, ratio);
    }
}

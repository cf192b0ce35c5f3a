using DriftWatch.Core.Calibration;

namespace DriftWatch.Evaluation.Exact;

/// <summary>Intervals for numbers that a sketch gives, by drawing whole blocks of time: right also where the outcomes of one block share causes. The same answer every time.</summary>
/// <remarks>
/// For gap, Brier score, log loss, AUROC and the like. <b>Not for ECE and its kin</b>: they are not smooth at 0, and percentiles of a
/// bootstrap never cover a true 0. <see cref="Intervals.Expected(CalibrationSketch, int, double)"/> is for those. Blocks must be as long as what
/// outcomes share lasts: hours of weather want days.
/// </remarks>
public static class BlockBootstrap
{
    private const int DefaultReplicates = 200;

    /// <summary>Fewer blocks than this say too little of how blocks differ.</summary>
    public const int LeastBlocks = 30;

    /// <summary>Draws each block as often as a Poisson count of mean 1 says, and takes percentiles of what the numbers are then.</summary>
    /// <param name="blocks">Hours, days or weeks, of one grid.</param>
    /// <param name="statistics">The numbers of interest; all are read from the same draws.</param>
    /// <param name="replicates">How many draws, at least 20.</param>
    /// <param name="level">Level of the intervals, inside (0, 1).</param>
    /// <param name="seed">Same seed, same answer.</param>
    /// <returns>An interval for each number; null below <see cref="LeastBlocks"/> blocks, or if the number cannot be told in most draws.</returns>
    public static Interval?[] Of(
        IReadOnlyList<CalibrationSketch> blocks, IReadOnlyList<Func<CalibrationSketch, double?>> statistics, int replicates = DefaultReplicates, double level = 0.95, ulong seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicates, 20);
        if (level is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "Lies inside (0, 1).");
        var values = Array.ConvertAll(new List<double>[statistics.Count], _ => new List<double>(replicates));
        if (blocks.Count >= LeastBlocks) Draw(blocks, statistics, replicates, new Draws(seed), values);
        return Array.ConvertAll(values, drawn => Percentiles(drawn, replicates, level));
    }

    private static void Draw(
        IReadOnlyList<CalibrationSketch> blocks, IReadOnlyList<Func<CalibrationSketch, double?>> statistics, int replicates, Draws random, List<double>[] values)
    {
        var drawn = new CalibrationSketch(blocks[0].Grid);
        for (int i = 0; i < replicates; i++)
        {
            drawn.Clear();
            foreach (var block in blocks)
            {
                for (long times = random.Poisson(1); times > 0; times--) drawn.Merge(block);
            }

            for (int statistic = 0; statistic < values.Length; statistic++)
            {
                if (statistics[statistic](drawn) is { } value) values[statistic].Add(value);
            }
        }
    }

    private static Interval? Percentiles(List<double> values, int replicates, double level)
    {
        if (2 * values.Count < replicates) return null;
        values.Sort();
        double tail = (1 - level) / 2;
        return new(Quantile(values, tail), Quantile(values, 1 - tail));
    }

    private static double Quantile(List<double> sorted, double share)
    {
        double place = share * (sorted.Count - 1);
        int below = (int)place;
        double above = sorted[Math.Min(below + 1, sorted.Count - 1)];
        return sorted[below] + ((place - below) * (above - sorted[below]));
    }
}

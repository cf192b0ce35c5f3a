namespace DriftWatch.Core.Calibration;

/// <summary>Intervals for any number that a sketch gives, by drawing sketches like it: the same answer in every replay.</summary>
/// <remarks>
/// For gap, Brier score, log loss, AUROC, accuracy and the like. **Not for ECE and its kin**: they are not smooth at 0, and percentiles of a
/// bootstrap never cover a true 0. <see cref="Intervals.Expected(CalibrationSketch, int, double)"/> is for those.
/// </remarks>
public static class Bootstrap
{
    public const int DefaultReplicates = 200;

    /// <summary>Fewer panes than this say too little of how panes differ.</summary>
    public const int LeastPanes = 30;

    /// <summary>Draws every cell (fine bin and outcome) as a Poisson count around what it holds: the Poisson bootstrap of the predictions, each at its bin's mean.</summary>
    /// <remarks>Takes outcomes as independent. Some milliseconds.</remarks>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="statistic">The number of interest.</param>
    /// <param name="replicates">How many draws, at least 20.</param>
    /// <param name="level">Level of the interval, inside (0, 1).</param>
    /// <param name="seed">Same seed, same answer.</param>
    /// <returns>Null if the number cannot be told, or not in most draws.</returns>
    public static Interval? OfCells(
        CalibrationSketch sketch, Func<CalibrationSketch, double?> statistic, int replicates = DefaultReplicates, double level = 0.95, ulong seed = 1)
    {
        Check(replicates, level);
        if (statistic(sketch) is not { } centre) return null;
        var cells = Cells(sketch);
        var drawn = new CalibrationSketch(sketch.Grid);
        foreach (var (one, count) in cells) drawn.AddRepeated(one, count);
        if (statistic(drawn) is not { } quantised) return null;

        var random = new Draws(seed);
        List<double> values = new(replicates);
        for (int i = 0; i < replicates; i++)
        {
            drawn.Clear();
            foreach (var (one, count) in cells) drawn.AddRepeated(one, random.Poisson(count));
            if (statistic(drawn) is { } value) values.Add(value - quantised + centre);
        }

        return Percentiles(values, replicates, level);
    }

    /// <summary>Draws whole panes, each as often as a Poisson count of mean 1 says: right also where outcomes of one pane share causes.</summary>
    /// <remarks>Panes must be as long as what outcomes share lasts: hours of weather want days.</remarks>
    /// <param name="panes">Panes, hours or days, of one grid.</param>
    /// <param name="statistic">The number of interest.</param>
    /// <param name="replicates">How many draws, at least 20.</param>
    /// <param name="level">Level of the interval, inside (0, 1).</param>
    /// <param name="seed">Same seed, same answer.</param>
    /// <returns>Null below <see cref="LeastPanes"/> panes, or if the number cannot be told in most draws.</returns>
    public static Interval? OfPanes(
        IReadOnlyList<CalibrationSketch> panes, Func<CalibrationSketch, double?> statistic, int replicates = DefaultReplicates, double level = 0.95, ulong seed = 1)
    {
        Check(replicates, level);
        if (panes.Count < LeastPanes) return null;
        var drawn = new CalibrationSketch(panes[0].Grid);
        var random = new Draws(seed);
        List<double> values = new(replicates);
        for (int i = 0; i < replicates; i++)
        {
            drawn.Clear();
            foreach (var pane in panes)
            {
                for (long times = random.Poisson(1); times > 0; times--) drawn.Merge(pane);
            }

            if (statistic(drawn) is { } value) values.Add(value);
        }

        return Percentiles(values, replicates, level);
    }

    private static List<(Contribution One, long Count)> Cells(CalibrationSketch sketch)
    {
        List<(Contribution, long)> cells = [];
        var edges = sketch.Grid.Edges;
        for (int bin = 0; bin < sketch.Grid.Count; bin++)
        {
            var cell = sketch[bin];
            if (cell.Labeled == 0) continue;
            double highest = bin == sketch.Grid.Count - 1 ? 1 : Math.BitDecrement(edges[bin + 1]);
            double mean = Math.Clamp(cell.MeanConfidence, edges[bin], highest);
            if (cell.Positives > 0) cells.Add((new Contribution(sketch.Grid, mean, true), cell.Positives));
            if (cell.Labeled > cell.Positives) cells.Add((new Contribution(sketch.Grid, mean, false), cell.Labeled - cell.Positives));
        }

        return cells;
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

    private static void Check(int replicates, double level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicates, 20);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, 1);
    }
}

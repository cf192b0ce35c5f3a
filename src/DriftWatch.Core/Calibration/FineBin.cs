namespace DriftWatch.Core.Calibration;

/// <summary>A fine bin that holds labeled predictions, in doubles: what formulas over the whole grid walk along, in order of confidence.</summary>
/// <param name="Bin">Its place in the grid.</param>
/// <param name="Labeled">Labeled predictions (n): for how many predictions they stand.</param>
/// <param name="Positives">Those whose outcome came true (c).</param>
/// <param name="SumConfidence">Sum of their confidences (S).</param>
/// <param name="Mean">Mean confidence, inside the bin's edges whatever the last bit of S says.</param>
/// <param name="Squares">Σw²: n again, unless labels were asked for by chance.</param>
public readonly record struct FineBin(int Bin, double Labeled, double Positives, double SumConfidence, double Mean, double Squares)
{
    /// <summary>Σ(p − y): by how much the claims exceed what came true.</summary>
    public double Excess => SumConfidence - Positives;

    /// <summary>Σp(1 − p), as if all confidences were the mean.</summary>
    public double Variance => Labeled * Mean * (1 - Mean);

    /// <summary>Σ(y − p)², as if all confidences were the mean.</summary>
    public double SquaredError => (Positives * (1 - Mean) * (1 - Mean)) + ((Labeled - Positives) * Mean * Mean);

    /// <summary>Fills <paramref name="room"/>, which must have <see cref="Grid.Count"/> places, and gives the part in use.</summary>
    public static ReadOnlySpan<FineBin> Of(CalibrationSketch sketch, Span<FineBin> room)
    {
        var edges = sketch.Grid.Edges.AsSpan();
        int used = 0;
        for (int bin = 0; bin < edges.Length - 1; bin++)
        {
            var cell = sketch[bin];
            if (cell.Labeled == 0) continue;
            double sum = cell.WeightedConfidence, weight = cell.Weight;
            room[used++] = new(bin, weight, cell.WeightedPositives, sum, Math.Clamp(sum / weight, edges[bin], edges[bin + 1]), cell.SquaredWeight);
        }

        return room[..used];
    }

    /// <summary>The same bins with weights made smaller, all alike, so that the number of outcomes that come true varies as that of so many independent throws would: Σw² p(1 − p) ÷ Σw p(1 − p) labels of weight 1 are one.</summary>
    /// <remarks>Shares and means stay as they are. Where every weight is 1 nothing changes.</remarks>
    /// <param name="bins">The bins.</param>
    /// <param name="room">Room for as many.</param>
    /// <param name="asSeen">Whether the variance is at least what was seen of it, Σw² (p − y − gap)²: that others would have been chosen makes a gap uncertain too where gaps differ over the claims. Else it is that of claims which are true.</param>
    public static ReadOnlySpan<FineBin> Effective(ReadOnlySpan<FineBin> bins, Span<FineBin> room, bool asSeen = false)
    {
        double once = 0, twice = 0, excess = 0, weight = 0;
        bool weighted = false;
        foreach (ref readonly var bin in bins)
        {
            // So that certain claims still have something to go by.
            double spread = Math.Max(1e-9, bin.Mean * (1 - bin.Mean));
            once += bin.Labeled * spread;
            twice += bin.Squares * spread;
            (excess, weight) = (excess + bin.Excess, weight + bin.Labeled);
            weighted |= bin.Squares != bin.Labeled;
        }

        if (!weighted) return bins;
        double seen = 0, gap = excess / weight;
        foreach (ref readonly var bin in bins) seen += bin.Squares / bin.Labeled * (bin.SquaredError - (2 * gap * bin.Excess) + (bin.Labeled * gap * gap));
        double scale = once / (asSeen ? Math.Max(seen, twice) : twice);
        for (int i = 0; i < bins.Length; i++)
        {
            ref readonly var bin = ref bins[i];
            room[i] = bin with { Labeled = bin.Labeled * scale, Positives = bin.Positives * scale, SumConfidence = bin.SumConfidence * scale, Squares = bin.Labeled * scale };
        }

        return room[..bins.Length];
    }
}

namespace DriftWatch.Calibration;

/// <summary>A fine bin that holds labeled predictions, in doubles: what formulas over the whole grid walk along, in order of confidence.</summary>
/// <param name="Labeled">Labeled predictions (n).</param>
/// <param name="Positives">Those whose outcome came true (c).</param>
/// <param name="SumConfidence">Sum of their confidences (S).</param>
/// <param name="Mean">Mean confidence, inside the bin's edges whatever the last bit of S says.</param>
internal readonly record struct FineBin(double Labeled, double Positives, double SumConfidence, double Mean)
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
            double sum = FixedPoint.ToDouble(cell.SumConfidence);
            room[used++] = new(cell.Labeled, cell.Positives, sum, Math.Clamp(sum / cell.Labeled, edges[bin], edges[bin + 1]));
        }

        return room[..used];
    }

    /// <summary>The same for each of some equal-width bins, one fine bin after the other: which of them each part belongs to.</summary>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="room">As many places as the grid has bins.</param>
    /// <param name="bins">Equal-width bins; must divide 60.</param>
    /// <param name="of">For every fine bin in use its equal-width bin; as many places as the grid has bins.</param>
    public static ReadOnlySpan<FineBin> Of(CalibrationSketch sketch, Span<FineBin> room, int bins, Span<byte> of)
    {
        var coarse = sketch.Grid.CoarseTable(bins);
        int used = 0;
        for (int bin = 0; bin < coarse.Length; bin++)
        {
            if (sketch[bin].Labeled > 0) of[used++] = coarse[bin];
        }

        return Of(sketch, room);
    }
}

namespace DriftWatch.Core.Calibration;

/// <summary>A fine bin that holds labeled predictions, in doubles: what formulas over the whole grid walk along, in order of confidence.</summary>
/// <param name="Bin">Its place in the grid.</param>
/// <param name="Labeled">Labeled predictions (n).</param>
/// <param name="Positives">Those whose outcome came true (c).</param>
/// <param name="SumConfidence">Sum of their confidences (S).</param>
/// <param name="Mean">Mean confidence, inside the bin's edges whatever the last bit of S says.</param>
public readonly record struct FineBin(int Bin, double Labeled, double Positives, double SumConfidence, double Mean)
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
            room[used++] = new(bin, cell.Labeled, cell.Positives, sum, Math.Clamp(sum / cell.Labeled, edges[bin], edges[bin + 1]));
        }

        return room[..used];
    }
}

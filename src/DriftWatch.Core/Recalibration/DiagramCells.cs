using DriftWatch.Core.Calibration;
using MathNet.Numerics;

namespace DriftWatch.Core.Recalibration;

/// <summary>Claims and outcomes over equal-width bins, where labeled predictions may have weights.</summary>
/// <remarks>
/// Without weights the numbers are those that a window shows, from a sketch. With weights n gives way to what the weights of a bin are worth, (Σw)² ÷ Σw²; the ECE's interval is then that of statistics §5.3 alone, without what rare events ask for.
/// </remarks>
internal sealed class DiagramCells
{
    public const int Bins = ReliabilityDiagram.DefaultBins;

    private readonly Cell[] _cells = new Cell[Bins];
    private readonly CalibrationSketch? _sketch;
    private double _weight;

    private DiagramCells(CalibrationSketch? sketch) => _sketch = sketch;

    public static DiagramCells Of(Judged[] all, Func<Judged, Look> look, bool weighted)
    {
        var cells = new DiagramCells(weighted ? null : new CalibrationSketch());
        foreach (var one in all)
        {
            var (claim, outcome) = (look(one).Claim, look(one).Outcome);
            ref var cell = ref cells._cells[Math.Min(Bins - 1, (int)(claim * Bins))];
            cell.Weight += one.Weight;
            cell.Positive += outcome ? one.Weight : 0;
            cell.Claims += one.Weight * claim;
            cell.Squares += one.Squares;
            cells._weight += one.Weight;
            cells._sketch?.AddLabeled(claim, outcome, one.Count);
        }

        return cells;
    }

    /// <summary>ECE.</summary>
    public double Expected => _sketch is null ? _cells.Sum(cell => Math.Abs(cell.Claims - cell.Positive)) / _weight : CalibrationError.Expected(_sketch)!.Value;

    /// <summary>ECE less an estimate of what noise adds to it.</summary>
    public double Debiased => _sketch is not null ? CalibrationError.Debiased(_sketch)!.Value : Used().Sum(cell =>
    {
        double gap = Math.Abs(cell.Claim - cell.Frequency), noise = Math.Sqrt(cell.Frequency * (1 - cell.Frequency) / cell.Worth);
        double folded = noise == 0 ? gap : (gap * SpecialFunctions.Erf(gap / (noise * Math.Sqrt(2)))) + (noise * Math.Sqrt(2 / Math.PI) * Math.Exp(-gap * gap / (2 * noise * noise)));
        return cell.Weight / _weight * ((2 * gap) - folded);
    });

    /// <summary>The ECE that claims which hold would show on average.</summary>
    public double NoiseFloor => _sketch is not null ? Calibration.NoiseFloor.Of(_sketch)!.Value.Mean
        : Used().Sum(cell => cell.Weight / _weight * Math.Sqrt(2 / Math.PI * cell.Claim * (1 - cell.Claim) / cell.Worth));

    /// <summary>95 % interval of the ECE.</summary>
    public Interval Interval(double overdispersion)
    {
        // The interval takes outcomes as independent: shared causes make the noise larger by the root of the overdispersion.
        if (_sketch is not null) return Intervals.Expected(_sketch, z: Intervals.Z95 * Math.Sqrt(overdispersion))!.Value;
        double variance = 0, noise = 0, ece = Expected, z = Intervals.Z95;
        foreach (var cell in Used())
        {
            double frequency = ((cell.Frequency * cell.Worth) + (2 * cell.Claim)) / (cell.Worth + 2), share = cell.Weight / _weight;
            double around = overdispersion * share * share * frequency * (1 - frequency) / cell.Worth;
            variance += around;
            noise += Math.Sqrt(around);
        }

        double lower = ece - (Math.Sqrt(2 / Math.PI) * noise) - (z * Math.Sqrt((1 - (2 / Math.PI)) * variance));
        return new(Math.Max(0, lower), Math.Min(1, ece + (z * Math.Sqrt(variance))));
    }

    /// <summary>Bins that hold anything: mean claim, observed frequency, and what the weights are worth.</summary>
    public IEnumerable<(double Claim, double Frequency, double Worth, double Weight)> Used() => _cells
        .Where(cell => cell.Weight > 0)
        .Select(cell => (Math.Clamp(cell.Claims / cell.Weight, 0, 1), cell.Positive / cell.Weight, cell.Weight * cell.Weight / cell.Squares, cell.Weight));

    private record struct Cell(double Weight, double Positive, double Claims, double Squares);
}

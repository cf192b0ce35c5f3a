namespace DriftWatch.Evaluation.Reference;

/// <summary>In what precision a library adds up.</summary>
internal enum ReferenceSums
{
    /// <summary>float64.</summary>
    Double,

    /// <summary>float32 from the first addition: torch's scatter_add.</summary>
    Single,

    /// <summary>Means of float32 numbers, rounded to float32: torch's mean.</summary>
    SingleMeans,
}

/// <summary>Raw pairs dealt out to bins by one library's rule, and the measures that libraries take from them. Null without pairs.</summary>
/// <remarks>Pairs that lie in no bin count in n only. Empty bins contribute nothing.</remarks>
public sealed class ReferenceBins
{
    private readonly Cell[] _cells;
    private readonly ReferenceSums _sums;
    private readonly int _count;

    internal ReferenceBins(double[] confidences, IReadOnlyList<bool> outcomes, int[] bins, ReferenceSums sums)
    {
        _count = confidences.Length;
        _sums = sums;
        _cells = new Cell[bins.Length == 0 ? 0 : Math.Max(0, bins.Max() + 1)];
        for (int i = 0; i < bins.Length; i++)
        {
            if (bins[i] >= 0) _cells[bins[i]].Add(confidences[i], outcomes[i], sums == ReferenceSums.Single);
        }
    }

    /// <summary>ECE, torchmetrics' l1: Σ w |gap|.</summary>
    public double? Expected => OverAll(cell => Weight(cell) * Math.Abs(Gap(cell)));

    /// <summary>RMSCE, torchmetrics' l2.</summary>
    public double? RootMeanSquare => OverAll(cell => Weight(cell) * Gap(cell) * Gap(cell)) is { } square ? Math.Sqrt(square) : null;

    /// <summary>MCE, the largest |gap|, however few pairs its bin has.</summary>
    public double? Maximum => _count == 0 ? null : Filled.Select(cell => Math.Abs(Gap(cell))).DefaultIfEmpty().Max();

    /// <summary>netcal's ACE: the unweighted mean of |gap| over non-empty bins.</summary>
    public double? Average => _count == 0 ? null : Filled.Select(cell => Math.Abs(Gap(cell))).DefaultIfEmpty().Average();

    /// <summary>uncertainty-calibration's debiased L2 error: √max(0, Σ w (gap² − a(1 − a)/(n − 1))), bins with fewer than two pairs at 0.</summary>
    public double? DebiasedL2 => OverAll(cell => cell.Count < 2 ? 0 : Weight(cell) * ((Gap(cell) * Gap(cell)) - (cell.Observed * (1 - cell.Observed) / (cell.Count - 1)))) is { } square
        ? Math.Sqrt(Math.Max(0, square))
        : null;

    /// <summary>T-Cal's debiased plug-in for p = 2: (1/n) Σ ((Σr)² − Σr²) / n_b, r = confidence − outcome.</summary>
    public double? DebiasedPlugIn => OverAll(cell => ((cell.Residual * cell.Residual) - cell.SquaredResidual) / cell.Count / _count);

    private IEnumerable<Cell> Filled => _cells.Where(cell => cell.Count > 0);

    private double? OverAll(Func<Cell, double> term)
    {
        if (_count == 0) return null;
        double sum = 0;
        foreach (var cell in Filled) sum = Rounded(sum + Rounded(term(cell)));
        return sum;
    }

    private double Weight(Cell cell) => Rounded((double)cell.Count / _count);

    private double Gap(Cell cell) => Rounded(Rounded(cell.SumConfidence / cell.Count) - Rounded(cell.Observed));

    private double Rounded(double value) => _sums == ReferenceSums.Double ? value : (float)value;

    private record struct Cell
    {
        public long Count;
        public long Positives;
        public double SumConfidence;
        public double Residual;
        public double SquaredResidual;

        public readonly double Observed => (double)Positives / Count;

        public void Add(double confidence, bool outcome, bool single)
        {
            double residual = confidence - (outcome ? 1 : 0);
            Count++;
            if (outcome) Positives++;
            SumConfidence = single ? (float)SumConfidence + (float)confidence : SumConfidence + confidence;
            Residual += residual;
            SquaredResidual += residual * residual;
        }
    }
}

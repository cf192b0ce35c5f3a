using DriftWatch.Core.Series;

namespace DriftWatch.Core.Calibration;

/// <summary>What formulas share: a sketch read once, its coarse bins added up once, and what several metrics are parts of.</summary>
public readonly ref struct ReportInput
{
    /// <summary>Equal-width bins of <see cref="Fewer"/>.</summary>
    public const int FewerBins = 10;

    /// <param name="sketch">At least one labeled prediction.</param>
    /// <param name="view">What an outcome of it is.</param>
    /// <param name="cells">Room for <see cref="ReliabilityDiagram.DefaultBins"/> bins.</param>
    /// <param name="fewer">Room for <see cref="FewerBins"/> bins.</param>
    /// <param name="fine">Room for the bins of its grid.</param>
    internal ReportInput(CalibrationSketch sketch, View view, Span<SketchCell> cells, Span<SketchCell> fewer, Span<FineBin> fine)
    {
        Sketch = sketch;
        View = view;
        sketch.Coarsen(cells);
        sketch.Coarsen(fewer);
        Cells = cells;
        Fewer = fewer;
        Fine = FineBin.Of(sketch, fine);
        Ece = CalibrationError.Expected(cells, Weight);
        Noise = NoiseFloor.Of(sketch, cells, Fine);
        GapInterval = Intervals.Gap(sketch, Fine);
        EceInterval = Intervals.Expected(cells, Weight, GapInterval);
        Brier = BrierParts.Of(sketch, cells);
        HosmerLemeshow = Calibration.HosmerLemeshow.EqualMass(FineBin.Effective(Fine, stackalloc FineBin[Fine.Length]));
        Discrimination = Calibration.Discrimination.Of(sketch, Fine);
    }

    public CalibrationSketch Sketch { get; }

    public View View { get; }

    /// <summary>15 equal-width bins.</summary>
    public ReadOnlySpan<SketchCell> Cells { get; }

    /// <summary>10 equal-width bins.</summary>
    public ReadOnlySpan<SketchCell> Fewer { get; }

    public long Labeled => Sketch.Labeled;

    /// <summary>For how many predictions they stand.</summary>
    public double Weight => Sketch.Weight;

    public double Ece { get; }

    public NoiseFloor Noise { get; }

    public Interval EceInterval { get; }

    public Interval GapInterval { get; }

    public BrierParts Brier { get; }

    public HosmerLemeshow? HosmerLemeshow { get; }

    public Discrimination? Discrimination { get; }

    internal ReadOnlySpan<FineBin> Fine { get; }
}

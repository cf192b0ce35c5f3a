namespace DriftWatch.Core.Calibration;

/// <summary>The calibration error of a model with many classes, from one sketch per class (one against the rest).</summary>
public static class ClasswiseError
{
    /// <summary>The p-mean of the classes' errors: with p = 1 the mean of their ECE (Kull et al. 2019); null where no class has a labeled prediction.</summary>
    /// <remarks>
    /// A class's error is (Σ_b n_b |gap_b|ᵖ ÷ n)^(1/p), and the result (mean over classes of errorᵖ)^(1/p): uncertainty-calibration's
    /// "marginal" error. Every class counts alike, however rare; a class without labeled predictions is left out.
    /// </remarks>
    /// <param name="classes">One sketch per class: its probability, and whether it was the class. They may be of any grids.</param>
    /// <param name="bins">Equal-width bins; must divide 60.</param>
    /// <param name="power">p, at least 1.</param>
    public static double? Expected(IEnumerable<CalibrationSketch> classes, int bins = ReliabilityDiagram.DefaultBins, double power = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(power, 1);
        var cells = new SketchCell[bins];
        double sum = 0;
        int used = 0;
        foreach (var sketch in classes)
        {
            if (sketch.Labeled == 0) continue;
            sketch.Coarsen(cells);
            sum += power == 1 ? CalibrationError.Expected(cells, sketch.Labeled) : MeanPower(cells, sketch.Labeled, power);
            used++;
        }

        return used == 0 ? null : Math.Pow(sum / used, 1 / power);
    }

    private static double MeanPower(ReadOnlySpan<SketchCell> cells, long labeled, double power)
    {
        double sum = 0;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Labeled > 0) sum += cell.Labeled * Math.Pow(FixedPoint.ToDouble(cell.Distance) / cell.Labeled, power);
        }

        return sum / labeled;
    }
}

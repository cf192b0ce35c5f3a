using DriftWatch.Core.Calibration;

namespace DriftWatch.Evaluation.Bench;

/// <summary>How often the 95 % intervals of a window hold the truth, and how the noise floor compares with what calibrated claims show: at ordinary rates, of rare events and of rare errors.</summary>
internal static class IntervalBench
{
    /// <summary>What is measured by default.</summary>
    public static readonly IReadOnlyList<IntervalCell> Cells =
    [
        new(0.0004, 300, 0), new(0.0004, 2000, 0), new(0.0004, 2000, 0.7), new(0.001, 500, 0), new(0.001, 500, 0.7), new(0.001, 2000, 0), new(0.001, 2000, -1),
        new(0.05, 100, 0), new(0.05, 100, -1), new(0.05, 100, 0.7),
        new(null, 100, 0), new(null, 300, 0), new(null, 300, -1), new(null, 2000, 0), new(null, 2000, 0.7),
        new(0.99, 100, 0), new(0.99, 100, -1), new(0.99, 100, 0.7), new(0.995, 1000, 0),
    ];

    /// <summary>Windows of a cell, drawn anew each.</summary>
    /// <param name="cell">What they are of.</param>
    /// <param name="windows">How many.</param>
    /// <param name="seed">What they are drawn from.</param>
    public static IntervalResult Run(IntervalCell cell, int windows, ulong seed)
    {
        var random = new BenchRandom(BenchRandom.Seed(seed, cell.ToString(), 0));
        int gap = 0, ece = 0, points = 0;
        double shown = 0, squares = 0, floor = 0;
        Span<double> bins = stackalloc double[ReliabilityDiagram.DefaultBins];
        for (int window = 0; window < windows; window++)
        {
            var sketch = new CalibrationSketch(Grid.Default);
            bins.Clear();
            for (int i = 0; i < cell.Count; i++)
            {
                double odds = cell.Claim is { } claim ? Math.Log(claim / (1 - claim)) + (2 * random.Unit()) - 1 : (6 * random.Unit()) - 3;
                double claimed = 1 / (1 + Math.Exp(-odds)), truth = 1 / (1 + Math.Exp(-odds - cell.Tilt));
                sketch.AddPrediction(claimed);
                sketch.AddOutcome(claimed, random.Unit() < truth);
                bins[Math.Min(bins.Length - 1, (int)(claimed * bins.Length))] += (claimed - truth) / cell.Count;
            }

            double trueGap = 0, trueEce = 0;
            foreach (double bin in bins) (trueGap, trueEce) = (trueGap + bin, trueEce + Math.Abs(bin));
            var ofGap = Intervals.Gap(sketch)!.Value;
            var ofEce = Intervals.Expected(sketch)!.Value;
            if (ofGap.Lower <= trueGap && trueGap <= ofGap.Upper) gap++;
            if (ofEce.Lower <= trueEce && trueEce <= ofEce.Upper) ece++;
            if (!(ofGap.Lower < ofGap.Upper && ofEce.Lower < ofEce.Upper)) points++;
            double error = CalibrationError.Expected(sketch)!.Value;
            (shown, squares, floor) = (shown + error, squares + (error * error), floor + NoiseFloor.Of(sketch)!.Value.Mean);
        }

        double mean = shown / windows;
        double spread = Math.Sqrt(Math.Max(0, (squares / windows) - (mean * mean)) / windows);
        return new(cell, windows, gap, ece, points, mean, spread, floor / windows);
    }
}

/// <summary>One kind of window.</summary>
/// <param name="Claim">Claims lie within one log-odds of it; null: anywhere between −3 and 3.</param>
/// <param name="Count">Labeled predictions.</param>
/// <param name="Tilt">By how much all claims are wrong, in log-odds.</param>
internal readonly record struct IntervalCell(double? Claim, int Count, double Tilt);

/// <summary>What was seen of one kind of window.</summary>
/// <param name="Cell">Which.</param>
/// <param name="Windows">Of how many.</param>
/// <param name="Gap">In how many the gap's interval held the true gap of these claims.</param>
/// <param name="Ece">In how many the ECE's did.</param>
/// <param name="Points">In how many an interval was a point.</param>
/// <param name="Shown">Mean ECE.</param>
/// <param name="Error">Its standard error.</param>
/// <param name="Floor">Mean noise floor: to be held against <paramref name="Shown"/> where the tilt is 0.</param>
internal readonly record struct IntervalResult(IntervalCell Cell, int Windows, int Gap, int Ece, int Points, double Shown, double Error, double Floor);

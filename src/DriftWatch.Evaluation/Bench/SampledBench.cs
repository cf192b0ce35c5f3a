using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;

namespace DriftWatch.Evaluation.Bench;

/// <summary>How often the 95 % intervals of a window hold what is true of all its predictions, where labels are asked for with a probability that rises with the claim, with weights and without.</summary>
internal static class SampledBench
{
    /// <summary>What is measured by default: one prediction in a hundred, in twenty and in five labeled, of a model that is right, too extreme, and too low.</summary>
    public static readonly IReadOnlyList<SampledCell> Cells =
    [
        .. from chance in (double[])[0.01, 0.05, 0.2]
           from wrong in ((double Slope, double Shift)[])[(1, 0), (1 / 1.5, 0), (1, 0.4)]
           select new SampledCell(chance, 500, wrong.Slope, wrong.Shift),
        new(0.05, 2000, 1, 0), new(0.05, 2000, 1 / 1.5, 0),
    ];

    /// <summary>Windows of a cell, drawn anew each.</summary>
    /// <param name="cell">What they are of.</param>
    /// <param name="windows">How many.</param>
    /// <param name="seed">What they are drawn from.</param>
    public static SampledResult Run(SampledCell cell, int windows, ulong seed)
    {
        var random = new BenchRandom(BenchRandom.Seed(seed, cell.ToString(), 0));
        int predictions = (int)(cell.Labels / cell.Chance);
        int gap = 0, ece = 0, plainGap = 0, plainEce = 0;
        double labeled = 0, effective = 0, shown = 0, squares = 0, floor = 0;
        Span<double> bins = stackalloc double[ReliabilityDiagram.DefaultBins];
        for (int window = 0; window < windows; window++)
        {
            var (weighted, plain) = (new CalibrationSketch(Grid.Default), new CalibrationSketch(Grid.Default));
            bins.Clear();
            for (int i = 0; i < predictions; i++)
            {
                double odds = (6 * random.Unit()) - 3;
                double claimed = 1 / (1 + Math.Exp(-odds)), truth = 1 / (1 + Math.Exp(-(cell.Slope * odds) - cell.Shift));
                double chance = cell.ChanceOf(claimed);
                bins[Math.Min(bins.Length - 1, (int)(claimed * bins.Length))] += (claimed - truth) / predictions;
                if (random.Unit() >= chance) continue;
                bool outcome = random.Unit() < truth;
                weighted.AddOutcome(claimed, outcome, new LabelChoice(SamplingWeight.Of(chance), Announced: false));
                plain.AddOutcome(claimed, outcome);
            }

            double trueGap = 0, trueEce = 0;
            foreach (double bin in bins) (trueGap, trueEce) = (trueGap + bin, trueEce + Math.Abs(bin));
            gap += Holds(Intervals.Gap(weighted), trueGap);
            ece += Holds(Intervals.Expected(weighted), trueEce);
            plainGap += Holds(Intervals.Gap(plain), trueGap);
            plainEce += Holds(Intervals.Expected(plain), trueEce);
            double error = CalibrationError.Expected(weighted)!.Value;
            (shown, squares, floor) = (shown + error, squares + (error * error), floor + NoiseFloor.Of(weighted)!.Value.Mean);
            (labeled, effective) = (labeled + weighted.Labeled, effective + weighted.EffectiveN);
        }

        double mean = shown / windows;
        double spread = Math.Sqrt(Math.Max(0, (squares / windows) - (mean * mean)) / windows);
        return new(cell, windows, labeled / windows, effective / windows, gap, ece, plainGap, plainEce, mean, spread, floor / windows);

        static int Holds(Interval? interval, double truth) => interval is { } ends && ends.Lower <= truth && truth <= ends.Upper ? 1 : 0;
    }
}

/// <summary>One kind of window. Claims lie anywhere within three log-odds of a half.</summary>
/// <param name="Chance">The mean probability with which a label is asked for.</param>
/// <param name="Labels">How many labels there are on average.</param>
/// <param name="Slope">By what the log-odds of claims are to be multiplied to be true.</param>
/// <param name="Shift">What is to be added then.</param>
internal readonly record struct SampledCell(double Chance, int Labels, double Slope, double Shift)
{
    /// <summary>High claims are looked at more often: nine times as often at 1 as at 0.</summary>
    public double ChanceOf(double claim) => Chance * (0.2 + (1.6 * claim));
}

/// <summary>What was seen of one kind of window.</summary>
/// <param name="Cell">Which.</param>
/// <param name="Windows">Of how many.</param>
/// <param name="Labeled">Labels on average.</param>
/// <param name="Effective">As how many of equal weight they told.</param>
/// <param name="Gap">In how many the gap's interval held the true gap of all predictions.</param>
/// <param name="Ece">In how many the ECE's did.</param>
/// <param name="PlainGap">The same without weights.</param>
/// <param name="PlainEce">The same without weights.</param>
/// <param name="Shown">Mean ECE.</param>
/// <param name="Error">Its standard error.</param>
/// <param name="Floor">Mean noise floor: to be held against <paramref name="Shown"/> where claims are true.</param>
internal readonly record struct SampledResult(
    SampledCell Cell, int Windows, double Labeled, double Effective, int Gap, int Ece, int PlainGap, int PlainEce, double Shown, double Error, double Floor);

using System.Diagnostics;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Time;

namespace DriftWatch.Evaluation.Bench;

/// <summary>What rules cost here and now: time per prediction and per pane, and bytes of state. BenchmarkDotNet measures more carefully (tests/DriftWatch.Benchmarks).</summary>
internal static class CostBench
{
    /// <summary>Per component the evidence (8 bytes), its gain since the onset (4) and the onset (4).</summary>
    public static readonly int StateBytes = 16 * TiltComponents.Of(Grid.Default).Count;

    private const int Count = 200_000;

    public static IEnumerable<CostResult> Measure()
    {
        var random = new BenchRandom(7);
        var pairs = new (double P, bool Y)[Count];
        for (int i = 0; i < Count; i++)
        {
            double p = Truth.Sigma(ScoreLaw.D3.Draw(random));
            pairs[i] = (p, random.Chance(p));
        }

        yield return MeasureSketch(pairs);
        yield return MeasureClose(pairs);
        foreach (var (name, make) in RuleSet.AtDefaults) yield return MeasureRule(name, make, pairs);
    }

    private static CostResult MeasureSketch((double P, bool Y)[] pairs)
    {
        var sketch = new CalibrationSketch(Grid.Default);
        long bytes = Allocated(() => new CalibrationSketch(Grid.Default), out _);
        double best = Best(() =>
        {
            foreach (var (p, y) in pairs)
            {
                sketch.AddPrediction(p);
                sketch.AddOutcome(p, y);
            }
        });
        return new("sketch of a pane", best * 1e9 / pairs.Length, null, bytes);
    }

    private static CostResult MeasureClose((double P, bool Y)[] pairs)
    {
        var components = TiltComponents.Of(Grid.Default);
        var band = new NullBand(0.02);
        double[] gains = new double[components.Count];
        var panes = pairs.Chunk(PaneProbe.Pane).Select(chunk =>
        {
            var pane = new CalibrationSketch(Grid.Default);
            foreach (var (p, y) in chunk)
            {
                pane.AddPrediction(p);
                pane.AddOutcome(p, y);
            }

            return pane;
        }).ToList();
        long bytes = Allocated(() => new TiltMixture(components), out var mixture);
        double best = Best(() =>
        {
            foreach (var pane in panes)
            {
                Array.Clear(gains);
                TiltEvidence.Add(pane, components, band, MissingLabels.Ignore, gains);
                mixture.Advance(EventTime.Earliest, gains, 1, PaneProbe.Pane);
            }
        });
        return new("e-SR, close of a pane of 500", best * 1e9 / pairs.Length, best * 1e6 / panes.Count, bytes);
    }

    private static CostResult MeasureRule(string name, Func<IPairRule> make, (double P, bool Y)[] pairs)
    {
        return new(name, Best(() => Run()) * 1e9 / pairs.Length, null, Allocated(Run, out _));

        IPairRule Run()
        {
            var rule = make();
            foreach (var (p, y) in pairs) rule.Update(p, y);
            return rule;
        }
    }

    private static double Best(Action run)
    {
        double best = double.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            var clock = Stopwatch.StartNew();
            run();
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }

        return best;
    }

    private static long Allocated<T>(Func<T> make, out T made)
    {
        make();
        long before = GC.GetAllocatedBytesForCurrentThread();
        made = make();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

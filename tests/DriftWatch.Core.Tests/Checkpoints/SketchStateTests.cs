using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Checkpoints;

public class SketchStateTests
{
    private static void Change(CalibrationSketch sketch, List<(double Confidence, bool Outcome)> held, Random random)
    {
        double confidence = random.Next(4) switch { 0 => random.Next(21) / 20.0, 1 => Math.Pow(random.NextDouble(), 20), _ => random.NextDouble() };
        switch (random.Next(5))
        {
            case 0 when held.Count > 0:
                var (old, outcome) = held[random.Next(held.Count)];
                held.Remove((old, outcome));
                sketch.RemoveOutcome(old, outcome);
                break;
            case 1:
                sketch.AddPrediction(confidence);
                break;
            default:
                bool came = random.Next(2) == 0;
                sketch.AddPrediction(confidence);
                sketch.AddOutcome(confidence, came);
                held.Add((confidence, came));
                break;
        }
    }

    private static CalibrationSketch Some(Random random, Grid grid, List<(double Confidence, bool Outcome)> held)
    {
        var sketch = new CalibrationSketch(grid);
        for (int left = random.Next(300); left > 0; left--) Change(sketch, held, random);
        return sketch;
    }

    [Fact]
    public void A_sketch_read_back_holds_the_same_and_goes_on_the_same()
    {
        Grid[] grids = [Grid.H188, Grid.Compact, Grid.Default];
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var grid = grids[seed % 3];
            List<(double Confidence, bool Outcome)> held = [];
            var before = Some(random, grid, held);
            byte[] bytes = StateExchange.Write(before);
            var after = Some(random, grid, []);
            StateExchange.Read(after, bytes);
            Assert.True(before.HoldsSameAs(after), $"seed {seed}");
            Assert.True(bytes.AsSpan().SequenceEqual(StateExchange.Write(after)), $"seed {seed}");

            var (one, other) = (new Random(seed), new Random(seed));
            List<(double, bool)> alike = [.. held];
            for (int i = 0; i < 100; i++)
            {
                Change(before, held, one);
                Change(after, alike, other);
            }

            Assert.True(before.HoldsSameAs(after), $"seed {seed}");
            Assert.Equal(before.ExactSumConfidence, after.ExactSumConfidence);
            Assert.True(StateExchange.Write(before).AsSpan().SequenceEqual(StateExchange.Write(after)), $"seed {seed}");
        }
    }

    [Fact]
    public void Bytes_do_not_tell_in_which_order_bins_were_used_or_that_one_was_emptied()
    {
        var plain = new CalibrationSketch();
        var winding = new CalibrationSketch();
        double[] confidences = [0.1, 0.9, 0.5];
        foreach (double confidence in confidences) plain.AddOutcome(confidence, true);
        winding.AddOutcome(0.3, false);
        foreach (double confidence in confidences.Reverse()) winding.AddOutcome(confidence, true);
        winding.RemoveOutcome(0.3, false);
        Assert.Equal(StateExchange.Write(plain), StateExchange.Write(winding));
    }

    [Fact]
    public void A_dozen_outcomes_take_less_than_three_hundred_bytes()
    {
        var sketch = new CalibrationSketch();
        for (int i = 0; i < 12; i++)
        {
            sketch.AddPrediction(i / 12.0);
            sketch.AddOutcome(i / 12.0, i % 3 == 0);
        }

        Assert.InRange(StateExchange.Write(sketch).Length, 1, 299);
        Assert.Equal(10, StateExchange.Write(new CalibrationSketch()).Length);
    }

    [Fact]
    public void Damaged_bytes_end_in_a_fault_or_in_a_sketch_and_in_nothing_else()
    {
        int refused = 0;
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = StateExchange.Write(Some(random, Grid.Default, []));
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                StateExchange.Read(new CalibrationSketch(Grid.Default), bytes);
            }
            catch (StateFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 1999);
    }

    [Fact]
    public void More_bins_than_the_grid_has_are_refused()
    {
        var fine = new CalibrationSketch(Grid.Default);
        fine.AddPrediction(1.0);
        byte[] bytes = StateExchange.Write(fine);
        Assert.Throws<StateFormatException>(() => StateExchange.Read(new CalibrationSketch(Grid.Compact), bytes));
    }
}

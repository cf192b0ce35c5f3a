using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

public class ManyUpdatesTests
{
    [Fact]
    public void Ten_million_random_updates_leave_no_NaN_no_negative_variance_and_no_trace_of_what_was_taken_back()
    {
        const int Updates = 10_000_000;
        const int Held = 4096;
        var random = new SplitMix(2026);
        var sketch = new CalibrationSketch(Grid.Default);
        var held = new Pair[Held]; // what can be taken back
        int count = 0;
        long added = 0;
        for (int i = 0; i < Updates; i++)
        {
            ulong word = random.Next();
            if (count == Held || (count > 0 && (word & 3) == 0))
            {
                var old = held[--count];
                sketch.RemoveOutcome(old.P, old.Y);
                continue;
            }

            double p = (word & 0xF0) switch
            {
                0x00 => 0,
                0x10 => 1,
                0x20 => double.Epsilon,
                0x30 => Math.BitDecrement(1.0),
                0x40 => (word >> 58) / 60.0 % 1,
                _ => (word >> 11) * (1.0 / (1UL << 53)),
            };
            var next = new Pair(p, (word & 0x100) != 0);
            sketch.AddPrediction(p);
            sketch.AddOutcome(next.P, next.Y);
            held[count++] = next;
            added++;
            if (i % 1_000_000 == 0) Check(sketch, count, added);
        }

        Check(sketch, count, added);
        while (count > 0) sketch.RemoveOutcome(held[--count].P, held[count].Y);
        Check(sketch, 0, added);
        Assert.Equal((0.0, 0.0, 0.0, 0.0, 0.0), (sketch.SumSquaredError, sketch.SumVariance, sketch.SumLogLoss, sketch.SumSquaredErrorVariance, sketch.SumConfidence));
    }

    private static void Check(CalibrationSketch sketch, int labeled, long predictions)
    {
        Assert.Equal((labeled, predictions), (sketch.Labeled, sketch.Predictions));
        Assert.True(sketch.SumVariance >= 0 && sketch.SumSquaredErrorVariance >= 0 && sketch.SumSquaredError >= 0 && sketch.SumLogLoss >= 0);
        Assert.InRange(sketch.Clipped, 0, labeled);
        var report = sketch.Report(View.Binary);
        foreach (var metric in WindowMetrics.All)
        {
            if (report[metric] is { } value) Assert.True(double.IsFinite(value), $"{metric.Name} is {value}");
        }
    }
}

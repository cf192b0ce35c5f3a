using DriftWatch.Core.Calibration;

namespace DriftWatch.Evaluation.Bench;

/// <summary>Target 7 in passing: any order of merging gives the same bits, and the stream's ECE is the batch's.</summary>
internal static class ExactnessBench
{
    private const int Count = 50_000;

    public static ExactnessResult Play(ulong seed)
    {
        var random = new BenchRandom(seed);
        var pairs = Enumerable.Range(0, Count).Select(_ =>
        {
            double p = Truth.Sigma(ScoreLaw.D1.Draw(random));
            return (P: p, Y: random.Chance(p));
        }).ToList();
        var whole = Sketch(pairs);
        int[] partition = [.. pairs.Select(_ => (int)(random.Next() % 16))];
        var parts = pairs.Zip(partition).GroupBy(pair => pair.Second, pair => pair.First).Select(group => Sketch(group.Reverse())).OrderBy(_ => random.Next()).ToList();
        var merged = new CalibrationSketch(Grid.Default);
        foreach (var part in parts) merged.Merge(part);
        double worst = 0;
        foreach (int bins in new[] { 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60 })
        {
            double[] sums = new double[bins];
            foreach (var (p, y) in pairs)
            {
                int bin = bins - 1;
                while (p < (double)bin / bins) bin--;
                sums[bin] += p - (y ? 1 : 0);
            }

            worst = Math.Max(worst, Math.Abs((sums.Sum(Math.Abs) / Count) - CalibrationError.Expected(whole, bins)!.Value));
        }

        return new(whole.HoldsSameAs(merged), worst);
    }

    private static CalibrationSketch Sketch(IEnumerable<(double P, bool Y)> pairs)
    {
        var sketch = new CalibrationSketch(Grid.Default);
        foreach (var (p, y) in pairs)
        {
            sketch.AddPrediction(p);
            sketch.AddOutcome(p, y);
        }

        return sketch;
    }
}

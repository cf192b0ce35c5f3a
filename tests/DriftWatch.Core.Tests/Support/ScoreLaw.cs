using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Support;

/// <summary>A law by which a made-up model gives confidences, and how true they are: P(y = 1 | p) = σ(logit(p) ÷ T).</summary>
/// <remarks>D1: balanced. D2: rare events. D3: top label of a good classifier.</remarks>
internal sealed record ScoreLaw(string Name, double Mean, double Deviation, double Least)
{
    public static readonly ScoreLaw D1 = new("D1", 0, 2, double.NegativeInfinity);
    public static readonly ScoreLaw D2 = new("D2", -3.5, 1.2, double.NegativeInfinity);
    public static readonly ScoreLaw D3 = new("D3", 2.5, 1.5, -1.1);

    public static ScoreLaw Named(string name) => name switch { "D1" => D1, "D2" => D2, _ => D3 };

    public Pair Draw(SplitMix random, double temperature)
    {
        double z = DrawLogit(random);
        return new(Sigma(z), random.Chance(Sigma(z / temperature)));
    }

    public CalibrationSketch Sketch(SplitMix random, int count, double temperature)
    {
        var sketch = new CalibrationSketch();
        for (int i = 0; i < count; i++)
        {
            var (p, y) = Draw(random, temperature);
            sketch.Add(p, y);
        }

        return sketch;
    }

    /// <summary>The ECE without sampling noise: 300 000 confidences against their true frequencies.</summary>
    public double TrueEce(int bins, double temperature)
    {
        const int Count = 300_000;
        var random = new SplitMix(987_654_321);
        double[] gaps = new double[bins];
        for (int i = 0; i < Count; i++)
        {
            double z = DrawLogit(random);
            gaps[Math.Min(bins - 1, (int)(Sigma(z) * bins))] += Sigma(z) - Sigma(z / temperature);
        }

        return gaps.Sum(Math.Abs) / Count;
    }

    private double DrawLogit(SplitMix random)
    {
        while (true)
        {
            double z = Mean + (Deviation * random.Normal());
            if (z >= Least) return z;
        }
    }

    private static double Sigma(double z) => 1 / (1 + Math.Exp(-z));
}

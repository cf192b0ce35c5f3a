using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Support;

/// <summary>A labeled prediction, for tests.</summary>
internal readonly record struct Pair(double P, bool Y);

internal static class Pairs
{
    /// <summary>Golden vector A: confidences on edges.</summary>
    public static readonly Pair[] A =
    [
        new(0, false), new(.1, true), new(.2, false), new(.3, true), new(.3, false), new(.4, false), new(.5, true), new(.6, false),
        new(.6, true), new(.7, true), new(.8, false), new(.9, true), new(.95, true), new(1, true), new(1, false),
    ];

    /// <summary>Golden vector B: 1000 pairs from splitmix64 with seed 42.</summary>
    public static readonly Pair[] B = MakeB();

    /// <summary>Pairs as careless models make them: on edges, at the ends, tiny, and anywhere.</summary>
    public static Pair[] Wild(SplitMix random, int count)
    {
        var pairs = new Pair[count];
        for (int i = 0; i < count; i++)
        {
            double p = random.Below(6) switch
            {
                0 => random.Below(61) / 60.0,
                1 => random.Below(2),
                2 => random.Unit() * 1e-9,
                3 => 1 - (random.Unit() * 1e-9),
                _ => random.Unit(),
            };
            pairs[i] = new(p, random.Chance(p * p * (3 - (2 * p))));
        }

        return pairs;
    }

    public static CalibrationSketch Sketch(this IEnumerable<Pair> pairs)
    {
        var sketch = new CalibrationSketch();
        foreach (var (p, y) in pairs) sketch.Add(p, y);
        return sketch;
    }

    /// <summary>Counts a prediction and its outcome.</summary>
    public static void Add(this CalibrationSketch sketch, double p, bool y)
    {
        sketch.AddPrediction(p);
        sketch.AddOutcome(p, y);
    }

    private static Pair[] MakeB()
    {
        var random = new SplitMix(42);
        var pairs = new Pair[1000];
        for (int i = 0; i < pairs.Length; i++)
        {
            double p = random.Unit();
            double v = random.Unit();
            pairs[i] = new(p, v < p * p * (3.0 - (2.0 * p)));
        }

        return pairs;
    }
}

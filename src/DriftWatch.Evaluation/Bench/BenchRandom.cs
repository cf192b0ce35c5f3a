using System.Numerics;
using DriftWatch.Core.Hashing;

namespace DriftWatch.Evaluation.Bench;

/// <summary>xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64: fast, and the same numbers on every machine and number of threads.</summary>
internal sealed class BenchRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;
    private double _spare = double.NaN;

    public BenchRandom(ulong seed) => (_a, _b, _c, _d) = (SplitMix64.Next(ref seed), SplitMix64.Next(ref seed), SplitMix64.Next(ref seed), SplitMix64.Next(ref seed));

    /// <summary>One seed of several numbers, so that every stream has its own.</summary>
    public static ulong Seed(ulong seed, string name, int index)
    {
        foreach (char letter in name) seed = (seed ^ letter) * 0x100000001B3;
        seed ^= (ulong)index << 32;
        return SplitMix64.Next(ref seed);
    }

    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1L << 53));

    public bool Chance(double probability) => Unit() < probability;

    /// <summary>Standard normal (Box and Muller, both of the pair).</summary>
    public double Normal()
    {
        if (!double.IsNaN(_spare))
        {
            double kept = _spare;
            _spare = double.NaN;
            return kept;
        }

        double radius = Math.Sqrt(-2 * Math.Log(1 - Unit()));
        var (sin, cos) = Math.SinCos(2 * Math.PI * Unit());
        _spare = radius * sin;
        return radius * cos;
    }

    /// <summary>How many things come of so many on average; by the normal law where that is many.</summary>
    public long Poisson(double mean)
    {
        if (mean > 200) return (long)Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        double below = Math.Exp(-mean), product = Unit();
        long count = 0;
        for (; product > below; product *= Unit()) count++;
        return count;
    }

    /// <summary>How many of so many come true; by the normal law where both kinds are many.</summary>
    public long Binomial(long count, double chance)
    {
        if (chance >= 1 || count == 0) return count;
        double variance = count * chance * (1 - chance);
        if (variance > 200) return (long)Math.Clamp(Math.Round((count * chance) + (Math.Sqrt(variance) * Normal())), 0, count);
        if (count > 2000) return chance <= 0.5 ? Math.Min(count, Poisson(count * chance)) : count - Math.Min(count, Poisson(count * (1 - chance)));
        long positives = 0;
        for (long i = 0; i < count; i++) positives += Chance(chance) ? 1 : 0;
        return positives;
    }

    /// <summary>Exponential with mean 1.</summary>
    public double Exponential() => -Math.Log(1 - Unit());
}

using DriftWatch.Core.Hashing;
using MathNet.Numerics;

namespace DriftWatch.Evaluation.Exact;

/// <summary>Pseudo-random draws that are the same on every machine and in every replay: splitmix64 and exact rejection samplers.</summary>
internal sealed class Draws(ulong seed)
{
    private const double SmallMean = 10;
    private ulong _state = seed;

    /// <summary>Uniform in [0, 1).</summary>
    public double Unit() => SplitMix64.Unit(ref _state);

    /// <summary>A Poisson count, by multiplying uniforms: for means of a few.</summary>
    public long Poisson(double mean)
    {
        double stop = Math.Exp(-mean);
        long count = 0;
        for (double product = Unit(); product > stop; product *= Unit()) count++;
        return count;
    }

    /// <summary>A binomial count. Large means by Hörmann's transformed rejection (BTRS, 1993), small ones by inversion.</summary>
    public long Binomial(long count, double probability)
    {
        if (count <= 0 || probability <= 0) return 0;
        if (probability >= 1) return count;
        if (probability > 0.5) return count - Binomial(count, 1 - probability);
        return count * probability < SmallMean ? Inverted(count, probability) : Rejected(count, probability);
    }

    private long Inverted(long count, double probability)
    {
        double odds = probability / (1 - probability);
        double mass = Math.Exp(count * Math.Log(1 - probability));
        double u = Unit();
        long k = 0;
        while (u > mass && k < count)
        {
            u -= mass;
            k++;
            mass *= odds * (count - k + 1) / k;
        }

        return k;
    }

    private long Rejected(long count, double probability)
    {
        double n = count;
        double root = Math.Sqrt(n * probability * (1 - probability));
        double b = 1.15 + (2.53 * root);
        double a = -0.0873 + (0.0248 * b) + (0.01 * probability);
        double centre = (n * probability) + 0.5;
        double squeeze = 0.92 - (4.2 / b);
        double alpha = (2.83 + (5.1 / b)) * root;
        double logOdds = Math.Log(probability / (1 - probability));
        double mode = Math.Floor((n + 1) * probability);
        double top = SpecialFunctions.GammaLn(mode + 1) + SpecialFunctions.GammaLn(n - mode + 1);
        while (true)
        {
            double u = Unit() - 0.5;
            double v = Unit();
            double edge = 0.5 - Math.Abs(u);
            double k = Math.Floor((((2 * a / edge) + b) * u) + centre);
            if (k < 0 || k > n) continue;
            if (edge >= 0.07 && v <= squeeze) return (long)k;
            double bound = top - SpecialFunctions.GammaLn(k + 1) - SpecialFunctions.GammaLn(n - k + 1) + ((k - mode) * logOdds);
            if (Math.Log(v * alpha / ((a / (edge * edge)) + b)) <= bound) return (long)k;
        }
    }
}

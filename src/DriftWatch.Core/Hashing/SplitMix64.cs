namespace DriftWatch.Core.Hashing;

/// <summary>splitmix64 (Steele, Lea and Flood 2014): numbers that look random and are the same on every machine. Not for secrets.</summary>
public static class SplitMix64
{
    /// <summary>Moves the state on, and gives the next number.</summary>
    public static ulong Next(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>The next number, uniform in [0, 1).</summary>
    public static double Unit(ref ulong state) => (Next(ref state) >> 11) * (1.0 / (1UL << 53));
}

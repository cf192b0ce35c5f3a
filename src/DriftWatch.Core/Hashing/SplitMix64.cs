namespace DriftWatch.Core.Hashing;

/// <summary>splitmix64 (Steele, Lea, Flood 2014): draws that are the same on every machine and in every replay, with one word of state.</summary>
public static class SplitMix64
{
    public static ulong Next(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

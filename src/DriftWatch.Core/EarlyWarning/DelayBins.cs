using System.Numerics;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>How label delays are cut: four bins an octave, from a millisecond to a century.</summary>
/// <remarks>A quantile read off the bins is right to within 25 % at worst, 19 % on most of them. Labels that come before their prediction count as coming at once.</remarks>
internal static class DelayBins
{
    private const int PerOctave = 4;

    /// <summary>One for no delay, and those of 42 octaves of milliseconds.</summary>
    public const int Count = 1 + (42 * PerOctave);

    public static int Of(TimeSpan delay)
    {
        long milliseconds = delay.Ticks / TimeSpan.TicksPerMillisecond;
        if (milliseconds < 1) return 0;
        int octave = BitOperations.Log2((ulong)milliseconds);
        int quarter = (int)((octave >= 2 ? milliseconds >> (octave - 2) : milliseconds << (2 - octave)) & 3);
        return Math.Min(Count - 1, 1 + (PerOctave * octave) + quarter);
    }

    /// <summary>The least delay of a bin.</summary>
    public static TimeSpan Lower(int bin) =>
        bin == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.ScaleB(1 + ((bin - 1) % PerOctave / (double)PerOctave), (bin - 1) / PerOctave));
}

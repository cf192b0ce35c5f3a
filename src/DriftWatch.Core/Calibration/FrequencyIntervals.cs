using MathNet.Numerics.Distributions;

namespace DriftWatch.Core.Calibration;

/// <summary>Intervals for a frequency besides <see cref="Intervals.Wilson(long, long, double)"/>, by quantiles of the beta law.</summary>
public static class FrequencyIntervals
{
    /// <summary>Clopper and Pearson: covers at least as often as it says, whatever the truth; wider than the others. [0, 1] without observations.</summary>
    /// <param name="positives">How often it came true.</param>
    /// <param name="count">Of how many.</param>
    /// <param name="level">Level, inside (0, 1).</param>
    public static Interval ClopperPearson(long positives, long count, double level = 0.95)
    {
        double tail = Tail(positives, count, level);
        return new(
            positives == 0 ? 0 : Beta.InvCDF(positives, count - positives + 1, tail),
            positives == count ? 1 : Beta.InvCDF(positives + 1, count - positives, 1 - tail));
    }

    /// <summary>Jeffreys: the middle of the beta law with half a prediction of prior weight on each side; near the level also for small counts.</summary>
    /// <param name="positives">How often it came true.</param>
    /// <param name="count">Of how many.</param>
    /// <param name="level">Level, inside (0, 1).</param>
    public static Interval Jeffreys(long positives, long count, double level = 0.95)
    {
        double tail = Tail(positives, count, level);
        var (a, b) = (positives + 0.5, count - positives + 0.5);
        return new(positives == 0 ? 0 : Beta.InvCDF(a, b, tail), positives == count ? 1 : Beta.InvCDF(a, b, 1 - tail));
    }

    private static double Tail(long positives, long count, double level)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(positives);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, positives);
        if (level is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "Lies inside (0, 1).");
        return (1 - level) / 2;
    }
}

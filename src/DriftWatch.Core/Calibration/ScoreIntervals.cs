namespace DriftWatch.Core.Calibration;

/// <summary>Intervals for means over labeled predictions: Brier score, log loss, frequencies. Null below two.</summary>
/// <remarks>
/// Each takes a factor by which dependence inflates the variance (at least 1): outcomes that share causes are worth fewer than they count. Second
/// moments of Brier score and log loss are read from fine bins at their mean confidence; the means are exact.
/// </remarks>
public static class ScoreIntervals
{
    /// <summary>By the normal law, from Σx and Σx².</summary>
    /// <param name="count">How many.</param>
    /// <param name="sum">Σx.</param>
    /// <param name="squares">Σx².</param>
    /// <param name="z">Normal quantile of the level.</param>
    /// <param name="inflation">Factor on the variance; at least 1.</param>
    public static Interval? Mean(long count, double sum, double squares, double z = Intervals.Z95, double inflation = 1)
    {
        if (count < 2) return null;
        double half = z * Math.Sqrt(Math.Max(1, inflation) * Variance(count, sum, squares) / count);
        return new((sum / count) - half, (sum / count) + half);
    }

    /// <summary>Empirical Bernstein: holds at any count for values in a range, without the normal law (Maurer and Pontil 2009).</summary>
    /// <param name="count">How many.</param>
    /// <param name="sum">Σx.</param>
    /// <param name="squares">Σx².</param>
    /// <param name="range">Largest less smallest value that x can have.</param>
    /// <param name="level">Level, inside (0, 1).</param>
    public static Interval? EmpiricalBernstein(long count, double sum, double squares, double range = 1, double level = 0.95)
    {
        if (level is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "Lies inside (0, 1).");
        if (count < 2) return null;
        double log = Math.Log(4 / (1 - level)); // two sides, and two events on each
        double half = Math.Sqrt(2 * Variance(count, sum, squares) * log / count) + (7 * range * log / (3 * (count - 1.0)));
        return new((sum / count) - half, (sum / count) + half);
    }

    public static Interval? Brier(CalibrationSketch sketch, double z = Intervals.Z95, double inflation = 1)
    {
        double squares = 0;
        foreach (var bin in FineBin.Of(sketch, stackalloc FineBin[sketch.Grid.Count]))
        {
            squares += (bin.Positives * Math.Pow(1 - bin.Mean, 4)) + ((bin.Labeled - bin.Positives) * Math.Pow(bin.Mean, 4));
        }

        return Mean(sketch.Labeled, sketch.SumSquaredError, squares, z, inflation);
    }

    public static Interval? LogLoss(CalibrationSketch sketch, double z = Intervals.Z95, double inflation = 1)
    {
        double squares = 0;
        foreach (var bin in FineBin.Of(sketch, stackalloc FineBin[sketch.Grid.Count]))
        {
            squares += Squared(bin.Positives, bin.Mean) + Squared(bin.Labeled - bin.Positives, 1 - bin.Mean);
        }

        return Mean(sketch.Labeled, sketch.SumLogLoss, squares, z, inflation);

        static double Squared(double count, double claim)
        {
            double loss = Math.Log(Math.Max(claim, Contribution.LogLossClip));
            return count * loss * loss;
        }
    }

    /// <summary>Wilson's interval with the count divided by the factor: for accuracy, observed frequencies, reliability at a threshold.</summary>
    /// <param name="positives">How often it came true.</param>
    /// <param name="count">Of how many.</param>
    /// <param name="inflation">Factor on the variance; at least 1.</param>
    /// <param name="z">Normal quantile of the level.</param>
    public static Interval Wilson(long positives, long count, double inflation, double z = Intervals.Z95)
    {
        if (count == 0) return new(0, 1);
        // n and z² enter as z² ÷ n only: fewer predictions are a larger z.
        return Intervals.Wilson(positives, count, z * Math.Sqrt(Math.Max(1, inflation)));
    }

    private static double Variance(long count, double sum, double squares) => Math.Max(0, squares - (sum * sum / count)) / (count - 1);
}

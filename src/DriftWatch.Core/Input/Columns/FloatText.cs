using System.Globalization;

namespace DriftWatch.Core.Input.Columns;

/// <summary>The double that a float32 is when it is written as the shortest decimal that gives it back, and read again: 0.1f is 0.1.</summary>
/// <remarks>So that a table with float32 and a CSV file of it give the same bits.</remarks>
public static class FloatText
{
    /// <summary>Below this a decimal of so few places could not hold all digits exactly in a double's 53 bits.</summary>
    private const float Smallest = 1f / 128;

    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];

    public static double Read(float value)
    {
        if (value is >= Smallest and <= 1)
        {
            foreach (double power in Powers)
            {
                double scaled = value * power; // exact: 24 bits times at most 24
                double whole = Math.Floor(scaled), part = scaled - whole;
                double nearest = (part > 0.5 ? whole + 1 : whole) / power;
                if ((float)nearest != value) continue;
                if (part == 0.5) break; // between two
                return nearest;
            }
        }

        Span<byte> text = stackalloc byte[32];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        return double.TryParse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out double read) && double.IsFinite(read) ? read : double.NaN;
    }
}

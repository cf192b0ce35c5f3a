using System.Globalization;
using System.Runtime.CompilerServices;

namespace DriftWatch.Messages;

/// <summary>Reads decimal numbers out of UTF-8 text: the same doubles as <see cref="double.Parse(string)"/>, to the bit.</summary>
/// <remarks>
/// Short decimals take Clinger's fast path ("How to read floating point numbers accurately", 1990): an integer below 2^53 and a
/// power of ten up to 10^22 are exact doubles, so one correctly rounded operation on them is the correctly rounded result.
/// </remarks>
public static class NumberText
{
    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>Reads a number; infinite where it is too large for a double.</summary>
    public static bool TryDouble(ReadOnlySpan<byte> text, out double value)
    {
        ulong mantissa = 0;
        int digits = 0;
        int point = -1;
        int at = text.Length > 0 && text[0] == '-' ? 1 : 0;
        int start = at;
        for (; at < text.Length; at++)
        {
            uint digit = (uint)text[at] - '0';
            if (digit <= 9)
            {
                mantissa = (mantissa * 10) + digit;
                if (++digits > 18) return TrySlow(text, out value);
            }
            else if (text[at] == '.' && point < 0 && at > start)
            {
                point = at;
            }
            else
            {
                return TrySlow(text, out value);
            }
        }

        int decimals = point < 0 ? 0 : text.Length - point - 1;
        if (digits == 0 || (point >= 0 && decimals == 0) || mantissa > 1UL << 53) return TrySlow(text, out value);
        value = mantissa / PowersOfTen[decimals];
        if (start == 1) value = -value;
        return true;
    }

    /// <summary>Reads a run of digits, with a minus before it or not; false if it is anything else or does not fit.</summary>
    public static bool TryInteger(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        int start = text.Length > 0 && text[0] == '-' ? 1 : 0;
        if (text.Length == start || text.Length > 18 + start) return false;
        for (int i = start; i < text.Length; i++)
        {
            uint digit = (uint)text[i] - '0';
            if (digit > 9) return false;
            value = (value * 10) + digit;
        }

        if (start == 1) value = -value;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TrySlow(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
}

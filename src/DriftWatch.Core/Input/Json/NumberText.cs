using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace DriftWatch.Core.Input.Json;

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

    private static readonly ulong[] IntegerPowersOfTen = [.. Enumerable.Range(0, 17).Select(i => (ulong)PowersOfTen[i])];

    /// <summary>Reads a number; infinite where it is too large for a double.</summary>
    public static bool TryDouble(ReadOnlySpan<byte> text, out double value)
    {
        // What nearly all probabilities look like: one digit, the point, 2 to 16 digits.
        if (text.Length is >= 4 and <= 18 && text[1] == '.' && TryOneDigitAndFraction(text, out value)) return true;
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

    private static bool TryOneDigitAndFraction(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        uint whole = (uint)text[0] - '0';
        int decimals = text.Length - 2;
        ulong fraction = 0;
        bool areDigits = whole <= 9;
        int last = decimals;
        if (decimals > 8)
        {
            last -= 8;
            areDigits &= TryDigits(BinaryPrimitives.ReadUInt64LittleEndian(text[2..]), 8, out fraction);
        }

        areDigits &= TryDigits(Ending(text), last, out ulong rest);
        ulong mantissa = (whole * IntegerPowersOfTen[decimals]) + (fraction * IntegerPowersOfTen[last]) + rest;
        if (!areDigits || mantissa > 1UL << 53) return false;
        value = mantissa / PowersOfTen[decimals];
        return true;
    }

    /// <summary>The last eight bytes of at least four; what the text lacks is missing at the low end.</summary>
    private static ulong Ending(ReadOnlySpan<byte> text)
    {
        if (text.Length >= 8) return BinaryPrimitives.ReadUInt64LittleEndian(text[^8..]);
        ulong first = BinaryPrimitives.ReadUInt32LittleEndian(text);
        ulong last = BinaryPrimitives.ReadUInt32LittleEndian(text[^4..]);
        return (last << 32) | (first << (8 * (8 - text.Length)));
    }

    /// <summary>The number that the last digits of a word make, the highest byte being the last of them: all of them at once, in pairs, then in fours.</summary>
    private static bool TryDigits(ulong word, int count, out ulong value)
    {
        ulong digits = (word ^ 0x3030303030303030) & (ulong.MaxValue << (8 * (8 - count)));
        bool areDigits = ((digits | (digits + 0x7676767676767676)) & 0x8080808080808080) == 0;
        ulong pairs = (digits * 10) + (digits >> 8);
        value = (((pairs & 0x000000FF000000FF) * 0x000F424000000064) + (((pairs >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
        return areDigits;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TrySlow(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
}

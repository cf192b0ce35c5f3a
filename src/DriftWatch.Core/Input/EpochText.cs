using DriftWatch.Core.Input.Json;

namespace DriftWatch.Core.Input;

/// <summary>Reads a count of seconds, or parts of seconds, since 1970 out of decimal text, exactly: no double stands in between.</summary>
internal static class EpochText
{
    /// <summary>From here on one more digit makes 19, which is no time that anyone means.</summary>
    private const long TooMany = 100_000_000_000_000_000;

    /// <summary>Whole milliseconds, parts of one cut off; false for what is no number, is negative, or has more than 18 digits before its point.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, TimestampUnit unit, out long milliseconds)
    {
        if (unit == TimestampUnit.Milliseconds && NumberText.TryInteger(text, out milliseconds)) return milliseconds >= 0;
        milliseconds = 0;
        if (!TrySplit(text, out var whole, out var fraction, out int exponent)) return false;
        bool negative = text[0] == '-';

        // How many digits stand before the point of the number of milliseconds.
        long point = (long)whole.Length + exponent + unit switch
        {
            TimestampUnit.Seconds => 3,
            TimestampUnit.Microseconds => -3,
            TimestampUnit.Nanoseconds => -6,
            _ => 0,
        };
        bool isZero = true;
        int digits = whole.Length + fraction.Length;
        for (long i = 0; i < digits || (i < point && !isZero); i++)
        {
            int digit = i < whole.Length ? whole[(int)i] - '0' : i < digits ? fraction[(int)i - whole.Length] - '0' : 0;
            isZero &= digit == 0;
            if (i >= point) continue;
            if (milliseconds >= TooMany) return false;
            milliseconds = (milliseconds * 10) + digit;
        }

        return isZero || !negative;
    }

    // [-+] digits [. [digits]] [e [-+] digits]
    private static bool TrySplit(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> whole, out ReadOnlySpan<byte> fraction, out int exponent)
    {
        int at = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        whole = Digits(text, ref at);
        fraction = default;
        exponent = 0;
        if (whole.Length == 0) return false;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            fraction = Digits(text, ref at);
        }

        if (at == text.Length) return true;
        if ((text[at++] | 0x20) != 'e') return false;
        bool less = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+') at++;
        var power = Digits(text, ref at);
        if (power.Length is 0 or > 4 || at != text.Length) return false;
        foreach (byte digit in power) exponent = (exponent * 10) + digit - '0';
        if (less) exponent = -exponent;
        return true;
    }

    private static ReadOnlySpan<byte> Digits(ReadOnlySpan<byte> text, scoped ref int at)
    {
        int start = at;
        while (at < text.Length && (uint)text[at] - '0' <= 9) at++;
        return text[start..at];
    }
}

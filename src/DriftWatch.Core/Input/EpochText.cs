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
        if (!DecimalText.TrySplit(text, out var whole, out var fraction, out int exponent)) return false;
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
}

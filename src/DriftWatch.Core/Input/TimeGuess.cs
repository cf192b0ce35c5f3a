using System.Globalization;

namespace DriftWatch.Core.Input;

/// <summary>What a time that was refused was probably meant to be. It names a form, never the value.</summary>
/// <param name="Form">What it looks like: <c>epoch seconds</c>.</param>
/// <param name="Unit">The unit that would read it; null: none would.</param>
public sealed record TimeGuess(string Form, TimestampUnit? Unit = null)
{
    private static readonly TimeGuess Unset = new("a time that was never set");
    private static readonly TimeGuess Date = new("a date written as digits, yyyymmdd");
    private static readonly TimeGuess DateAndTime = new("a date and time written as digits, yyyymmddhhmmss");
    private static readonly TimeGuess WithoutOffset = new("a date or time without an offset");

    /// <summary>Forms that numbers have: how many seconds one is, and where they begin, in seconds from 1970.</summary>
    private static readonly (TimeGuess Guess, decimal Seconds, decimal Origin)[] Forms =
    [
        (new("epoch seconds", TimestampUnit.Seconds), 1m, 0),
        (new("epoch milliseconds", TimestampUnit.Milliseconds), 0.001m, 0),
        (new("epoch microseconds", TimestampUnit.Microseconds), 0.000_001m, 0),
        (new("epoch nanoseconds", TimestampUnit.Nanoseconds), 0.000_000_001m, 0),
        (new("days since 1970"), 86_400m, 0),
        (new("days since 1900, as spreadsheets have them"), 86_400m, -25_569m * 86_400m),
        (new("ticks of .NET, since the year 1"), 0.000_000_1m, -62_135_596_800m),
    ];

    /// <summary>Times that somebody is likely to mean, in seconds from 1970: 2000 to 2050. Within it no two forms meet.</summary>
    private const decimal Earliest = 946_684_800, Latest = 2_524_608_000;

    /// <summary>Numbers beyond mean no time in any form, and decimals end not far from it.</summary>
    private const decimal Largest = 1e20m;

    /// <summary>Guesses; null: it looks like nothing that is known.</summary>
    public static TimeGuess? Of(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("0001-01-01"u8) || text.StartsWith("1970-01-01"u8)) return Unset;
        if (IsWithoutOffset(text)) return WithoutOffset;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) || Math.Abs(number) > Largest) return null;
        if (number == 0) return Unset;
        if (OfDigits(text) is { } written) return written;
        foreach (var (guess, each, origin) in Forms)
        {
            if ((number * each) + origin is >= Earliest and < Latest) return guess;
        }

        return null;
    }

    // 2026-11-21, and 2026-11-21T10:00:00 with neither Z nor an offset behind it.
    private static bool IsWithoutOffset(ReadOnlySpan<byte> text)
    {
        if (text.Length < 10 || text[4] != '-' || text[7] != '-') return false;
        return text[^1] is not ((byte)'Z' or (byte)'z') && !text[10..].ContainsAny((byte)'+', (byte)'-');
    }

    private static TimeGuess? OfDigits(ReadOnlySpan<byte> text)
    {
        if (text.Length is not (8 or 12 or 14) || text.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return null;
        int year = Number(text[..4]), month = Number(text[4..6]), day = Number(text[6..8]);
        if (year is < 1900 or > 2100 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return null;
        if (text.Length == 8) return Date;
        return Number(text[8..10]) < 24 && Number(text[10..12]) < 60 && (text.Length == 12 || Number(text[12..14]) < 60) ? DateAndTime : null;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        int number = 0;
        foreach (byte digit in digits) number = (number * 10) + digit - '0';
        return number;
    }
}

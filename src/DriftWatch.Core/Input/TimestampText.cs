using System.Runtime.Intrinsics;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input;

/// <summary>Reads event time: a count of milliseconds or of another unit from 1970 on, or RFC 3339 with its offset.</summary>
/// <remarks>
/// Parts of a millisecond are cut off towards the past. A time without an offset is refused, since nobody can say which moment it means.
/// A leap second (<c>:60</c>) counts as the first second of the next minute.
/// </remarks>
public static class TimestampText
{
    // A bit for every digit of yyyy-MM-ddThh:mm, the first one lowest.
    private const uint DigitsOfMinutes = 0b1101_1011_0110_1111;

    /// <summary>Reads a number's text or a time's text; false if it is neither or outside <see cref="EventTime.Earliest"/> to <see cref="EventTime.Latest"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out EventTime time) => TryRead(text, TimestampUnit.Milliseconds, out time);

    /// <summary>Reads a number's text in that unit, or a time's text.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, TimestampUnit unit, out EventTime time)
    {
        bool read = text.Length > 10 && text[4] == '-' && text[7] == '-' ? TryRfc3339(text, out long milliseconds) : EpochText.TryRead(text, unit, out milliseconds);
        time = new EventTime(milliseconds);
        return read && time >= EventTime.Earliest && time <= EventTime.Latest;
    }

    private static bool TryRfc3339(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < 20 || text[16] != ':') return false;
        // The first 16 bytes are read at once: yyyy-MM-ddThh:mm.
        var bytes = Vector128.Create(text[..16]);
        uint digits = Vector128.LessThan(bytes - Vector128.Create((byte)'0'), Vector128.Create((byte)10)).ExtractMostSignificantBits();
        if (digits != DigitsOfMinutes || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[13] != ':') return false;
        var pairs = Vector128.Shuffle(bytes & Vector128.Create((byte)0x0F), Vector128.Create((byte)0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 255, 255, 255, 255)).AsUInt16();
        var parts = ((pairs & Vector128.Create((ushort)0xFF)) * Vector128.Create((ushort)10)) + (pairs >>> 8);
        int year = (parts[0] * 100) + parts[1];
        int month = parts[2];
        int day = parts[3];
        int hour = parts[4];
        int minute = parts[5];
        int second = TwoDigits(text, 17);
        if (year < 1 || (uint)(month - 1) > 11 || day < 1 || (uint)hour > 23 || (uint)minute > 59 || (uint)second > 60) return false;
        if (day > 28 && day > DateTime.DaysInMonth(year, month)) return false;

        int at = 19;
        int fraction = 0;
        if (text[at] == '.' && !TryFraction(text, ref at, out fraction)) return false;
        if (!TryOffset(text[at..], out int offsetMinutes)) return false;
        long minutes = (((DaysSinceEpoch(year, month, day) * 24) + hour) * 60) + minute - offsetMinutes;
        milliseconds = (((minutes * 60) + second) * 1000) + fraction;
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, ref int at, out int milliseconds)
    {
        milliseconds = 0;
        int weight = 100;
        int start = ++at;
        for (; at < text.Length && (uint)text[at] - '0' <= 9; at++)
        {
            milliseconds += (text[at] - '0') * weight;
            weight /= 10;
        }

        return at > start;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1) return text[0] is (byte)'Z' or (byte)'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;
        int hours = TwoDigits(text, 1);
        int rest = TwoDigits(text, 4);
        if ((uint)hours > 23 || (uint)rest > 59) return false;
        minutes = ((hours * 60) + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    /// <summary>A number of two digits; negative and far from zero where a character is none.</summary>
    private static int TwoDigits(ReadOnlySpan<byte> text, int at)
    {
        uint tens = (uint)text[at] - '0';
        uint ones = (uint)text[at + 1] - '0';
        return tens <= 9 && ones <= 9 ? (int)((tens * 10) + ones) : -1_000_000;
    }

    /// <summary>Days of the proleptic Gregorian calendar, counted in years that begin in March so that the leap day is the last.</summary>
    private static long DaysSinceEpoch(int year, int month, int day)
    {
        int shifted = month <= 2 ? year - 1 : year;
        int monthFromMarch = (month + 9) % 12;
        int dayOfYear = (((153 * monthFromMarch) + 2) / 5) + day - 1;
        return (365L * shifted) + (shifted / 4) - (shifted / 100) + (shifted / 400) + dayOfYear - 719_468;
    }
}

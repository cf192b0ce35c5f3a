using System.Globalization;
using System.Text;
using System.Xml;

namespace DriftWatch.Core.Time;

/// <summary>Durations as people write them: <c>1h30m</c>, <c>7d</c>, <c>500ms</c>, <c>0s</c>; ISO 8601 (<c>PT1H30M</c>) and <c>[d.]hh:mm:ss</c> are read too.</summary>
/// <remarks>Law: what <see cref="Format"/> writes, <see cref="TryParse(string, out TimeSpan)"/> reads back as the same value. The unit of event time is the millisecond, so a finer duration is refused unless it is asked for.</remarks>
public static class Durations
{
    /// <summary>What to say to someone who wrote something else.</summary>
    public const string Expected = "a duration such as 500ms, 30s, 1h30m or 7d";

    /// <summary>The longest duration that is read: a hundred years.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(36_525);

    // Largest first: the order in which parts must come.
    private static readonly (string Unit, long Milliseconds)[] Units =
        [("w", 7 * 86_400_000L), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    public static bool TryParse(string text, out TimeSpan duration) => TryParse(text, TimeSpan.FromMilliseconds(1), out duration);

    /// <summary>Reads a duration that is a whole number of <paramref name="finest"/>. Only the form of ISO 8601 allocates.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, TimeSpan finest, out TimeSpan duration)
    {
        text = text.Trim();
        duration = default;
        bool read = text is "0"
            || (text.StartsWith('P') ? TryParseIso(text.ToString(), out duration)
            : text.Contains(':') ? TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration)
            : TryParseParts(text, out duration));
        return read && duration >= TimeSpan.Zero && duration <= Longest && duration.Ticks % finest.Ticks == 0;
    }

    /// <summary>The shortest way to write it in whole days, hours, minutes, seconds and milliseconds.</summary>
    public static string Format(TimeSpan duration)
    {
        long rest = duration.Ticks / TimeSpan.TicksPerMillisecond;
        if (rest == 0) return "0s";
        var text = new StringBuilder();
        foreach (var (unit, size) in Units.AsSpan(1)) // no weeks: 7d reads more easily than 1w
        {
            if (rest / size is > 0 and var count) text.Append(count).Append(unit);
            rest %= size;
        }

        return text.ToString();
    }

    /// <summary>The whole number of the largest unit that fits: what the <c>window</c> tag and parameter say.</summary>
    public static string Name(TimeSpan width) => width.Ticks switch
    {
        var t when t % TimeSpan.TicksPerDay == 0 => $"{t / TimeSpan.TicksPerDay}d",
        var t when t % TimeSpan.TicksPerHour == 0 => $"{t / TimeSpan.TicksPerHour}h",
        var t when t % TimeSpan.TicksPerMinute == 0 => $"{t / TimeSpan.TicksPerMinute}m",
        var t when t % TimeSpan.TicksPerSecond == 0 => $"{t / TimeSpan.TicksPerSecond}s",
        _ => $"{width.TotalMilliseconds:0.###}ms",
    };

    /// <summary>About how long, in at most two units: <c>3 min</c>, <c>2 h 5 min</c>, <c>4 d</c>.</summary>
    public static string About(TimeSpan span)
    {
        if (span < TimeSpan.Zero) span = -span;
        return span switch
        {
            { TotalSeconds: < 1 } => "under 1 s",
            { TotalSeconds: < 100 } => $"{span.TotalSeconds:0} s",
            { TotalMinutes: < 60 } => $"{span.TotalMinutes:0} min",
            { TotalHours: < 24 } => span.Minutes == 0 ? $"{(int)span.TotalHours} h" : $"{(int)span.TotalHours} h {span.Minutes} min",
            _ => span.Hours == 0 ? $"{(int)span.TotalDays} d" : $"{(int)span.TotalDays} d {span.Hours} h",
        };
    }

    // A number and a unit, again and again, units falling, each at most once.
    private static bool TryParseParts(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        decimal milliseconds = 0;
        int at = 0, lastUnit = -1;
        while (at < text.Length)
        {
            int number = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.')) at++;
            int unit = at;
            while (at < text.Length && char.IsAsciiLetter(text[at])) at++;
            int index = Units.Length - 1;
            while (index >= 0 && !text[unit..at].SequenceEqual(Units[index].Unit)) index--;
            if (index <= lastUnit
                || !decimal.TryParse(text[number..unit], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)
                || count > 1e12m)
            {
                return false;
            }

            milliseconds += count * Units[index].Milliseconds;
            lastUnit = index;
        }

        decimal ticks = milliseconds * TimeSpan.TicksPerMillisecond;
        if (lastUnit < 0 || ticks != decimal.Truncate(ticks) || ticks > Longest.Ticks) return false;
        duration = new TimeSpan((long)ticks);
        return true;
    }

    // XmlConvert takes a month for 30 days and a year for 365: we rather ask than guess.
    private static bool TryParseIso(string text, out TimeSpan duration)
    {
        duration = default;
        string date = text.Split('T')[0];
        if (date.Contains('Y') || date.Contains('M')) return false;
        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException)
        {
            return false;
        }
    }
}

namespace DriftWatch.Json;

/// <summary>Window widths and waits as people write them: <c>1h</c>, <c>6h</c>, <c>1d</c>, <c>90s</c>.</summary>
internal static class WidthNames
{
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
}

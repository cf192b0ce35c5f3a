using System.Diagnostics;

namespace DriftWatch.Core.Input;

/// <summary>What a number in the place of a time counts, from 1970-01-01T00:00:00Z on.</summary>
public enum TimestampUnit
{
    Milliseconds = 0,
    Seconds,
    Microseconds,
    Nanoseconds,
}

public static class TimestampUnits
{
    public static readonly IReadOnlyList<TimestampUnit> All = [TimestampUnit.Seconds, TimestampUnit.Milliseconds, TimestampUnit.Microseconds, TimestampUnit.Nanoseconds];

    /// <summary>The unit as it is configured: <c>s</c>, <c>ms</c>, <c>us</c>, <c>ns</c>.</summary>
    public static string Symbol(this TimestampUnit unit) => unit switch
    {
        TimestampUnit.Seconds => "s",
        TimestampUnit.Microseconds => "us",
        TimestampUnit.Nanoseconds => "ns",
        TimestampUnit.Milliseconds => "ms",
        _ => throw new UnreachableException(),
    };
}

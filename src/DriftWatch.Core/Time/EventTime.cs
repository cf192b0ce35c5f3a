namespace DriftWatch.Core.Time;

/// <summary>A moment of event time: when something happened, in whole milliseconds since 1970-01-01T00:00:00Z.</summary>
/// <remarks>
/// The core knows no other time. Supported range: <see cref="Earliest"/> to <see cref="Latest"/> (42 bits of
/// milliseconds, the year 2109); readers reject what lies outside as <c>timestamp_range</c>.
/// </remarks>
public readonly record struct EventTime(long Milliseconds) : IComparable<EventTime>
{
    public static readonly EventTime Earliest = new(0);
    /// <summary>2000-01-01T00:00:00Z. What is earlier is a number in another unit, or no time at all, far more often than it is meant.</summary>
    public static readonly EventTime Year2000 = new(946_684_800_000);

    public static readonly EventTime Latest = new((1L << 42) - 1);

    public static EventTime From(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());

    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds);

    /// <summary>The start of the stretch of <paramref name="width"/> that holds this moment, on a grid through <paramref name="origin"/>.</summary>
    public EventTime FloorTo(TimeSpan width, EventTime origin = default)
    {
        long step = width.Ticks / TimeSpan.TicksPerMillisecond;
        long offset = (Milliseconds - origin.Milliseconds) % step;
        return new(Milliseconds - (offset < 0 ? offset + step : offset));
    }

    public static EventTime Min(EventTime left, EventTime right) => left <= right ? left : right;

    public static EventTime Max(EventTime left, EventTime right) => left >= right ? left : right;

    public int CompareTo(EventTime other) => Milliseconds.CompareTo(other.Milliseconds);

    public static EventTime operator +(EventTime time, TimeSpan span) => new(time.Milliseconds + (span.Ticks / TimeSpan.TicksPerMillisecond));
    public static EventTime operator -(EventTime time, TimeSpan span) => new(time.Milliseconds - (span.Ticks / TimeSpan.TicksPerMillisecond));
    public static TimeSpan operator -(EventTime left, EventTime right) => TimeSpan.FromMilliseconds(left.Milliseconds - right.Milliseconds);
    public static bool operator <(EventTime left, EventTime right) => left.Milliseconds < right.Milliseconds;
    public static bool operator >(EventTime left, EventTime right) => left.Milliseconds > right.Milliseconds;
    public static bool operator <=(EventTime left, EventTime right) => left.Milliseconds <= right.Milliseconds;
    public static bool operator >=(EventTime left, EventTime right) => left.Milliseconds >= right.Milliseconds;

    /// <summary>RFC 3339 in UTC, with milliseconds only where they are not zero.</summary>
    public override string ToString() =>
        ToDateTimeOffset().ToString(Milliseconds % 1000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

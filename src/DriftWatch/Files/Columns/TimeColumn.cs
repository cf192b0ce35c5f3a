using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Files.Columns;

/// <summary>A column of counts since 1970, whose unit is its own.</summary>
internal sealed class TimeColumn(ValuesOf<long> values, Presence presence, TimestampUnit unit) : ValueColumn<long>(values, presence)
{
    public override void Times(int start, TimestampUnit ofNumbers, Span<long> into) => Make(start, into, NoTime, new Time(unit));

    private readonly struct Time(TimestampUnit unit) : IMaker<long, long>
    {
        // What is before 1970 is refused anyway, and cut off in another direction.
        public long Make(long count) => count < 0 ? NoTime : unit switch
        {
            TimestampUnit.Seconds => count > EventTime.Latest.Milliseconds ? NoTime : count * 1000,
            TimestampUnit.Microseconds => count / 1000,
            TimestampUnit.Nanoseconds => count / 1_000_000,
            _ => count,
        };
    }
}

/// <summary>A column of .NET's times, which are taken for UTC.</summary>
internal sealed class DateTimeColumn(ValuesOf<DateTime> values, Presence presence) : ValueColumn<DateTime>(values, presence)
{
    public override void Times(int start, TimestampUnit ofNumbers, Span<long> into) => Make(start, into, NoTime, default(Time));

    private readonly struct Time : IMaker<DateTime, long>
    {
        public long Make(DateTime value) => (value.Ticks / TimeSpan.TicksPerMillisecond) - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMillisecond);
    }
}

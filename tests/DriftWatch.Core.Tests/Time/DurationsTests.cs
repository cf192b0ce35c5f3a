using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace DriftWatch.Core.Time;

public class DurationsTests
{
    [Theory]
    [InlineData("7d", 7 * 86_400_000L)]
    [InlineData("24h", 86_400_000L)]
    [InlineData("1h30m", 5_400_000L)]
    [InlineData("500ms", 500L)]
    [InlineData("0s", 0L)]
    [InlineData("0", 0L)]
    [InlineData("1w2d", 9 * 86_400_000L)]
    [InlineData("1.5h", 5_400_000L)]
    [InlineData("0.5s", 500L)]
    [InlineData("1m1ms", 60_001L)]
    [InlineData("PT1H30M", 5_400_000L)]
    [InlineData("P7D", 7 * 86_400_000L)]
    [InlineData("01:30:00", 5_400_000L)]
    [InlineData("1.00:00:00", 86_400_000L)]
    [InlineData(" 90m ", 5_400_000L)]
    public void Durations_are_read_as_people_write_them(string text, long milliseconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("h")]
    [InlineData("5 h")]
    [InlineData("5H")]
    [InlineData("-5s")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("1..5h")]
    [InlineData("0.5ms")]
    [InlineData("1y")]
    [InlineData("P1M")]
    [InlineData("P1Y")]
    [InlineData("PT")]
    [InlineData("-PT5S")]
    [InlineData("25:00:00")]
    [InlineData("9999999999999d")]
    [InlineData("99999999999999999999999999999999999d")]
    [InlineData("soon")]
    [InlineData("1h30")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Durations.TryParse(text, out _));

    [Fact]
    public void What_is_written_is_read_back_as_the_same_duration()
    {
        // Whole milliseconds up to the longest: small ones, large ones, and round ones of each unit.
        var any = Gen.OneOf(
            Gen.Choose(0, 100_000).Select(ms => (long)ms),
            Gen.Choose(0, 100_000).Select(s => s * 1000L),
            Gen.Choose(0, 800_000).Select(h => h * 3_600_000L),
            Gen.Choose(0, int.MaxValue).Select(ms => (ms * 1469L) % 3_155_760_000_000L));
        Check.QuickThrowOnFailure(Prop.ForAll(any.ToArbitrary(), milliseconds =>
        {
            var duration = TimeSpan.FromMilliseconds(milliseconds);
            return Durations.TryParse(Durations.Format(duration), out var back) && back == duration;
        }));
    }

    [Theory]
    [InlineData(5_400_000L, "1h30m")]
    [InlineData(86_400_000L, "1d")]
    [InlineData(0L, "0s")]
    [InlineData(61_001L, "1m1s1ms")]
    public void Durations_are_written_in_the_largest_units(long milliseconds, string text) =>
        Assert.Equal(text, Durations.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData("0.25ms", 2500), InlineData("1s0.5ms", 10_005_000), InlineData("PT0.0000001S", 1)]
    public void A_finer_duration_is_read_where_it_is_asked_for(string text, long ticks)
    {
        Assert.False(Durations.TryParse(text, out _));
        Assert.True(Durations.TryParse(text, TimeSpan.FromTicks(1), out var duration));
        Assert.Equal(ticks, duration.Ticks);
    }
}

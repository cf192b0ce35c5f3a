using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Pipeline.Diagnosis;

public sealed class RecentCountsTests
{
    private static readonly EventTime Start = new(1_800_000_000_000);

    private readonly RecentCounts _counts = new(2);
    private EventTime _clock = Start;

    [Fact]
    public void Of_a_fast_topic_the_last_half_minute_to_minute_counts()
    {
        Feed(10_000, wrong: true, every: TimeSpan.FromMilliseconds(100));
        Assert.InRange(_counts[0], 300, 600);

        Feed(600, wrong: false, every: TimeSpan.FromMilliseconds(100));

        Assert.InRange(_counts[0], 300, 600);
        Assert.Equal(0, _counts[1]);
    }

    [Fact]
    public void Of_a_slow_topic_the_last_fifty_to_hundred_records_count()
    {
        Feed(300, wrong: true, every: TimeSpan.FromMinutes(5));
        Assert.InRange(_counts[0], RecentCounts.Full, 2 * RecentCounts.Full);

        Feed(2 * RecentCounts.Full, wrong: false, every: TimeSpan.FromMinutes(5));

        Assert.Equal(0, _counts[1]);
    }

    [Fact]
    public void A_burst_after_a_pause_does_not_push_out_what_was_before()
    {
        Feed(1000, wrong: false, every: TimeSpan.FromMilliseconds(100));
        Pass(TimeSpan.FromMinutes(10));

        Feed(60, wrong: true, every: TimeSpan.FromMilliseconds(20));

        Assert.Equal(60, _counts[1]);
        Assert.True(2 * _counts[1] < _counts[0], $"{_counts[1]} of {_counts[0]} are wrong.");
    }

    [Fact]
    public void A_daily_batch_is_known_until_the_next_and_forgotten_when_there_is_none()
    {
        _counts.Turn(_clock);
        for (int i = 0; i < 10_000; i++) _counts.Add(0);
        Pass(TimeSpan.FromHours(23.9));
        Assert.Equal(10_000, _counts[0]);

        Pass(TimeSpan.FromHours(30));

        Assert.Equal(0, _counts[0]);
    }

    private void Feed(int records, bool wrong, TimeSpan every)
    {
        for (int i = 0; i < records; i++)
        {
            _clock += every;
            _counts.Turn(_clock);
            _counts.Add(0);
            if (wrong) _counts.Add(1);
        }
    }

    private void Pass(TimeSpan time)
    {
        for (var end = _clock + time; _clock < end; _clock += TimeSpan.FromMinutes(1)) _counts.Turn(_clock);
    }
}

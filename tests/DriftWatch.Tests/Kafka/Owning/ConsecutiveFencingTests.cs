using Xunit;

namespace DriftWatch.Kafka.Owning;

public sealed class ConsecutiveFencingTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void The_third_time_in_a_row_is_no_accident_however_long_each_restore_takes()
    {
        var row = new ConsecutiveFencing(_time);
        bool[] refused = new bool[3];
        for (int i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(10));
            row.TookOver();
            row.Committed();
            refused[i] = row.FencedAsOwner();
        }

        Assert.Equal([false, false, true], refused);
    }

    [Fact]
    public void Two_minutes_of_work_or_a_rightful_successor_end_the_row()
    {
        var row = new ConsecutiveFencing(_time);
        for (int i = 0; i < 10; i++)
        {
            row.TookOver();
            Assert.False(row.FencedAsOwner());
            row.TookOver();
            Assert.False(row.FencedAsOwner());
            row.TookOver();
            if (i % 2 == 0) row.HandedOver();
            _time.Advance(ConsecutiveFencing.Calm);
            row.Committed();
        }
    }
}

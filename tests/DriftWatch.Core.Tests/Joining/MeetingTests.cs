using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Core.Joining;

/// <summary>The join tells of every label and prediction of one id how they stood to each other, whichever came first.</summary>
public sealed class MeetingTests
{
    private readonly MonitorOptions _options = new() { Default = new ModelOptions { Join = new JoinRule { Horizon = TimeSpan.FromSeconds(10), Lead = TimeSpan.FromSeconds(1) } } };

    [Theory]
    [InlineData(4000, "1", Arrival.Matched)]
    [InlineData(-1000, "1", Arrival.Matched)]
    [InlineData(-1001, "1", Arrival.Orphaned)]
    [InlineData(10_001, "1", Arrival.Orphaned)]
    [InlineData(4000, "cat", Arrival.Unreadable)]
    public void Both_orders_tell_the_same(int delay, string label, Arrival fate)
    {
        var expected = new Meeting(0, TimeSpan.FromMilliseconds(delay), fate);
        var first = Joiner();
        first.Add(Prediction());
        Assert.False(first.Meeting.Happened);
        first.Add(Label(delay, label));
        var second = Joiner();
        second.Add(Label(delay, label));
        Assert.False(second.Meeting.Happened);
        second.Add(Prediction());

        Assert.Equal((expected, expected), (first.Meeting, second.Meeting));
    }

    [Fact]
    public void A_record_that_meets_nothing_does_not_inherit_the_meeting_before()
    {
        var joiner = Joiner();
        joiner.Add(Prediction());
        joiner.Add(Label(1000, "1"));
        Assert.True(joiner.Meeting.Happened);

        joiner.Add(Label(1000, "1") with { Id = new(9, 9) });
        Assert.False(joiner.Meeting.Happened);
        joiner.Add(Label(1000, "1"));
        Assert.Equal(Arrival.Duplicate, joiner.Meeting.Label);
        joiner.Add(Prediction() with { Id = new(8, 8) });
        Assert.False(joiner.Meeting.Happened);
    }

    private PredictionJoiner Joiner()
    {
        var routes = new RouteTable(_options.Routing);
        Assert.True(routes.TryRegister(1, new RouteDescription("m", "1", View.Binary, null, []), out _));
        return new PredictionJoiner(_options.Joining, routes, new RecordingSink());
    }

    private static Prediction Prediction() => new(new(1, 1), new(100_000), 0, 0.8);

    private static Label Label(int delay, string name) => new(new(1, 1), new(100_000 + delay), LabelValue.Class(name));
}

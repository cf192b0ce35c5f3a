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
        var first = Joiner();
        Assert.False(first.Add(Prediction()).Met);
        Assert.True(first.Add(Label(delay, label)).Met);
        var one = Assert.Single(first.Meetings.ToArray());
        var second = Joiner();
        Assert.False(second.Add(Label(delay, label)).Met);
        Assert.True(second.Add(Prediction()).Met);
        var other = Assert.Single(second.Meetings.ToArray());

        Assert.Equal((0, TimeSpan.FromMilliseconds(delay), fate), (one.Route, one.Delay, one.Label));
        Assert.Equal(one, other);
    }

    [Fact]
    public void A_record_that_meets_nothing_does_not_inherit_the_meeting_before()
    {
        var joiner = Joiner();
        joiner.Add(Prediction());
        Assert.True(joiner.Add(Label(1000, "1")).Met);

        Assert.False(joiner.Add(Label(1000, "1") with { Id = new(9, 9) }).Met);
        Assert.Empty(joiner.Meetings.ToArray());
        joiner.Add(Label(1001, "0"));
        Assert.Equal(Arrival.Duplicate, Assert.Single(joiner.Meetings.ToArray()).Label);
        Assert.False(joiner.Add(Prediction() with { Id = new(8, 8) }).Met);
        Assert.Empty(joiner.Meetings.ToArray());
    }

    [Fact]
    public void The_copy_of_a_label_meets_nobody_again_and_says_whether_the_label_had()
    {
        var joiner = Joiner();
        joiner.Add(Label(1000, "1"));
        var before = joiner.Add(Label(1000, "1"));
        joiner.Add(Prediction());
        var after = joiner.Add(Label(1000, "1"));

        Assert.Equal(((Arrival.Duplicate, false), (Arrival.Duplicate, true)), ((before.Kind, before.Met), (after.Kind, after.Met)));
        Assert.Empty(joiner.Meetings.ToArray());
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

using DriftWatch.Messages;
using DriftWatch.Series;
using Xunit;

namespace DriftWatch.Joining;

public sealed class PredictionJoinerTests
{
    private readonly RecordingSink _sink = new();

    [Fact]
    public void APredictionAndItsLabelMeetOnceInEitherOrder()
    {
        var joiner = Of(new JoinRule { Horizon = Ms(100), Lead = Ms(10) });

        Assert.Equal(Arrival.Waiting, joiner.Add(P(1, 1000, 0.8)).Kind);
        var first = joiner.Add(L(1, 1050, "1"));
        Assert.Equal(new JoinResult(Arrival.Matched, 0, new(1000), 0.8, true, null, Ms(50)), first);
        Assert.Equal(Arrival.Duplicate, joiner.Add(L(1, 1050, "1")).Kind);
        Assert.Equal(Arrival.Duplicate, joiner.Add(P(1, 1000, 0.8)).Kind);

        Assert.Equal(Arrival.Waiting, joiner.Add(L(2, 995, "0")).Kind);
        var second = joiner.Add(P(2, 1000, 0.3));
        Assert.Equal(new JoinResult(Arrival.Matched, 0, new(1000), 0.3, false, null, Ms(-5)), second);
        Assert.Equal(0, joiner.Pending(0));
    }

    [Fact]
    public void AnExpiredPredictionIsHandedOutOnce()
    {
        var joiner = Of(new JoinRule { Horizon = Ms(100) });
        joiner.Add(P(1, 1000, 0.8));

        joiner.AdvanceTo(new(1110)); // its deadline itself
        joiner.Settle();
        Assert.Empty(_sink.Expired);

        joiner.AdvanceTo(new(1111));
        joiner.Settle();
        joiner.Settle();
        Assert.Equal([(0, 1000L, 0.8)], _sink.Expired);
        Assert.Equal(Arrival.Late, joiner.Add(P(1, 1000, 0.8)).Kind);
    }

    private PredictionJoiner Of(JoinRule rule)
    {
        var options = new MonitorOptions { Default = new ModelOptions { Join = rule }, OutOfOrderness = Ms(10), MaxPending = 100 };
        var routes = new RouteTable(options);
        routes.Register(1, new RouteDescription("m", "1", View.Binary, null, []), out _);
        return new PredictionJoiner(options, routes, _sink, Ms(20));
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static Prediction P(ulong id, long time, double confidence) => new(new(0, id), new(time), 0, confidence);

    private static Label L(ulong id, long time, string name) => new(new(0, id), new(time), LabelValue.Class(name));
}

using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Core.Joining;

public sealed class PredictionJoinerTests
{
    private readonly RecordingSink _sink = new();

    [Fact]
    public void APredictionAndItsLabelMeetOnceInEitherOrder()
    {
        var joiner = Of(new JoinRule { Horizon = Ms(100), Lead = Ms(10) });

        Assert.Equal(Arrival.Waiting, joiner.Add(P(1, 1000, 0.8)).Kind);
        Assert.Equal(Arrival.Matched, joiner.Add(L(1, 1050, "1")).Kind);
        Assert.Equal([new(0, new(1000), Ms(50), Arrival.Matched, 0.8, true, Value: LabelValue.Class("1"))], joiner.Meetings.ToArray());
        Assert.Equal(Arrival.Duplicate, joiner.Add(L(1, 1050, "1")).Kind);
        Assert.Equal(Arrival.Duplicate, joiner.Add(P(1, 1000, 0.8)).Kind);

        Assert.Equal(Arrival.Waiting, joiner.Add(L(2, 995, "0")).Kind);
        Assert.Equal(Arrival.Matched, joiner.Add(P(2, 1000, 0.3)).Kind);
        Assert.Equal([new(0, new(1000), Ms(-5), Arrival.Matched, 0.3, Value: LabelValue.Class("0"))], joiner.Meetings.ToArray());
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
        Assert.Equal([(0, 1000L, 0.8, 1.0)], _sink.Expired);
        Assert.Equal(Arrival.Late, joiner.Add(P(1, 1000, 0.8)).Kind);
    }

    [Fact]
    public void ExpiryDoesNotWaitForTheSweep()
    {
        var joiner = Of(new JoinRule { Horizon = Ms(100) });
        joiner.AdvanceTo(new(900));
        joiner.Add(P(1, 1000, 0.8));
        joiner.AdvanceTo(new(1111)); // the bucket of 1110 is swept at 1120

        Assert.Empty(_sink.Expired);
        Assert.Equal(Arrival.Waiting, joiner.Add(L(1, 1090, "1")).Kind);
        Assert.Equal(Arrival.Matched, joiner.Add(P(1, 1080, 0.4)).Kind); // the id again: a new prediction

        joiner.AdvanceTo(new(1120));
        Assert.Equal([(0, 1000L, 0.8, 1.0)], _sink.Expired);
    }

    [Fact]
    public void ALabelOutsideTheIntervalOrUnreadableDoesNotUseUpThePrediction()
    {
        var joiner = Of(new JoinRule { Horizon = Ms(100) });
        joiner.Add(P(1, 1000, 0.8));

        Assert.Equal(Arrival.Orphaned, joiner.Add(L(1, 1101, "1")).Kind);
        Assert.Equal(Arrival.Orphaned, joiner.Add(L(1, 999, "1")).Kind);
        Assert.Equal(Arrival.Unreadable, joiner.Add(L(1, 1050, "cat")).Kind);
        Assert.Equal(Arrival.Matched, joiner.Add(L(1, 1100, "0")).Kind);

        joiner.Add(L(2, 990, "1"));
        Assert.Equal(Arrival.Waiting, joiner.Add(P(2, 1000, 0.8)).Kind);
        Assert.Equal([Arrival.Orphaned], Fates(joiner));
        Assert.Equal(Arrival.Matched, joiner.Add(L(2, 1000, "1")).Kind);

        joiner.Add(L(3, 1000, "cat"));
        Assert.Equal(Arrival.Waiting, joiner.Add(P(3, 1000, 0.8)).Kind);
        Assert.Equal([Arrival.Unreadable], Fates(joiner));
        Assert.Equal(Arrival.Matched, joiner.Add(L(3, 1000, "1")).Kind);
    }

    [Fact]
    public void ACorrectionReturnsTheOutcomeToSubtractAndTheOneToAdd()
    {
        var joiner = Of(new JoinRule { Horizon = Ms(100), Corrections = CorrectionRule.Replace });
        joiner.Add(P(1, 1000, 0.8));
        joiner.Add(L(1, 1050, "1"));

        Assert.Equal(Arrival.Duplicate, joiner.Add(L(1, 1050, "1")).Kind);
        Assert.Equal(Arrival.Corrected, joiner.Add(L(1, 1060, "0")).Kind);
        Assert.Equal([new(0, new(1000), Ms(60), Arrival.Corrected, 0.8, false, true, Ms(50), Value: LabelValue.Class("0"))], joiner.Meetings.ToArray());
        Assert.Equal(Arrival.Duplicate, joiner.Add(L(1, 1059, "1")).Kind); // older than the one that stands
        Assert.Equal(Arrival.Corrected, joiner.Add(L(1, 1060, "1")).Kind);
        Assert.Equal([new(0, new(1000), Ms(60), Arrival.Corrected, 0.8, true, false, Ms(60), Value: LabelValue.Class("1"))], joiner.Meetings.ToArray());
        Assert.Equal(2, joiner.Counts.Corrected);
        Assert.Equal(1, joiner.Counts.Matched);
    }

    [Theory]
    [InlineData(0.5, true, true)]
    [InlineData(0.49, true, false)]
    [InlineData(0.5, false, false)]
    [InlineData(0.49, false, true)]
    public void CorrectnessOfABinaryPredictionMeansThatTheLikelierSideCameTrue(double confidence, bool correct, bool outcome)
    {
        var joiner = Of(new JoinRule { Horizon = Ms(100) });
        joiner.Add(P(1, 1000, confidence));

        joiner.Add(new Label(new(0, 1), new(1000), correct ? LabelValue.Correct : LabelValue.Wrong));

        Assert.Equal([(Arrival.Matched, outcome)], joiner.Meetings.ToArray().Select(m => (m.Label, m.Outcome)));
    }

    [Fact]
    public void PrefetchingChangesNothing()
    {
        var joiner = Of(new JoinRule { Horizon = Ms(100) });
        joiner.Add(P(1, 1000, 0.8));

        joiner.Prefetch([new(0, 1), new(0, 2)]);

        Assert.Equal(1, joiner.Entries);
        Assert.Null(joiner.FindFault());
        Assert.Equal(Arrival.Matched, joiner.Add(L(1, 1000, "1")).Kind);
    }

    private static Arrival[] Fates(PredictionJoiner joiner) => [.. joiner.Meetings.ToArray().Select(meeting => meeting.Label)];

    private PredictionJoiner Of(JoinRule rule)
    {
        var options = new MonitorOptions { Default = new ModelOptions { Join = rule }, OutOfOrderness = Ms(10), MaxPending = 100 };
        var routes = new RouteTable(options.Routing);
        routes.TryRegister(1, new RouteDescription("m", "1", View.Binary, null, []), out _);
        return new PredictionJoiner(options.Joining with { Bucket = Ms(20) }, routes, _sink);
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static Prediction P(ulong id, long time, double confidence) => new(new(0, id), new(time), 0, confidence);

    private static Label L(ulong id, long time, string name) => new(new(0, id), new(time), LabelValue.Class(name));
}

using System.Text.Json;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Events;

/// <summary>What an event says, from a detector that really decided: in the language of the rule, with the numbers of the decision.</summary>
public sealed class DecisionTextTests
{
    private static readonly TimeSpan Pane = TimeSpan.FromMinutes(10);
    private static readonly SeriesKey Key = new("fraud", "7", null, View.Binary);
    private static readonly ModelOptions Model = new() { Drift = new DriftOptions { Tolerance = 0.03, Dependence = Dependence.Independent } };

    [Fact]
    public void An_event_of_the_sequential_detector_tells_its_evidence_and_what_it_promises()
    {
        var request = Requests(Model, raisedBy: 0.15).First();
        var data = Data(request);

        string reason = data.GetProperty("reason").GetString()!;
        Assert.Matches("^Evidence ln E [0-9.]+ exceeds the 5\\.9 that an alarm needs \\(at most one false alarm in 365 d for this model version\\): outcomes happen more often than claimed over [0-9]+ labeled predictions since 2026-", reason);
        Assert.DoesNotContain("lower bound", reason, StringComparison.Ordinal);
        Assert.Equal(Math.Log(365), data.GetProperty("logThreshold").GetDouble(), 12);
        Assert.InRange(data.GetProperty("logEvidence").GetDouble(), Math.Log(365), 1000);
        Assert.Equal("miscalibrated", data.GetProperty("question").GetString());
        Assert.Equal(0.03, data.GetProperty("tolerance").GetDouble(), 12);
        Assert.Equal(0.03, data.GetProperty("threshold").GetDouble(), 12);
        Assert.Equal(1, data.GetProperty("overdispersion").GetDouble());
        Assert.Equal(0.99, data.GetProperty("completeness").GetDouble(), 12);
        Assert.Equal("at most one false alarm in 365 d for this model version", data.GetProperty("guarantee").GetString());
    }

    [Fact]
    public void The_resolution_tells_the_evidence_that_the_drift_is_over()
    {
        var resolution = Requests(Model, raisedBy: 0.15).Single(r => r.Kind == RequestKind.Resolved);

        Assert.Matches("^This episode is over: evidence that the drift is over, ln E [0-9.]+, has reached the 3\\.0 that it needs\\.$", resolution.Rule.Describe(resolution));
        Assert.True(resolution.Detector!.LogRecovery >= resolution.Detector.LogRecoveryThreshold);
    }

    [Fact]
    public void While_evidence_gathers_it_is_said_which_way_it_points()
    {
        var detector = new EsrDetector(Model.Drift, Pane, TimeSpan.Zero);
        List<Finding> findings = [];
        int pending = 0;
        for (int i = 0; i < 60 && !detector.Firing; i++)
        {
            detector.Observe(At(i), World(i < 10 ? 0 : -0.07), findings);
            var state = detector.Capture();
            if (state.LogEvidence < state.LogThreshold - Math.Log(100) || detector.Firing) continue;
            pending++;
            Assert.Equal((Direction.ShiftDown, true), (state.Direction, state.Onset is not null));
        }

        Assert.True(detector.Firing && pending > 0, $"pending {pending}");
    }

    [Fact]
    public void The_threshold_rule_still_speaks_of_bounds_and_a_classical_rule_of_changes()
    {
        var policy = new RecalibrationPolicy("/test", Key, new ModelOptions { Rule = DriftRule.Threshold }.Watch, new RequestGate());
        var sketch = World(0.3);
        var finding = new Finding(FindingKind.Drift, At(9), At(0), At(8), sketch, Direction.ShiftUp);

        var threshold = policy.Apply(finding)!;
        var adwin = new RecalibrationPolicy("/test", Key, new ModelOptions { Rule = Adwin.Row }.Watch, new RequestGate()).Apply(finding)!;

        Assert.Matches("^ECE 0\\.[0-9]{3}, lower bound 0\\.[0-9]{3} above 0\\.050 over 1980 labeled predictions since .*: outcomes happen more often than claimed\\.$", threshold.Rule.Describe(threshold));
        Assert.Equal(0.05, threshold.Threshold);
        Assert.StartsWith("Rule adwin signalled a change; over 1980 labeled predictions", adwin.Rule.Describe(adwin), StringComparison.Ordinal);
        foreach (string name in (string[])["threshold", "logEvidence", "tolerance", "guarantee", "temperature", "region"])
            Assert.Equal(JsonValueKind.Null, Data(adwin).GetProperty(name).ValueKind);
    }

    [Theory]
    [InlineData(Direction.Overconfident, 1.5, null, null, "extreme probabilities are too extreme, T ≈ 1.5")]
    [InlineData(Direction.Local, null, 0.8, 1.0, "one region of probabilities is off, mostly 0.8 to 1")]
    [InlineData(Direction.ShiftDown, null, null, null, "outcomes happen less often than claimed")]
    public void A_direction_comes_with_its_temperature_and_region(Direction direction, double? temperature, double? low, double? high, string expected) =>
        Assert.Equal(expected, DecisionText.Of(direction, temperature, low is { } l ? (l, high!.Value) : null));

    [Theory]
    [InlineData(Guarantee.Time, AlarmGroup.Model, 5, "at most one false alarm in 365 d for this model version and its 4 slices")]
    [InlineData(Guarantee.Time, AlarmGroup.Series, 1, "at most one false alarm in 365 d for this series alone")]
    [InlineData(Guarantee.Predictions, AlarmGroup.Service, 12, "at most one false alarm in 100 000 000 labeled predictions for all 12 series watched")]
    [InlineData(Guarantee.Lifetime, AlarmGroup.Model, 2, "a chance of at most 1 % of any false alarm, ever for this model version and its slice")]
    public void A_promise_says_how_often_and_for_whom(Guarantee guarantee, AlarmGroup group, int sharedBy, string expected) =>
        Assert.Equal(expected, AlarmStatement.Of((Model with { Drift = new DriftOptions { Guarantee = guarantee, Group = group } }).Watch, sharedBy));

    private static List<RecalibrationRequest> Requests(ModelOptions model, double raisedBy)
    {
        var detector = new EsrDetector(model.Drift, Pane, TimeSpan.Zero);
        var policy = new RecalibrationPolicy("/test", Key, model.Watch, new RequestGate());
        List<RecalibrationRequest> requests = [];
        List<Finding> findings = [];
        for (int i = 0; i < 40; i++)
        {
            detector.Observe(At(i), World(i < 20 ? raisedBy : 0), findings);
            detector.AdvanceTo(At(i + 1), findings);
            foreach (var finding in findings)
                if (policy.Apply(finding) is { } request) requests.Add(request);
            findings.Clear();
        }

        return requests;
    }

    // 2000 predictions, all but one in a hundred of them labeled; outcomes come true in the share claimed, plus so much.
    private static CalibrationSketch World(double raisedBy)
    {
        var pane = new CalibrationSketch();
        foreach (double claim in (double[])[0.2, 0.35, 0.5, 0.6])
        {
            int labeled = 495, positives = (int)Math.Round((claim + raisedBy) * labeled);
            for (int i = 0; i < 500; i++)
            {
                pane.AddPrediction(claim);
                if (i < labeled) pane.AddOutcome(claim, i < positives);
            }
        }

        return pane;
    }

    private static EventTime At(int pane) => EventTime.From(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero)) + (pane * Pane);

    private static JsonElement Data(RecalibrationRequest request) =>
        JsonDocument.Parse(CloudEventWriter.Write(request, "/test", new EventContext())).RootElement.GetProperty("data");
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

public sealed class RecalibrationPolicyTests
{
    private static readonly SeriesKey Series = new("fraud", "7", null, View.Binary);
    private static readonly ModelOptions Options = new() { Rule = DriftRule.Threshold, Requests = new RequestOptions { Cooldown = TimeSpan.FromHours(24) } };
    private readonly RecalibrationPolicy _policy = new("/test", Series, Options.Watch, new RequestGate());

    [Fact]
    public void An_episode_passes_through_its_states_and_asks_once()
    {
        Assert.Null(Apply(FindingKind.Quiet, 1));
        Assert.Equal(EpisodeState.Inactive, _policy.State);

        Assert.Null(Apply(FindingKind.Gathering, 2));
        Assert.Equal(EpisodeState.Pending, _policy.State);

        var request = Apply(FindingKind.Drift, 3);
        Assert.Equal(RequestKind.Requested, request!.Kind);
        Assert.Equal(EpisodeState.Cooling, _policy.State);

        Assert.Null(Apply(FindingKind.Drift, 4));
        Assert.Null(Apply(FindingKind.Drift, 99));

        var resolution = Apply(FindingKind.Recovered, 100);
        Assert.Equal(RequestKind.Resolved, resolution!.Kind);
        Assert.Equal(request.EpisodeId, resolution.EpisodeId);
        Assert.NotEqual(request.Id, resolution.Id);
        Assert.Equal(EpisodeState.Recovered, _policy.State);
        Assert.Equal(new EventTime(Hour(100)), _policy.Episode!.Recovered);

        Assert.Null(Apply(FindingKind.Quiet, 101));
        Assert.Equal(EpisodeState.Inactive, _policy.State);
    }

    [Fact]
    public void Evidence_that_fades_leads_back_to_inactive()
    {
        Apply(FindingKind.Gathering, 1);
        Apply(FindingKind.Quiet, 2);

        Assert.Equal(EpisodeState.Inactive, _policy.State);
        Assert.Null(_policy.Episode);
    }

    [Fact]
    public void The_cooldown_holds_a_request_back_and_lets_it_go_while_the_drift_lasts()
    {
        Apply(FindingKind.Drift, 1);
        Apply(FindingKind.Recovered, 5);

        Assert.Null(Apply(FindingKind.Drift, 6));
        Assert.Null(Apply(FindingKind.Drift, 7));
        Assert.Equal(EpisodeState.Firing, _policy.State);
        Assert.Equal(1, _policy.Suppressed["cooldown"]);

        Assert.NotNull(Apply(FindingKind.Drift, 25));
        Assert.Equal(EpisodeState.Cooling, _policy.State);
        Assert.Equal(2, _policy.Requests);
    }

    [Fact]
    public void An_episode_that_ends_inside_the_cooldown_is_neither_requested_nor_resolved()
    {
        Apply(FindingKind.Drift, 1);
        Apply(FindingKind.Recovered, 5);
        Apply(FindingKind.Drift, 6);

        Assert.Null(Apply(FindingKind.Recovered, 7));
        Assert.Equal(EpisodeState.Recovered, _policy.State);
        Assert.Null(_policy.Episode!.RequestId);
    }

    [Fact]
    public void A_model_with_requests_switched_off_is_judged_and_silent()
    {
        var policy = new RecalibrationPolicy("/test", Series, (Options with { Requests = new RequestOptions { Enabled = false } }).Watch, new RequestGate());

        Assert.Null(policy.Apply(Some(FindingKind.Drift, 1)));
        Assert.Equal(EpisodeState.Firing, policy.State);
        Assert.Equal(1, policy.Suppressed["disabled"]);
    }

    [Fact]
    public void Slices_stand_back_while_their_model_version_has_been_requested()
    {
        var gate = new RequestGate();
        var whole = new RecalibrationPolicy("/test", Series, Options.Watch, gate);
        var slice = new RecalibrationPolicy("/test", Series with { Slice = new Slice("region", "eu") }, Options.Watch, gate);

        Assert.NotNull(whole.Apply(Some(FindingKind.Drift, 1)));
        Assert.Null(slice.Apply(Some(FindingKind.Drift, 1)));
        Assert.Equal(EpisodeState.Firing, slice.State);
        Assert.Equal(1, slice.Suppressed["covered"]);
        Assert.Equal("covered", slice.Episode!.Withheld);

        whole.Apply(Some(FindingKind.Recovered, 2));
        var request = slice.Apply(Some(FindingKind.Drift, 3));
        Assert.Equal("eu", request!.Series.Slice!.Value);
        Assert.Null(slice.Episode!.Withheld);
    }

    [Fact]
    public void A_slice_that_was_requested_first_does_not_keep_the_whole_traffic_back()
    {
        var gate = new RequestGate();
        var slice = new RecalibrationPolicy("/test", Series with { Slice = new Slice("region", "eu") }, Options.Watch, gate);
        var whole = new RecalibrationPolicy("/test", Series, Options.Watch, gate);

        Assert.NotNull(slice.Apply(Some(FindingKind.Drift, 1)));
        Assert.NotNull(whole.Apply(Some(FindingKind.Drift, 2)));
    }

    [Fact]
    public void The_same_findings_give_the_same_ids_and_another_series_gives_others()
    {
        var first = Apply(FindingKind.Drift, 1)!;
        var again = new RecalibrationPolicy("/test", Series, Options.Watch, new RequestGate()).Apply(Some(FindingKind.Drift, 1))!;
        var other = new RecalibrationPolicy("/test", Series with { Version = "8" }, Options.Watch, new RequestGate()).Apply(Some(FindingKind.Drift, 1))!;

        Assert.Equal(first.Id, again.Id);
        Assert.NotEqual(first.Id, other.Id);
        Assert.Equal('5', first.Id[14]);
    }

    [Fact]
    public void A_name_based_uuid_equals_the_one_of_the_standard()
    {
        // RFC 9562 appendix A.4: DNS namespace, www.example.com.
        Assert.Equal("2ed6657d-e927-568b-95e1-2665a8aea6a2", DeterministicId.Create(Convert.FromHexString("6ba7b8109dad11d180b400c04fd430c8"), "www.example.com").ToString());
    }

    private RecalibrationRequest? Apply(FindingKind kind, int hour) => _policy.Apply(Some(kind, hour));

    private static Finding Some(FindingKind kind, int hour)
    {
        var sketch = new CalibrationSketch();
        sketch.AddPrediction(0.7);
        sketch.AddOutcome(0.7, true);
        return new(kind, new EventTime(Hour(hour)), new EventTime(Hour(hour - 1)), new EventTime(Hour(hour)), sketch, Direction.ShiftUp);
    }

    private static long Hour(int hour) => (1000 + hour) * 3_600_000L;
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <summary>What answers do to an episode, and what becomes of a fix.</summary>
public sealed class PolicyAnswerTests
{
    private static readonly SeriesKey Series = new("fraud", "7", new Slice("region", "eu"), View.Binary);
    private static readonly ModelOptions Options = new() { Rule = DriftRule.Threshold, Requests = new RequestOptions { Cooldown = TimeSpan.FromHours(24), ProveWithin = TimeSpan.FromHours(100) } };
    private readonly RequestGate _gate = new();
    private readonly RecalibrationPolicy _policy;

    public PolicyAnswerTests() => _policy = new("/test", Series, Options.Watch, _gate);

    [Fact]
    public void An_answer_with_a_fix_waits_for_its_proof_and_recovery_ends_the_episode_without_proving_it()
    {
        var request = Apply(FindingKind.Drift, 1)!;
        var (result, told) = _policy.Answer(Fix("a"), At(10));

        Assert.Equal((AnswerResult.Completed, RequestKind.Updated, EpisodeState.Answered, 1), (result, told!.Kind, told.State, told.Sequence));
        Assert.Equal(request.EpisodeId, told.EpisodeId);
        Assert.Equal((At(10), At(110), FixStanding.Open), (_policy.Episode!.Answer!.At, _policy.ProofUntil, _policy.Episode.Answer.Standing));
        Assert.Null(Apply(FindingKind.Drift, 50));

        var resolved = Apply(FindingKind.Recovered, 60)!;
        Assert.Equal((RequestKind.Resolved, 2, FixStanding.Recovered), (resolved.Kind, resolved.Sequence, resolved.Answer!.Standing));
        Assert.Equal(3, new[] { request, told, resolved }.Select(one => one.Id).Distinct().Count());
        Assert.Null(_policy.ProofUntil);
    }

    [Fact]
    public void The_first_answer_counts()
    {
        Apply(FindingKind.Drift, 1);
        Assert.Equal(AnswerResult.Completed, _policy.Answer(Fix("a"), At(10)).Result);
        var episode = _policy.Episode;

        Assert.Equal((AnswerResult.Repeated, (RecalibrationRequest?)null), _policy.Answer(Fix("a"), At(11)));
        Assert.Equal((AnswerResult.Repeated, (RecalibrationRequest?)null), _policy.Answer(Fix("b"), At(12)));
        Assert.Equal((AnswerResult.Repeated, (RecalibrationRequest?)null), _policy.Answer(Dismissal("c"), At(13)));
        Assert.Same(episode, _policy.Episode);
    }

    [Fact]
    public void Whoever_changed_nothing_leaves_the_question_open()
    {
        Apply(FindingKind.Drift, 1);
        Assert.Equal(AnswerResult.NoFix, _policy.Answer(Fix("a") with { Verdict = "retrain" }, At(10)).Result);
        Assert.Equal(EpisodeState.Cooling, _policy.State);
        Assert.Null(_policy.ProofUntil);
        Assert.Equal(AnswerResult.Repeated, _policy.Answer(Fix("b") with { Verdict = "wait" }, At(11)).Result);

        var told = _policy.Answer(Fix("c"), At(12)).Told!;
        Assert.Equal((EpisodeState.Answered, 2), (_policy.State, told.Sequence));
    }

    [Fact]
    public void Whoever_waited_may_say_more_and_then_that_stands()
    {
        Apply(FindingKind.Drift, 1);
        Assert.Equal(AnswerResult.NoFix, _policy.Answer(Fix("a") with { Verdict = "wait" }, At(10)).Result);
        Assert.Equal(AnswerResult.Repeated, _policy.Answer(Fix("a") with { Verdict = "wait" }, At(10)).Result);
        Assert.Equal(AnswerResult.NoFix, _policy.Answer(Fix("b") with { Verdict = "wait", Reason = "five days of six" }, At(11)).Result);
        Assert.Equal("five days of six", _policy.Episode!.Answer!.Said.Reason);
        Assert.Equal(AnswerResult.NoFix, _policy.Answer(Fix("c") with { Verdict = "retrain" }, At(12)).Result);
        Assert.Equal(("retrain", EpisodeState.Cooling), (_policy.Episode.Answer.Said.Verdict, _policy.State));
        Assert.Equal(AnswerResult.Repeated, _policy.Answer(Fix("d") with { Verdict = "wait" }, At(13)).Result);
        Assert.Equal((AnswerResult.Completed, EpisodeState.Answered), (_policy.Answer(Fix("e"), At(14)).Result, _policy.State));
    }

    [Fact]
    public void An_answer_that_changes_nothing_is_told_why_and_what_would_still_count()
    {
        Apply(FindingKind.Drift, 1);
        _policy.Answer(Fix("a") with { Verdict = "retrain" }, At(10));
        Assert.Equal($"ci has answered at {At(10)}, and this answer brings no fix (wait): one that does, or a dismissal, still counts", WhyNot(Fix("b") with { Verdict = "wait" }));

        _policy.Answer(Fix("c"), At(12));
        Assert.Equal($"ci has answered at {At(12)}, and the first answer counts", WhyNot(Fix("c")));

        _policy.Apply(Of(FindingKind.Overdue, 150, since: 12));
        Assert.Equal(EpisodeState.Ineffective, _policy.State);
        Assert.Equal($"this very answer (id c) was taken at {At(12)}, and its fix has turned out ineffective: another fix goes into an answer with an id of its own", WhyNot(Fix("c")));
        Assert.Contains("one that does, or a dismissal, still counts", WhyNot(Fix("d") with { Verdict = "failed" }));
        Assert.Equal("the answer says version '8', and the episode is of version '7'", WhyNot(Fix("d") with { Version = "8" }));

        Apply(FindingKind.Recovered, 160);
        Assert.Equal($"the episode is over since {At(160)}", WhyNot(Fix("d")));
    }

    [Fact]
    public void A_dismissed_episode_asks_no_more_and_ends_when_the_drift_does()
    {
        Apply(FindingKind.Drift, 1);
        Apply(FindingKind.Recovered, 2);
        Assert.Null(Apply(FindingKind.Drift, 5)); // the cooldown lasts
        Assert.Equal(AnswerResult.Dismissed, _policy.Answer(Dismissal("a"), At(6)).Result);

        Assert.Null(Apply(FindingKind.Drift, 99));
        Assert.Equal((EpisodeState.Dismissed, "answered", null), (_policy.State, _policy.Episode!.Withheld, _policy.Episode.RequestId));
        Assert.False(_gate.Admits(Series with { Slice = new Slice("region", "us") }), "A pipeline that was told no must not be asked by the next slice of the same cause.");
        var end = Apply(FindingKind.Recovered, 100)!;
        Assert.Equal((RequestKind.Resolved, "because", (FixStanding?)null), (end.Kind, end.Answer!.Said.Reason, end.Answer.Standing));
        Assert.True(_gate.Admits(Series));
    }

    [Fact]
    public void Nothing_is_answered_where_nothing_runs_or_another_is_meant()
    {
        Assert.Equal(AnswerResult.Ended, _policy.Answer(Fix("a"), At(1)).Result);
        Apply(FindingKind.Drift, 1);
        Assert.Equal(AnswerResult.Mismatch, _policy.Answer(Fix("a") with { Version = "8" }, At(2)).Result);
        Assert.Equal(AnswerResult.Mismatch, _policy.Answer(Fix("a") with { Model = "churn" }, At(2)).Result);
        Assert.Equal(AnswerResult.Mismatch, _policy.Answer(Fix("a") with { Slice = "region=us" }, At(2)).Result);
        Assert.Equal(AnswerResult.Completed, _policy.Answer(Fix("a") with { Model = "fraud", Version = "7", Slice = "region=eu" }, At(2)).Result);
        Apply(FindingKind.Recovered, 3);
        Assert.Equal(AnswerResult.Ended, _policy.Answer(Fix("b"), At(4)).Result);
    }

    [Theory]
    [InlineData(FindingKind.Overdue, FixStanding.Overdue)]
    [InlineData(FindingKind.Continues, FixStanding.Continues)]
    public void A_fix_that_is_not_proven_is_ineffective_once_and_another_may_come(FindingKind found, FixStanding standing)
    {
        Apply(FindingKind.Drift, 1);
        _policy.Answer(Fix("a"), At(10));
        Assert.Null(_policy.Apply(Of(found, 40, since: 9))); // of an answer that there never was
        var told = _policy.Apply(Of(found, 110, since: 10))!;

        Assert.Equal((RequestKind.Ineffective, EpisodeState.Ineffective, 2, standing), (told.Kind, told.State, told.Sequence, told.Answer!.Standing));
        Assert.Null(_policy.Apply(Of(FindingKind.Overdue, 110, since: 10)));
        Assert.Null(_policy.Apply(Of(FindingKind.Continues, 120, since: 10)));

        Assert.Equal(AnswerResult.Repeated, _policy.Answer(Fix("a"), At(120)).Result);
        Assert.Equal(AnswerResult.Completed, _policy.Answer(Fix("b"), At(121)).Result);
        Assert.Equal(At(221), _policy.ProofUntil);
    }

    [Fact]
    public void A_fix_that_is_proven_better_ends_the_episode()
    {
        Apply(FindingKind.Drift, 1);
        _policy.Answer(Fix("a"), At(10));
        var told = _policy.Apply(Comparison(FixStanding.Better, 40))!;

        Assert.Equal((RequestKind.Resolved, EpisodeState.Recovered, FixStanding.Better, 0.01), (told.Kind, _policy.State, told.Answer!.Standing, told.Answer.Report!.Gain));
        Assert.Equal(At(40), _policy.Episode!.Recovered);
        Assert.Null(_policy.Apply(Comparison(FixStanding.Worse, 41)));
        Assert.True(_gate.Admits(Series));
    }

    [Fact]
    public void A_fix_that_is_proven_worse_is_to_be_taken_back_also_when_its_time_was_over()
    {
        Apply(FindingKind.Drift, 1);
        _policy.Answer(Fix("a"), At(10));
        Assert.Null(_policy.Apply(Comparison(FixStanding.Open, 30)));
        Assert.Equal(FixStanding.Open, _policy.Episode!.Answer!.Report!.Standing);
        _policy.Apply(Of(FindingKind.Overdue, 110, since: 10));
        Assert.Null(_policy.Apply(Comparison(FixStanding.Open, 115)));
        Assert.Equal(EpisodeState.Ineffective, _policy.Episode!.State);

        var told = _policy.Apply(Comparison(FixStanding.Worse, 120))!;
        Assert.Equal((RequestKind.RollbackRequested, EpisodeState.Worsened, 3), (told.Kind, _policy.State, told.Sequence));
        Assert.Null(_policy.Apply(Comparison(FixStanding.Worse, 121)));
        Assert.Equal(RequestKind.Resolved, Apply(FindingKind.Recovered, 130)!.Kind);
    }

    [Fact]
    public void A_superseded_version_says_so_whatever_was_answered()
    {
        Apply(FindingKind.Drift, 1);
        _policy.Answer(Fix("a"), At(10));
        var told = _policy.Apply(Of(FindingKind.Superseded, 20, since: 10) with { Successor = "8" })!;
        Assert.Equal((RequestKind.Superseded, "8", FixStanding.Open), (told.Kind, told.SupersededBy, told.Answer!.Standing));
    }

    private static RecalibrationAnswer Fix(string id) => new(AnswerKind.Completed, id, "ci", "any") { Fix = new("sha256:abc", 3, "platt", null) };

    private static RecalibrationAnswer Dismissal(string id) => new(AnswerKind.Dismissed, id, "ada", "any") { Reason = "because" };

    private static Finding Comparison(FixStanding standing, int hour) =>
        Of(FindingKind.Compared, hour, since: 10) with { Fix = new FixReport(standing, At(hour), At(10), At(hour)) { Method = "paired", Compared = 100, Gain = 0.01 } };

    /// <summary>What those are told who look before they send; what becomes of it is the same.</summary>
    private string WhyNot(RecalibrationAnswer answer)
    {
        var episode = _policy.Episode!;
        var result = EpisodeAnswers.ResultOf(episode, answer);
        Assert.Equal((result, (RecalibrationRequest?)null), _policy.Answer(answer, At(999)));
        return EpisodeAnswers.WhyNot(result, episode, answer);
    }

    private RecalibrationRequest? Apply(FindingKind kind, int hour) => _policy.Apply(Of(kind, hour, hour - 1));

    private static Finding Of(FindingKind kind, int hour, int since)
    {
        var sketch = new CalibrationSketch();
        sketch.AddPrediction(0.7);
        sketch.AddOutcome(0.7, true);
        return new(kind, At(hour), At(since), At(hour), sketch, Direction.ShiftUp);
    }

    private static EventTime At(int hour) => new((1000 + hour) * 3_600_000L);
}

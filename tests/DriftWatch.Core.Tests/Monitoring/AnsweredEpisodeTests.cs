using DriftWatch.Core.Drift;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>Answers to the requests of a whole monitor: applied in event time, kept over a restart, and the same however time moves.</summary>
public sealed class AnsweredEpisodeTests
{
    private static readonly EventTime Start = VersionWorld.Start;
    private static readonly TimeSpan Hour = VersionWorld.Hour;

    public static TheoryData<string> Rules() => ["e-sr", "threshold"];

    [Fact]
    public void A_fix_that_helps_is_followed_by_recovery()
    {
        var world = Drifting("e-sr", TimeSpan.FromDays(30));
        string episode = Requested(world).EpisodeId;
        Assert.Equal(AnswerResult.Completed, world.Answer(Fix("a", episode)));
        world.Run(72, 500, ("1", false));

        Assert.Equal([RequestKind.Requested, RequestKind.Updated, RequestKind.Resolved], world.Told.Select(one => one.Kind));
        Assert.Equal([0, 1, 2], world.Told.Select(one => one.Sequence));
        Assert.Equal(FixStanding.Recovered, world.Told[^1].Answer!.Standing);
        Assert.Equal(AnswerResult.Ended, world.Monitor.Answer(Fix("b", episode)));
        Assert.Equal(AnswerResult.Unknown, world.Monitor.Answer(Fix("c", "no such episode")));
    }

    [Theory, MemberData(nameof(Rules))]
    public void Drift_that_goes_on_is_proven_by_the_time_after_the_answer_alone(string rule)
    {
        var world = Drifting(rule);
        world.Answer(Fix("a", Requested(world).EpisodeId));
        world.Run(72, 140, ("1", true));

        var told = Assert.Single(world.Told, one => one.Kind == RequestKind.Ineffective);
        var report = told.Answer!.Report!;
        Assert.Equal((FixStanding.Continues, Start + (72 * Hour)), (report.Standing, report.From));
        Assert.True(report.Until < Start + (120 * Hour), $"{report.Until}: found before its time was over");
        Assert.True(report.Compared > 0);
        Assert.Equal(EpisodeState.Ineffective, world.Of("1").State);
        Assert.Contains("The drift goes on under the fix of ci (map 3 (platt, sha256:abcde…))", DecisionText.Unproven(told.Answer));
    }

    [Fact]
    public void A_fix_of_which_too_little_is_seen_is_overdue()
    {
        var world = Drifting("e-sr");
        world.Answer(Fix("a", Requested(world).EpisodeId));
        world.Advance(Start + (200 * Hour)); // no traffic: neither recovery nor drift can be seen

        var told = world.Told[^1];
        Assert.Equal((RequestKind.Ineffective, FixStanding.Overdue), (told.Kind, told.Answer!.Standing));
        Assert.Equal(Start + (72 * Hour) + TimeSpan.FromDays(2), told.Answer.Report!.Until);
        Assert.Equal(told.Answer.Report.Until + Maturity(world), told.Decided);
    }

    [Theory, MemberData(nameof(Rules))]
    public void Event_time_that_jumps_tells_what_small_steps_tell(string rule)
    {
        foreach (bool helps in (bool[])[true, false])
        {
            VersionWorld steps = Drifting(rule), jumps = Drifting(rule);
            foreach (var world in new[] { steps, jumps }) world.Answer(Fix("a", Requested(world).EpisodeId));
            steps.Run(72, 160, ("1", !helps));
            jumps.Run(72, 160, step: 88, ("1", !helps));
            Assert.Equal(steps.Told.Select(one => (one.Id, one.Kind, one.Decided, one.Answer?.Report)), jumps.Told.Select(one => (one.Id, one.Kind, one.Decided, one.Answer?.Report)));
        }
    }

    [Theory]
    [InlineData("e-sr", 73, true)]
    [InlineData("e-sr", 90, true)]
    [InlineData("e-sr", 90, false)]
    [InlineData("threshold", 80, true)]
    [InlineData("threshold", 80, false)]
    public void A_restart_changes_nothing(string rule, int at, bool helps)
    {
        VersionWorld through = Drifting(rule), before = Drifting(rule);
        foreach (var world in new[] { through, before })
        {
            world.Answer(Fix("a", Requested(world).EpisodeId));
            world.Run(72, at, ("1", !helps));
        }

        var after = before.Restart();
        foreach (var world in new[] { through, after }) world.Run(at, 140, ("1", !helps));

        Assert.Equal(through.Monitor.Episodes, after.Monitor.Episodes);
        Assert.Equal(through.Told.Select(one => (one.Id, one.Kind)), before.Told.Concat(after.Told).Select(one => (one.Id, one.Kind)));
        Assert.Equal(AnswerResult.Repeated, Answered(rule).Monitor.Answer(Fix("b", Requested(before).EpisodeId)));
    }

    private static VersionWorld Answered(string rule)
    {
        var world = Drifting(rule);
        world.Answer(Fix("a", Requested(world).EpisodeId));
        return world.Restart();
    }

    private static TimeSpan Maturity(VersionWorld world) => world.Monitor.Options.WindowsOf("m").Maturity;

    private static VersionWorld Drifting(string rule, TimeSpan? proveWithin = null)
    {
        var world = new VersionWorld(rule, proveWithin: proveWithin);
        world.Run(0, 24, ("1", false));
        world.Run(24, 72, ("1", true));
        Assert.Equal(EpisodeState.Cooling, world.Of("1").State);
        return world;
    }

    private static RecalibrationRequest Requested(VersionWorld world) => world.Told.Last(one => one.Kind == RequestKind.Requested);

    private static RecalibrationAnswer Fix(string id, string episode) => new(AnswerKind.Completed, id, "ci", episode) { Model = "m", Version = "1", Fix = new("sha256:abcdef", 3, "platt", null) };
}

using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>A version whose traffic has gone over to a newer one has nothing left to recalibrate.</summary>
public sealed class SuccessionTests
{
    private static readonly EventTime Start = VersionWorld.Start;
    private static readonly TimeSpan Hour = VersionWorld.Hour;

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_episode_of_a_version_that_has_gone_ends_when_its_successor_has_had_the_traffic_for_a_day(string rule)
    {
        var world = new VersionWorld(rule);
        world.Run(0, 24, ("1", false));
        world.Run(24, 72, ("1", true));
        var requested = world.Told.Last(one => one.Kind == RequestKind.Requested);
        world.Run(72, 120, ("2", false));

        var told = Assert.Single(world.Told, one => one.Kind == RequestKind.Superseded);
        var episode = world.Monitor.Episodes[^1];
        Assert.Equal((requested.EpisodeId, 1, "1", "2"), (told.EpisodeId, told.Sequence, told.Series.Version, told.SupersededBy));
        Assert.Equal(Start + (72 * Hour) + TimeSpan.FromHours(24), told.Decided);
        Assert.Equal((told.Decided, "2"), (episode.Recovered, episode.SupersededBy));
        Assert.Equal(0, told.Evidence.Labeled);
        Assert.Equal(EpisodeState.Inactive, world.Of("1").State);
        Assert.Equal($"Version 1 has had no predictions since {Start + (72 * Hour)}, and version 2 has them: this episode is over, and nothing is left to recalibrate.", DecisionText.Superseded(told));
    }

    public static TheoryData<string> Rules() => ["e-sr", "threshold", "page-hinkley"];

    [Fact]
    public void Where_no_newer_version_has_come_an_episode_waits()
    {
        var silent = new VersionWorld("e-sr");
        silent.Run(0, 72, ("1", true));
        silent.Advance(Start + (200 * Hour));
        Assert.Null(Assert.Single(silent.Monitor.Episodes).Recovered);

        // The newer one is seldom asked; the older one, which has all other traffic, has not come in its place.
        var seldom = new VersionWorld("e-sr");
        seldom.Run(0, 24, ("1", false));
        seldom.Run(24, 96, ("1", false), ("2", true));
        seldom.Run(96, 144, ("1", false));
        Assert.Equal("2", Assert.Single(seldom.Monitor.Episodes).Series.Version);
        Assert.DoesNotContain(seldom.Told, one => one.Kind == RequestKind.Superseded);
    }

    /// <summary>A map that was taken back has gone, though the one before, and the claims behind both, are older.</summary>
    [Theory]
    [InlineData("1+cal.1", "1+cal.2", "1+cal.1")]
    [InlineData("1", "1+cal.1", "1")]
    public void Of_versions_that_maps_of_the_same_claims_answer_under_the_one_that_has_traffic_takes_the_place(string older, string gone, string back)
    {
        var world = new VersionWorld("e-sr");
        world.Run(0, 24, (older, false));
        world.Run(24, 96, (older, false), (gone, true));
        world.Run(96, 144, (back, false));

        var episode = Assert.Single(world.Monitor.Episodes, one => one.Series.Version == gone);
        Assert.Equal((back, Start + (120 * Hour)), (episode.SupersededBy, episode.Recovered));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void A_version_that_had_gone_and_came_back_takes_the_place_of_the_one_that_is_rolled_back(int step)
    {
        var world = new VersionWorld("e-sr");
        world.Run(0, 48, ("1", false));
        world.Run(48, 96, ("2", true)); // version 1 was in an episode of nobody's, and has gone
        world.Run(96, 156, step, ("1", false));

        var episode = Assert.Single(world.Monitor.Episodes, one => one.Series.Version == "2");
        Assert.Equal("1", episode.SupersededBy);
        Assert.True(episode.Recovered >= Start + (120 * Hour), $"{episode.Recovered}");
    }

    [Fact]
    public void What_late_labels_say_of_a_version_that_has_gone_requests_nothing()
    {
        var world = new VersionWorld("e-sr", delay: TimeSpan.FromDays(3));
        world.Run(0, 72, ("1", true));
        world.Run(72, 240, ("2", false));

        Assert.DoesNotContain(world.Told, one => one.Series.Version == "1" && one.Decided >= Start + (96 * Hour) && one.Kind == RequestKind.Requested);
        Assert.All(world.Monitor.Episodes, episode => Assert.Equal(("1", "2"), (episode.Series.Version, episode.SupersededBy)));
        Assert.Equal(1, world.Of("1").Suppressed.GetValueOrDefault("superseded"));
    }

    [Fact]
    public void A_version_that_comes_back_is_judged_anew_and_asks_under_another_id()
    {
        var world = new VersionWorld("e-sr");
        world.Run(0, 72, ("1", true));
        world.Run(72, 120, ("2", false));
        world.Run(120, 192, ("1", true), ("2", false));

        var requests = world.Told.Where(one => one.Kind == RequestKind.Requested).ToList();
        Assert.Equal(["1", "1"], requests.Select(one => one.Series.Version));
        Assert.NotEqual(requests[0].EpisodeId, requests[1].EpisodeId);
        Assert.True(requests[1].Onset >= Start + (120 * Hour), $"{requests[1].Onset}");
    }

    [Fact]
    public void Event_time_that_jumps_tells_what_small_steps_tell()
    {
        VersionWorld steps = new("e-sr"), jumps = new("e-sr");
        foreach (var world in new[] { steps, jumps })
        {
            world.Run(0, 72, ("1", true));
            world.Run(72, 84, ("2", false));
        }

        steps.Run(84, 160, ("2", false));
        jumps.Run(84, 160, step: 76, ("2", false));

        Assert.Equal(steps.Told.Select(one => (one.Id, one.Kind, one.Decided)), jumps.Told.Select(one => (one.Id, one.Kind, one.Decided)));
        Assert.Equal(3, steps.Told.Count + 1);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(110)]
    public void A_restart_changes_nothing(int at)
    {
        VersionWorld through = new("e-sr"), before = new("e-sr");
        foreach (var world in new[] { through, before })
        {
            world.Run(0, 72, ("1", true));
            world.Run(72, at, ("2", false));
        }

        var after = before.Restart();
        foreach (var world in new[] { through, after }) world.Run(at, 130, ("2", false));

        Assert.Equal(("2", Start + (96 * Hour)), (Assert.Single(after.Monitor.Episodes).SupersededBy, after.Monitor.Episodes[0].Recovered));
        Assert.Equal(through.Monitor.Episodes, after.Monitor.Episodes);
        Assert.Equal(through.Told.Select(one => one.Id), before.Told.Concat(after.Told).Select(one => one.Id));
    }
}

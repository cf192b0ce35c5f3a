using System.Text.Json;
using DriftWatch.Core.Checkpoints;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>A model is judged over all its versions: what none of them lives long enough to show is found, and what one of them shows is told of that one.</summary>
public sealed class AcrossVersionsTests
{
    private const double Small = 0.045;

    [Fact]
    public void A_drift_that_no_version_lives_long_enough_to_show_is_told_of_the_model_once()
    {
        var world = new AcrossWorld(seed: 1);
        for (int day = 0; day < 14; day++) world.Run(day * 24, (day + 1) * 24, ($"v{day:D2}", day < 3 ? 0 : Small));

        var told = Assert.Single(world.Told);
        Assert.Equal(RequestKind.Requested, told.Kind);
        Assert.InRange((told.Decided - AcrossWorld.Start).TotalDays, 4, 12);
        Assert.True(told.Versions!.Names.Count >= 3, $"{told.Versions}");
        // Decided two hours after the data: by then the version of that hour has had predictions.
        Assert.Equal($"v{(told.Decided - AcrossWorld.Start - TimeSpan.FromMinutes(1)).Days:D2}", told.Series.Version);
        Assert.Equal((told.Series, told.Versions, told.Id), (world.Monitor.Episodes.Single().Series, world.Monitor.Episodes.Single().Versions, world.Monitor.Episodes.Single().RequestId));
        var data = JsonDocument.Parse(CloudEventWriter.Write(told, "/test", new EventContext())).RootElement.GetProperty("data");
        Assert.Equal(told.Versions.Names, data.GetProperty("versions").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(told.Versions.Names, data.GetProperty("read").GetProperty("filter").GetProperty("versions").EnumerateArray().Select(one => one.GetString()));
        Assert.StartsWith($"Over all versions of m (judged: {told.Versions}): Evidence", data.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("for this model version and the model over all versions", told.Guarantee, StringComparison.Ordinal);
        var across = world.Across;
        Assert.Equal((EpisodeState.Cooling, 1L, "v13"), (across.State, across.Requests, across.Leader));
    }

    [Fact]
    public void What_is_asked_of_the_model_is_answered_as_what_is_asked_of_a_version_is()
    {
        foreach (int step in (int[])[1, 24])
        {
            var world = new AcrossWorld(seed: 1);
            for (int day = 0; day < 14; day++) world.Run(day * 24, (day + 1) * 24, ($"v{day:D2}", day < 3 ? 0 : Small));
            var asked = Assert.Single(world.Told);
            Assert.Equal(AnswerResult.Mismatch, world.Monitor.Answer(new(AnswerKind.Completed, "x", "ci", asked.EpisodeId) { Version = "v00" }));
            Assert.Equal(AnswerResult.Completed, world.Monitor.Answer(new(AnswerKind.Completed, "a", "ci", asked.EpisodeId) { Version = asked.Series.Version }));
            world.Told.AddRange(world.Monitor.TakeRequests());
            Assert.Equal(EpisodeState.Answered, world.Across.State);
            world = world.Restart();

            for (int day = 14; day < 30; day++) world.Run(day * 24, (day + 1) * 24, step, ($"v{day:D2}", 2 * Small));

            var told = world.Told.Where(one => one.EpisodeId == asked.EpisodeId).ToList();
            Assert.Equal([RequestKind.Requested, RequestKind.Updated, RequestKind.Ineffective], told.Select(one => one.Kind));
            Assert.Equal((FixStanding.Continues, AcrossWorld.Start + TimeSpan.FromDays(14)), (told[^1].Answer!.Standing, told[^1].Answer!.Report!.From));
            Assert.Equal(AnswerResult.Dismissed, world.Monitor.Answer(new(AnswerKind.Dismissed, "b", "ada", asked.EpisodeId) { Reason = "retired" }));
            Assert.Equal(EpisodeState.Dismissed, world.Across.State);
        }
    }

    [Fact]
    public void It_ends_when_outcomes_are_as_claimed_again()
    {
        var world = new AcrossWorld(seed: 2);
        for (int day = 0; day < 24; day++) world.Run(day * 24, (day + 1) * 24, ($"v{day:D2}", day is >= 3 and < 14 ? Small : 0));

        // A version that happens to show it by itself may say so too.
        var told = world.Told.Where(one => one.Versions is not null).ToList();
        Assert.Equal([RequestKind.Requested, RequestKind.Resolved], told.Select(one => one.Kind));
        Assert.Equal((told[0].EpisodeId, told[0].Series, told[0].Versions), (told[1].EpisodeId, told[1].Series, told[1].Versions));
        Assert.InRange((told[1].Decided - AcrossWorld.Start).TotalDays, 14, 18);
        Assert.Null(world.Across.Episode);
    }

    /// <remarks>The oracle: the same predictions under one name. A model's evidence is then that of its one version, to the last bit.</remarks>
    [Theory]
    [InlineData(Dependence.Independent)]
    [InlineData(Dependence.Auto)]
    public void Versions_one_after_the_other_are_judged_as_one_version_with_all_their_data_would_be(Dependence dependence)
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            AcrossWorld many = new(seed, dependence), one = new(seed, dependence);
            int compared = 0;
            for (int hour = 0; hour < 8 * 24; hour++)
            {
                double off = hour < 60 ? 0 : Small / 2;
                many.Run(hour, hour + 1, ($"v{hour / 20:D2}", off));
                one.Run(hour, hour + 1, ("all", off));
                Assert.Empty(many.Told.Concat(one.Told));
                if (hour < 24) continue;
                var (across, alone) = (many.Across.Detector, one.Monitor.Capture().Series.Single().Detector!);
                Assert.Equal((alone.LogEvidence, alone.LogEvidenceLifetime, alone.Overdispersion, alone.Onset), (across.LogEvidence, across.LogEvidenceLifetime, across.Overdispersion, across.LogEvidence < across.LogThreshold - 4.6 ? alone.Onset : across.Onset));
                compared += across.LogEvidence is not null ? 1 : 0;
            }

            Assert.True(compared > 100, $"seed {seed}: {compared} compared");
        }
    }

    [Fact]
    public void A_model_of_one_version_has_none_of_it()
    {
        var world = new AcrossWorld(seed: 3);
        world.Run(0, 96, ("1", 0));

        Assert.Empty(world.Monitor.Capture().Models.Single().AcrossVersions);
        Assert.Equal(1, world.Of("1").Detector!.SharedBy);
        Assert.DoesNotContain(world.Chunks(), key => key.StartsWith("across", StringComparison.Ordinal));
    }

    [Fact]
    public void From_the_second_version_on_it_has_a_share_in_the_false_alarm_rate()
    {
        var world = new AcrossWorld(seed: 4);
        world.Run(0, 30, ("1", 0));
        Assert.Equal(1, world.Of("1").Detector!.SharedBy);
        world.Run(30, 60, ("2", 0));
        Assert.Equal((2, 2), (world.Of("2").Detector!.SharedBy, world.Across.Detector.SharedBy));
        // What was judged before it came is judged as it was.
        Assert.Equal(1, world.Of("1").Detector!.SharedBy);
    }

    /// <remarks>Asked about the same outcomes as the champion, as often.</remarks>
    [Fact]
    public void A_challenger_in_the_shadow_that_is_bad_is_told_as_itself()
    {
        var world = new AcrossWorld(seed: 5);
        world.Run(0, 24, ("champion", 0));
        world.Run(24, 20 * 24, ("champion", 0), ("challenger", 0.15));

        Assert.All(world.Told, one => Assert.Equal(("challenger", null), (one.Series.Version, one.Versions)));
        Assert.NotEmpty(world.Told);
        Assert.Equal(("champion", EpisodeState.Inactive, 0L), (world.Across.Leader, world.Across.State, world.Across.Requests));
    }

    /// <remarks>A champion and a shadow whose outcomes are the same ones: were each counted, evidence would be doubled.</remarks>
    [Fact]
    public void Outcomes_that_versions_share_count_once()
    {
        AcrossWorld shadowed = new(seed: 6), alone = new(seed: 6);
        shadowed.Run(0, 10 * 24, ("1", 0.02), ("2", 0.02));
        alone.Run(0, 10 * 24, ("1", 0.02));

        Assert.Equal(alone.Of("1").Detector!.LogEvidence, shadowed.Of("1").Detector!.LogEvidence);
        Assert.InRange(shadowed.Across.Detector.LogEvidence!.Value - alone.Of("1").Detector!.LogEvidence!.Value, -0.01, 0.01);
    }

    [Fact]
    public void What_one_version_shows_is_told_of_that_version_and_of_the_model_not_as_well()
    {
        var world = new AcrossWorld(seed: 7);
        world.Run(0, 48, ("1", 0));
        world.Run(48, 96, ("2", 0));
        world.Run(96, 20 * 24, ("2", 0.1));

        var told = Assert.Single(world.Told);
        Assert.Equal(("2", null), (told.Series.Version, told.Versions));
        Assert.DoesNotContain(world.Monitor.Episodes, episode => episode.Versions is not null);
    }

    [Fact]
    public void A_version_that_was_named_does_not_ask_again_and_the_next_one_does()
    {
        var world = new AcrossWorld(seed: 8);
        int day = 0;
        for (; world.Told.Count == 0; day++) world.Run(day * 24, (day + 1) * 24, ($"v{day:D2}", day < 3 ? 0 : Small));
        string named = world.Told[0].Series.Version;
        world.Run(day * 24, (day + 2) * 24, (named, 0.3));

        Assert.Single(world.Told);
        Assert.Equal(1, world.Of(named).Suppressed["covered"]);
        Assert.Contains(world.Monitor.Episodes, episode => episode.Series.Version == named && episode.Versions is null && episode.Withheld == "covered");

        world.Run((day + 2) * 24, (day + 4) * 24, ("after", 0.3));
        var own = world.Told.Single(one => one.Kind == RequestKind.Requested && one.Versions is null);
        Assert.Equal("after", own.Series.Version);
    }

    [Fact]
    public void Event_time_that_jumps_and_versions_that_come_in_another_order_tell_the_same()
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            AcrossWorld steps = new(seed), jumps = new(seed), otherwise = new(seed);
            for (int day = 0; day < 12; day++)
            {
                (string, double)[] versions = [($"v{(day + 1) / 2:D2}", day < 3 ? 0 : 0.04), ($"w{(day + 9) / 3:D2}", 0.05)];
                steps.Run(day * 24, (day + 1) * 24, versions);
                jumps.Run(day * 24, (day + 1) * 24, step: 24, versions);
                otherwise.Run(day * 24, (day + 1) * 24, step: 6, [versions[1], versions[0]]);
            }

            Assert.Equal(Told(steps), Told(jumps));
            Assert.Equal(Told(steps), Told(otherwise));
            Assert.Equal(StatePictures.Json(steps.Across), StatePictures.Json(jumps.Across));
            Assert.Equal(StatePictures.Json(steps.Across), StatePictures.Json(otherwise.Across));
            Assert.Equal(steps.Monitor.Episodes, jumps.Monitor.Episodes);
            Assert.Contains(steps.Told, one => one.Versions is not null || one.Kind == RequestKind.Requested);
        }
    }

    [Fact]
    public void A_restart_at_any_moment_changes_nothing()
    {
        int ofModels = 0;
        for (ulong seed = 1; seed <= 6; seed++)
        {
            var random = new SplitMix(seed);
            AcrossWorld through = new(seed), restarted = new(seed);
            for (int hour = 0; hour < 12 * 24; hour++)
            {
                var version = ($"v{hour / 20:D2}", hour < 72 ? 0 : Small);
                through.Run(hour, hour + 1, version, ("shadow", 0.01));
                restarted.Run(hour, hour + 1, version, ("shadow", 0.01));
                if (random.Chance(0.04)) restarted = restarted.Restart();
            }

            Assert.Equal(Told(through), Told(restarted));
            Assert.Equal(StatePictures.Json(through.Across), StatePictures.Json(restarted.Across));
            Assert.Equal(through.Monitor.Episodes, restarted.Monitor.Episodes);
            ofModels += through.Told.Count(one => one.Versions is not null);
        }

        Assert.True(ofModels > 2, $"{ofModels} told of the model");
    }

    [Fact]
    public void A_state_from_before_there_was_such_a_thing_begins_with_what_the_newest_version_taught()
    {
        var world = new AcrossWorld(seed: 9);
        for (int day = 0; day < 4; day++) world.Run(day * 24, (day + 1) * 24, ($"v{day:D2}", 0));
        var after = world.Restart(key => !key.StartsWith("across", StringComparison.Ordinal));

        Assert.Empty(after.Monitor.Capture().Models.Single().AcrossVersions);
        // A day later, so that what is read again since the last checkpoint shows what it showed.
        after.Run(96, 120, ("v04", 0));
        Assert.Empty(after.Monitor.Capture().Models.Single().AcrossVersions);
        after.Run(120, 124, ("v04", 0));
        Assert.Equal(("v04", DetectorWait.None), (after.Across.Leader, after.Across.Detector.WaitsFor));
    }

    private static IEnumerable<(string, RequestKind, EventTime, string)> Told(AcrossWorld world) => world.Told.Select(one => (one.Id, one.Kind, one.Decided, $"{one.Series} {one.Versions}"));
}

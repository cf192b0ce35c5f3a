using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>A reference is renewed when a fix that was answered for has brought the series back, and by nothing else.</summary>
public sealed class RenewedReferenceTests
{
    private static readonly EventTime Start = VersionWorld.Start;
    private static readonly TimeSpan Hour = VersionWorld.Hour;

    [Fact]
    public void Another_reference_is_gathered_from_the_recovery_on()
    {
        var world = Drifting();
        var first = Early(world).Reference!;
        Assert.Equal(Start, first.From);
        world.Answer(Fix(world));
        world.Run(72, 73, ("1", false));
        Assert.Equal(first.From, Early(world).Reference!.From); // an answer is no proof

        int hour = RunToRecovery(world, 73, ("1", false));
        var since = Early(world).GatheringSince!.Value;
        Assert.Null(Early(world).Reference);
        Assert.True(since >= Start + (73 * Hour) && since < Start + (hour * Hour), $"{since}");
        Assert.Equal([null, null], world.Monitor.Capture().Series.Select(series => series.EarlyWarning!.Reference)); // of the slice too

        world.Run(hour, hour + 30, ("1", false));
        var second = Early(world).Reference!;
        Assert.Equal(since, second.From);
        Assert.InRange(second.Labeled, 900, 1300);
        Assert.Empty(Early(world).Warnings);
    }

    [Fact]
    public void Worse_than_it_was_is_measured_against_the_new_one()
    {
        // The reference is of a time when the model was off: that much was "as it was", until the fix was accepted.
        var world = new VersionWorld("e-sr", early: Watch(), proveWithin: TimeSpan.FromDays(30));
        world.Run(0, 72, ("1", true));
        Assert.True(Detector(world).LogEvidenceRelative < 1);
        world.Answer(Fix(world));
        int hour = RunToRecovery(world, 72, ("1", false));
        Assert.Null(Detector(world).LogEvidenceRelative);
        world.Run(hour, hour + 30, ("1", false));
        Assert.NotNull(Detector(world).LogEvidenceRelative);
        hour += 30;
        for (int end = hour + 30; Detector(world).LogEvidenceRelative < Detector(world).LogThreshold; hour++)
        {
            Assert.True(hour < end, $"{Detector(world).LogEvidenceRelative} of {Detector(world).LogThreshold}");
            world.Run(hour, hour + 1, ("1", true));
        }
    }

    [Theory]
    [InlineData("nobody answers")]
    [InlineData("dismissed")]
    [InlineData("configured")]
    public void Else_it_stands(string why)
    {
        var world = Drifting(why == "configured" ? Watch() with { Reference = new() { From = Start, To = Start + (20 * Hour) } } : null);
        if (why == "dismissed") world.Answer(Fix(world) with { Kind = AnswerKind.Dismissed, Fix = null });
        if (why == "configured") world.Answer(Fix(world));
        int hour = RunToRecovery(world, 72, ("1", false));
        world.Run(hour, hour + 30, ("1", false));
        Assert.Equal(Start, Early(world).Reference!.From);
    }

    [Fact]
    public void Event_time_that_jumps_and_a_restart_give_the_same()
    {
        VersionWorld steps = Drifting(), jumps = Drifting(), restarted = Drifting();
        foreach (var world in new[] { steps, jumps, restarted }) world.Answer(Fix(world));
        steps.Run(72, 204, ("1", false));
        jumps.Run(72, 204, step: 44, ("1", false));
        int hour = RunToRecovery(restarted, 72, ("1", false));
        restarted.Run(hour, hour + 5, ("1", false)); // in the middle of gathering
        restarted = restarted.Restart();
        Assert.NotNull(Early(restarted).GatheringSince);
        restarted.Run(hour + 5, 204, ("1", false));

        foreach (var other in new[] { jumps, restarted })
        {
            foreach (var (expected, actual) in steps.Monitor.Capture().Series.Zip(other.Monitor.Capture().Series))
            {
                Assert.Equal(expected.Key, actual.Key);
                Assert.NotNull(expected.EarlyWarning!.Reference);
                Assert.NotEqual(Start, expected.EarlyWarning.Reference.From);
                Assert.Equivalent(expected.EarlyWarning, actual.EarlyWarning, strict: true);
                Assert.Equivalent(expected.Detector, actual.Detector, strict: true);
            }
        }
    }

    private static EarlyWarningSnapshot Early(VersionWorld world) => world.Of("1").EarlyWarning!;

    private static DetectorSnapshot Detector(VersionWorld world) => world.Of("1").Detector!;

    private static EarlyWarningOptions Watch() =>
        new() { Window = Hour, MinPredictions = 50, Reference = new ReferenceOptions { Least = TimeSpan.FromHours(10), Longest = TimeSpan.FromDays(2), Labeled = 1000 } };

    private static int RunToRecovery(VersionWorld world, int hour, params ReadOnlySpan<(string Version, bool Off)> versions)
    {
        for (; world.Monitor.Episodes.Last(episode => episode.Series.IsWhole).Recovered is null; hour++)
        {
            Assert.True(hour < 300, "it does not recover");
            world.Run(hour, hour + 1, versions);
        }

        return hour;
    }

    private static VersionWorld Drifting(EarlyWarningOptions? early = null)
    {
        var world = new VersionWorld("e-sr", proveWithin: TimeSpan.FromDays(30), early: early ?? Watch());
        world.Run(0, 24, ("1", false));
        world.Run(24, 72, ("1", true));
        Assert.Equal(EpisodeState.Cooling, world.Of("1").State);
        return world;
    }

    private static RecalibrationAnswer Fix(VersionWorld world) =>
        new(AnswerKind.Completed, "a", "ci", world.Told.First(one => one.Kind == RequestKind.Requested && one.Series.IsWhole).EpisodeId) { Model = "m", Version = "1", Fix = new("sha256:abcdef", 3, "platt", null) };
}

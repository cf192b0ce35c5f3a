using DriftWatch.Core.Monitoring;
using DriftWatch.Pipeline.Recovery;

namespace DriftWatch.Pipeline;

/// <summary>What earlier versions committed is still read, and shows what they showed.</summary>
/// <remarks>
/// A new golden, when the format has moved: make a folder with a <c>driftwatch.yaml</c>, set <c>DRIFTWATCH_GOLDEN_WRITE</c> to it and run this class with <c>-explicit on</c>. A golden is never written again:
/// it stands for states that are out there.
/// </remarks>
public sealed class GoldenCheckpointTests
{
    private static readonly string Folder = Repository.PathOf("tests/DriftWatch.Tests/Pipeline/Golden");

    public static TheoryData<string> Goldens => [.. Directory.GetDirectories(Folder).Select(golden => Path.GetFileName(golden)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void A_golden_checkpoint_is_read_and_shows_what_it_showed(string name) => Shows(GoldenCheckpoint.Read(Path.Combine(Folder, name)));

    [Theory]
    [MemberData(nameof(Goldens))]
    public void A_golden_checkpoint_that_is_stored_again_is_read_again(string name)
    {
        var golden = GoldenCheckpoint.Read(Path.Combine(Folder, name));
        var before = golden.Restore();
        var chunks = golden.Committed.Chunks.ToDictionary();
        foreach (var (key, bytes) in before.Checkpoint.Seal(new Epoch(), before.Restorer.State.Inputs.Partitions, whole: true).Chunks)
        {
            if (bytes is null) chunks.Remove(key);
            else chunks[key] = bytes;
        }

        var after = golden.Restore(golden.Options.Monitor, chunks);

        Assert.Equal(golden.Seen, GoldenFigures.Of(after.Restorer.State.Monitor.Capture()));
        Assert.DoesNotContain(after.Log, line => line.Contains("starts over"));
    }

    public static TheoryData<string, Func<MonitorOptions, MonitorOptions>, bool> Changes => new()
    {
        { "another tolerance", m => With(m, model => model with { Drift = model.Drift with { Tolerance = .1 } }), true },
        { "another rule", m => With(m, model => model with { Rule = Core.Drift.DriftRule.Threshold }), true },
        { "another alert threshold", m => With(m, model => model with { Drift = model.Drift with { FalseAlarmEvery = TimeSpan.FromDays(99) }, Threshold = model.Threshold with { Raise = .2 } }), false },
        { "more windows", m => m with { Windows = [.. m.Windows, TimeSpan.FromHours(2)] }, false },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_that_counts_do_not_depend_on_leaves_every_count(string change, Func<MonitorOptions, MonitorOptions> to, bool anew)
    {
        foreach (string name in Goldens.Select(row => (string)row.Data))
        {
            var golden = GoldenCheckpoint.Read(Path.Combine(Folder, name));

            var restored = golden.Restore(to(golden.Options.Monitor), golden.Committed.Chunks);

            string[] seen = [.. GoldenFigures.Of(restored.Restorer.State.Monitor.Capture()).Where(IsCount)];
            Assert.True(golden.Seen.Where(IsCount).SequenceEqual(seen), $"{change}, {name}");
            Assert.Equal(anew, restored.Log.Any(line => line.Contains("starts over")));
        }

        static bool IsCount(string line) => line.StartsWith("join", StringComparison.Ordinal) || line.Contains(": total ") || line.Contains(": bin ") || (line.Contains(": window ") && !line.Contains("window 120"));
    }

    [Theory]
    [InlineData("series/0/rule", "rule")]
    [InlineData("series/0", "series")]
    [InlineData("routes", "routes")]
    [InlineData("pipeline", "pipeline")]
    [InlineData("join/0", "join table")]
    public void A_chunk_of_a_version_to_come_is_refused_by_its_kind(string key, string kind)
    {
        var golden = GoldenCheckpoint.Read(Path.Combine(Folder, (string)Goldens.Last().Data));
        var chunks = golden.Committed.Chunks.ToDictionary();
        chunks[key] = [Core.State.ChunkFormat.Frame, 99, .. chunks[key]];

        var refused = Assert.Throws<StartRefusedException>(() => golden.Restore(golden.Options.Monitor, chunks));

        Assert.Contains($"\"{kind}\" have version 99, this DriftWatch reads up to ", refused.Message);
        Assert.Contains("Go back to that one.", refused.Message);
        Assert.Contains("--reset-state", refused.Message);
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public void A_golden_checkpoint_holds_every_kind_of_state(string name)
    {
        var golden = GoldenCheckpoint.Read(Path.Combine(Folder, name));
        string keys = string.Join('\n', golden.Committed.Chunks.Keys);
        string seen = string.Join('\n', golden.Seen);
        Assert.All((string[])["header", "pipeline", "routes", "monitor", "join/0", "journal/", "/rule", "/early", "/window/", "/pane/"], kind => Assert.Contains(kind, keys));
        Assert.All(GoldenTraffic.Rules.Concat(["e-sr", "threshold"]), rule => Assert.Contains($"detector {rule} ", seen));
        Assert.All((string[])["\nepisode ", "early reference ", "early warning ", "region", "cat"], what => Assert.Contains(what, seen));
    }

    [Fact(Explicit = true)]
    public void A_state_written_elsewhere_is_read_here()
    {
        string? folder = Environment.GetEnvironmentVariable("DRIFTWATCH_GOLDEN_READ");
        Assert.SkipWhen(folder is null, "DRIFTWATCH_GOLDEN_READ names no folder: see .ci/checks/15-previous-state.sh.");
        Shows(GoldenCheckpoint.Read(folder!));
    }

    [Fact(Explicit = true)]
    public void A_state_is_written_for_others_to_read()
    {
        string? folder = Environment.GetEnvironmentVariable("DRIFTWATCH_GOLDEN_WRITE");
        Assert.SkipWhen(folder is null, "DRIFTWATCH_GOLDEN_WRITE names no folder.");
        Assert.False(File.Exists(Path.Combine(folder!, "checkpoint.zip")), "There is one already.");
        GoldenCheckpoint.Write(folder!);
        Shows(GoldenCheckpoint.Read(folder!));
    }

    private static void Shows(GoldenCheckpoint golden)
    {
        var restored = golden.Restore();

        Assert.Equal(0, restored.Restorer.Mismatches);
        Assert.Equal(golden.Seen, GoldenFigures.Of(restored.Restorer.State.Monitor.Capture()));
        Assert.DoesNotContain(restored.Log, line => line.Contains("starts over"));
    }

    private static MonitorOptions With(MonitorOptions monitor, Func<ModelOptions, ModelOptions> change) =>
        monitor with { Default = change(monitor.Default), Models = monitor.Models.ToDictionary(model => model.Key, model => change(model.Value)) };
}

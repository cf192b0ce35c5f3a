using Microsoft.Extensions.Logging.Abstractions;

namespace DriftWatch.Pipeline;

/// <summary>What earlier versions committed is still read, and shows what they showed.</summary>
/// <remarks>
/// A new golden, when the format has moved: make a folder with a <c>driftwatch.yaml</c>, set <c>DRIFTWATCH_GOLDEN_WRITE</c> to it and run this class. A golden is never written again:
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
    public void A_golden_checkpoint_holds_every_kind_of_state(string name)
    {
        var golden = GoldenCheckpoint.Read(Path.Combine(Folder, name));
        string keys = string.Join('\n', golden.Committed.Chunks.Keys);
        string seen = string.Join('\n', golden.Seen);
        Assert.All((string[])["header", "pipeline", "routes", "monitor", "join/0", "journal/", "/rule", "/early", "/window/", "/pane/"], kind => Assert.Contains(kind, keys));
        Assert.All(Enum.GetValues<Drift.DriftRule>(), rule => Assert.Contains($"detector {Drift.DriftRules.Name(rule)} ", seen));
        Assert.All((string[])["\nepisode ", "early reference ", "early warning ", "region", "cat"], what => Assert.Contains(what, seen));
    }

    [Fact]
    public void A_state_written_elsewhere_is_read_here()
    {
        string? folder = Environment.GetEnvironmentVariable("DRIFTWATCH_GOLDEN_READ");
        Assert.SkipWhen(folder is null, "DRIFTWATCH_GOLDEN_READ names no folder: see .ci/checks/15-previous-state.sh.");
        Shows(GoldenCheckpoint.Read(folder!));
    }

    [Fact]
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
        var restorer = new Restorer(golden.Options.Pipeline, golden.Options.Monitor, golden.Committed, NullLogger.Instance, golden.Time);
        using var source = golden.Log.Open(restorer.Plan);
        int steps = 0;
        source.Refresh();
        restorer.Run(source, () => Assert.True(++steps < 100_000, "The records never came."), CancellationToken.None);

        Assert.Equal(0, restorer.Mismatches);
        Assert.Equal(golden.Seen, GoldenFigures.Of(restorer.State.Monitor.Capture()));
    }
}

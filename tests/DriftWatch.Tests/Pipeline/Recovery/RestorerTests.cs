using DriftWatch.Core.State;
using DriftWatch.Options;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>What a restore that fails is answered with: a reset is advised where the state is damaged, and never for a mistake of ours.</summary>
public sealed class RestorerTests
{
    private static readonly PipelineOptions Options = new() { BatchRecords = 20, CommitInterval = TimeSpan.Zero, IdleAdvance = false, InlineEntries = 0 };

    [Theory]
    [InlineData(typeof(ArgumentException))]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(KeyNotFoundException))]
    [InlineData(typeof(IndexOutOfRangeException))]
    public void A_mistake_of_ours_keeps_the_state_and_advises_no_reset(Type mistake)
    {
        using var service = Stopped();
        var restorer = new Restorer(Options, service.Monitor, service.Store.Checkpoint, NullLogger.Instance, service.Time);
        using var source = service.Log.Open(restorer.Plan);

        var tripped = Assert.Throws<RestoreTrippedException>(() => restorer.Run(source, () => throw (Exception)Activator.CreateInstance(mistake)!, CancellationToken.None));

        Assert.IsType(mistake, tripped.InnerException);
        Assert.DoesNotContain("--reset-state", tripped.Message);
        Assert.Contains("do not reset it", tripped.Message);
        Assert.Contains("Report this", tripped.Message);
    }

    [Theory]
    [InlineData("header")]
    [InlineData("pipeline")]
    [InlineData("monitor")]
    [InlineData("journal/")]
    public void A_piece_that_is_not_what_this_version_writes_is_refused_with_the_ways_out(string kind)
    {
        using var service = Stopped();
        var committed = service.Store.Checkpoint;
        var chunks = committed.Chunks.ToDictionary();
        string key = chunks.Keys.Where(name => name.StartsWith(kind, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Last();
        chunks[key] = [.. chunks[key], 1];

        var refused = Assert.Throws<StartRefusedException>(() =>
        {
            var restorer = new Restorer(Options, service.Monitor, committed with { Chunks = chunks }, NullLogger.Instance, service.Time);
            using var source = service.Log.Open(restorer.Plan);
            restorer.Run(source, () => { }, CancellationToken.None);
        });

        Assert.Contains("Run the version that wrote it, or start once with --reset-state", refused.Message);
    }

    /// <summary>Thousands of windows take a slow machine longer than <c>pipeline.stallTimeout</c>: a loop that says nothing meanwhile is taken for one that hangs, at every start.</summary>
    [Fact]
    public void Unpacking_the_state_gives_a_sign_of_life_for_every_piece_and_can_be_told_to_stop()
    {
        using var service = Stopped();
        var committed = service.Store.Checkpoint;
        int pieces = committed.Chunks.Keys.Count(key => key.StartsWith("series/", StringComparison.Ordinal));
        int signs = 0;
        var restorer = new Restorer(Options, service.Monitor, committed, NullLogger.Instance, service.Time);
        using (var source = service.Log.Open(restorer.Plan))
        {
            restorer.Run(source, () => signs += restorer.AtWork is null && restorer.Progress.Total == 0 ? 1 : 0, CancellationToken.None);
        }

        Assert.True(pieces > 10 && signs >= pieces, $"{signs} signs of life for {pieces} pieces");

        using var stop = new CancellationTokenSource();
        var stopped = new Restorer(Options, service.Monitor, committed, NullLogger.Instance, service.Time);
        using var again = service.Log.Open(stopped.Plan);
        int after = 0;
        Assert.Throws<OperationCanceledException>(() => stopped.Run(again, () => { if (++after == 10) stop.Cancel(); }, stop.Token));
        Assert.Equal(10, after);
    }

    /// <summary>As after a tombstone, or a compaction that took what it should not.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(50_000)]
    public void A_piece_that_is_gone_altogether_is_told_as_damage_and_named(int inlineEntries)
    {
        var options = Options with { InlineEntries = inlineEntries, JournalSegmentBytes = 200 };
        using var service = Stopped(options);
        var committed = service.Store.Checkpoint;
        string[] kinds = ["header", "pipeline", "routes", "monitor", "series/0", "/rule", "/early", "/window/", "/pane/", "journal/", "join/"];
        Assert.All(kinds.SkipLast(inlineEntries == 0 ? 1 : 0), kind => Assert.Contains(committed.Chunks.Keys, key => key.Contains(kind, StringComparison.Ordinal)));
        var header = new CheckpointHeader();
        StateExchange.Read(header, committed.Chunks[CheckpointHeader.Key]);
        // Those before are dropped by the next epoch, and no restart needs them.
        string[] needed = [.. committed.Chunks.Keys.Where(key => !key.StartsWith("journal/", StringComparison.Ordinal) || string.CompareOrdinal(key, header.JournalFrom) >= 0)];
        Assert.InRange(needed.Count(key => key.StartsWith("journal/", StringComparison.Ordinal)), inlineEntries == 0 ? 2 : 1, 10_000);
        Restore(committed with { Chunks = committed.Chunks.Where(chunk => needed.Contains(chunk.Key)).ToDictionary() });

        foreach (string key in needed)
        {
            var refused = Record.Exception(() => Restore(committed with { Chunks = committed.Chunks.Where(chunk => chunk.Key != key).ToDictionary() }));

            Assert.True(refused is StartRefusedException, $"{key}: {refused}");
            string name = key.Split('/') switch
            {
                ["series", var series, var part, ..] when part != "rule" => $"Series {series}, ",
                ["journal", ..] => "journal",
                _ => $"{key} is missing.",
            };
            Assert.Contains(name, refused.Message);
            Assert.Contains("start once with --reset-state", refused.Message);
        }

        void Restore(CommittedCheckpoint some)
        {
            var restorer = new Restorer(options, service.Monitor, some, NullLogger.Instance, service.Time);
            using var source = service.Log.Open(restorer.Plan);
            restorer.Run(source, () => { }, CancellationToken.None);
        }
    }

    private static PipelineDriver Stopped(PipelineOptions? options = null)
    {
        var service = new PipelineDriver(pipeline: options ?? Options);
        Traffic.Drifting(service, hours: 1, seed: 5);
        service.RunToEnd();
        Assert.True(service.Loop.Stop());
        return service;
    }
}

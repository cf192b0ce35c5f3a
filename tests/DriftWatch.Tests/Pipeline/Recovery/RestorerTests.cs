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

    private static PipelineDriver Stopped()
    {
        var service = new PipelineDriver(pipeline: Options);
        Traffic.Drifting(service, hours: 1, seed: 5);
        service.RunToEnd();
        Assert.True(service.Loop.Stop());
        return service;
    }
}

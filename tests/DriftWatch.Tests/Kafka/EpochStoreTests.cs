using System.Text;
using DriftWatch.Pipeline;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>Epochs on a real broker: all or nothing, and by one owner.</summary>
public sealed class EpochStoreTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>, IDisposable
{
    private readonly List<StoreRun> _runs = [];

    public void Dispose() => _runs.ForEach(r => r.End());

    private StoreRun Run(string name)
    {
        var run = new StoreRun(kafka.Running(), $"{kafka.Prefix}{name}-");
        _runs.Add(run);
        return run;
    }

    [Fact]
    public void What_one_owner_commits_the_next_one_finds()
    {
        var run = Run("next");
        var first = run.Store();
        var found = StoreRun.Acquire(first);
        Assert.Empty(found.Chunks);
        Assert.Empty(found.Offsets);
        for (int number = 1; number <= 3; number++) StoreRun.Commit(first, run.Epoch(number));
        StoreRun.Commit(first, new SealedEpoch(4, [], [new("other", "x"u8.ToArray())], run.Positions(4)));
        StoreRun.Commit(first, new SealedEpoch(5, [], [new("other", null)], run.Positions(5)));
        first.Leave();

        var second = run.Store();
        found = StoreRun.Acquire(second);

        Assert.Equal(["state"], found.Chunks.Keys);
        Assert.Equal("state-3", Encoding.UTF8.GetString(found.Chunks["state"]));
        Assert.Equal(run.Positions(5).ToDictionary(p => (p.Topic, p.Partition), p => p.Offset), found.Offsets);
        Assert.Equal(["event-1", "event-2", "event-3"], run.Read(run.Options.RequestTopic));
        Assert.Equal(["letter-1", "letter-2", "letter-3"], run.Read(run.Options.DeadLetterTopic));
    }
}

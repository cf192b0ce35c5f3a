using System.Text;
using DriftWatch.Kafka.Topics;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>Epochs on the cluster in this process, which knows transactions by name only: the demo's path runs.</summary>
public sealed class EmbeddedStoreTests
{
    [Fact]
    public void What_one_owner_commits_the_next_one_finds()
    {
        using var broker = new EmbeddedBroker();
        var run = new StoreRun(broker.BootstrapServers, "");
        run.Options = run.Options with { Embedded = true };
        broker.CreateTopics([.. new TopicPlan(run.Options).All]);
        byte[] large = new byte[1_500_000];
        new Random(1).NextBytes(large);
        try
        {
            var first = run.Store();
            Assert.Empty(StoreRun.Acquire(first).Chunks);
            for (int number = 1; number <= 5; number++) StoreRun.Commit(first, run.Epoch(number));
            StoreRun.Commit(first, run.Epoch(6, large, "large"));
            first.Leave();

            var found = StoreRun.Acquire(run.Store());

            Assert.Equal("state-5", Encoding.UTF8.GetString(found.Chunks["state"]));
            Assert.Equal(large, found.Chunks["large"]);
            Assert.Equal(6, run.Read(run.Options.RequestTopic).Count);
        }
        finally
        {
            run.End();
        }
    }

    [Fact]
    public async Task Who_is_told_to_stop_while_no_broker_answers_just_stops()
    {
        var run = new StoreRun("127.0.0.1:1", "");
        run.Options = run.Options with { ProbeTimeout = TimeSpan.FromMilliseconds(300) };
        using var stop = new CancellationTokenSource();
        using var store = run.Store();
        var acquired = store.Acquire(stop.Token);

        await stop.CancelAsync(); // in the midst of the first question

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquired);
    }

    [Fact]
    public void A_cluster_that_never_answers_is_a_state_and_leaving_it_takes_no_answer()
    {
        var run = new StoreRun("127.0.0.1:1", "");
        run.Options = run.Options with { ProbeTimeout = TimeSpan.FromMilliseconds(300) };
        var store = run.Store();
        var acquired = store.Acquire(TestContext.Current.CancellationToken);
        StoreRun.WaitUntil(() => store.Status.Trouble is not null, "trouble");

        Assert.Contains("No broker answers at 127.0.0.1:1", store.Status.Trouble);
        store.Leave();
        StoreRun.WaitUntil(() => acquired.IsCompleted, "the waiting ended");
        Assert.True(acquired.IsCanceled);
    }
}

using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using DriftWatch.Kafka.Owning;
using DriftWatch.Kafka.Topics;
using DriftWatch.Pipeline;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>On a real broker: one owner at a time, a standby that takes over, and what becomes of who was replaced.</summary>
public sealed class EpochStoreOwnershipTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>, IDisposable
{
    private readonly List<StoreRun> _runs = [];

    public void Dispose() => _runs.ForEach(r => r.End());

    [Fact]
    public async Task A_standby_waits_and_takes_over_when_the_owner_leaves()
    {
        var run = Run("leaves");
        // So long that only a farewell can bring the standby on in time.
        run.Options = run.Options with { SessionTimeout = TimeSpan.FromMinutes(5) };
        var (owner, standby) = (run.Store(), run.Store());
        StoreRun.Acquire(owner);
        StoreRun.Commit(owner, run.Epoch(1));
        var acquired = standby.Acquire(TestContext.Current.CancellationToken);
        StoreRun.WaitUntil(() => standby.Status.Role == StoreRole.Standby, "standing by");

        // The group is rearranged for the newcomer, and the owner stays what it is.
        StoreRun.Commit(owner, run.Epoch(2));
        Assert.False(acquired.IsCompleted);
        owner.Leave();
        StoreRun.WaitUntil(() => acquired.IsCompleted, "taken over");

        Assert.Equal("state-2", Encoding.UTF8.GetString((await acquired).Chunks["state"]));
        Assert.Equal((StoreRole.Owner, (string?)null, 0L), (standby.Status.Role, standby.Status.Trouble, standby.Status.Fenced));
        StoreRun.Commit(standby, run.Epoch(3));
        Assert.Equal(["event-1", "event-2", "event-3"], run.Read(run.Options.RequestTopic));
    }

    [Fact]
    public async Task A_standby_takes_over_from_an_owner_that_fell_silent()
    {
        string kcat = Programs.Find("kcat");
        var run = Run("silent");
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = run.Options.BootstrapServers }).Build())
        {
            await admin.CreateTopicsAsync([new TopicPlan(run.Options).Specify(run.Options.CheckpointTopic)]);
        }

        using var owner = Process.Start(new ProcessStartInfo(kcat,
        [
            "-b", run.Options.BootstrapServers, "-G", run.Options.GroupId, "-X", "session.timeout.ms=6000", "-X", "partition.assignment.strategy=cooperative-sticky", run.Options.CheckpointTopic,
        ]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var given = Task.Run(() =>
            {
                while (owner.StandardError.ReadLine() is { } line && !line.Contains(" rebalanced: ", StringComparison.Ordinal))
                {
                }
            }, TestContext.Current.CancellationToken);
            StoreRun.WaitUntil(() => given.IsCompleted, "kcat owns the task");
            var standby = run.Store();
            var acquired = standby.Acquire(TestContext.Current.CancellationToken);
            StoreRun.WaitUntil(() => standby.Status.Role == StoreRole.Standby, "standing by");

            owner.Kill(); // SIGKILL: nobody says farewell
            StoreRun.WaitUntil(() => acquired.IsCompleted, "taken over");
            Assert.Equal(StoreRole.Owner, standby.Status.Role);
        }
        finally
        {
            if (!owner.HasExited) owner.Kill();
        }
    }

    [Fact]
    public void Who_was_replaced_is_shut_out_says_so_and_can_begin_anew()
    {
        var run = Run("replaced");
        var first = run.Store();
        StoreRun.Acquire(first);
        StoreRun.Commit(first, run.Epoch(1));
        using var newer = Newer(run);

        var fenced = Assert.Throws<FencedException>(() => StoreRun.Commit(first, run.Epoch(2)));
        Assert.Contains("another one has taken over ownership of consumer group", fenced.Message);
        Assert.Contains("kafka.transactionTimeout", fenced.Message);
        Assert.Equal(1, first.Status.Fenced);
        Assert.Throws<InvalidOperationException>(() => StoreRun.Commit(first, run.Epoch(2)));

        var found = StoreRun.Acquire(first);
        Assert.Equal("state-1", Encoding.UTF8.GetString(found.Chunks["state"]));
        StoreRun.Commit(first, run.Epoch(2));
        Assert.Equal(["event-1", "event-2"], run.Read(run.Options.RequestTopic));
    }

    [Fact]
    public void Who_is_shut_out_again_and_again_stops_instead_of_fighting()
    {
        var run = Run("fight");
        var store = run.Store();
        for (int times = 1; times <= ConsecutiveFencing.Most; times++)
        {
            StoreRun.Acquire(store);
            using var other = Newer(run);
            Assert.Throws<FencedException>(() => StoreRun.Commit(store, run.Epoch(times)));
        }

        var refused = Assert.Throws<StartRefusedException>(() => StoreRun.Acquire(store));

        Assert.Contains(run.Options.TransactionalId, refused.Message);
        Assert.Contains("the same kafka.groupId", refused.Message);
    }

    private StoreRun Run(string name)
    {
        var run = new StoreRun(kafka.Running(), $"{kafka.Prefix}{name}-");
        _runs.Add(run);
        return run;
    }

    /// <summary>A newer owner, as far as the brokers know.</summary>
    private static IProducer<Null, Null> Newer(StoreRun run)
    {
        var newer = new ProducerBuilder<Null, Null>(new ProducerConfig { BootstrapServers = run.Options.BootstrapServers, TransactionalId = run.Options.TransactionalId })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        newer.InitTransactions(TimeSpan.FromSeconds(30));
        return newer;
    }
}

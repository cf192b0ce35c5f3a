using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Producing;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Web;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>The service on a real broker, with other programs at the other end.</summary>
public sealed class ApacheKafkaTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private static readonly PipelineOptions Often = new() { CommitInterval = TimeSpan.FromMilliseconds(200), PublishInterval = TimeSpan.FromMilliseconds(100), CheckpointInterval = TimeSpan.FromSeconds(1) };

    [Fact]
    public void What_kcat_writes_is_matched_and_what_is_bad_kcat_reads_as_dead_letters_with_headers()
    {
        string kcat = Programs.Find("kcat");
        var options = kafka.Options("kcat");
        using var service = new ServiceRun(options);
        service.RunUntil(s => s.Phase == ServicePhase.Running, "running on topics that it made itself");
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        Write(kcat, options, options.PredictionTopics[0], Enumerable.Range(0, 300).Select(i => $$"""{"id":"k{{i}}","model":"m","version":"1","timestamp":{{now - 60_000 + i}},"probability":0.4}"""));
        Write(kcat, options, options.LabelTopics[0], Enumerable.Range(0, 300).Select(i => $$"""{"id":"k{{i}}","timestamp":{{now - 50_000 + i}},"label":{{i % 2}}}"""));
        Write(kcat, options, options.PredictionTopics[0], ["""{"id":"bad","model":"m","timestamp":1772409600000,"probability":1e999}"""]);

        service.RunUntil(s => s.Monitor.Join.Matched == 300, "300 pairs matched");
        service.RunUntil(s => s.Streams.Sum(x => x.DeadLetters) == 1, "one dead letter acknowledged");
        string letters = Programs.Run(new ProcessStartInfo(kcat, ["-b", options.BootstrapServers, "-C", "-t", options.DeadLetterTopic, "-e", "-q", "-f", "%k|%h|%s\n"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        Assert.Contains("dw_error_reason=probability_range", letters);
        Assert.Contains($"dw_source_topic={options.PredictionTopics[0]}", letters);
        Assert.EndsWith("""|{"id":"bad","model":"m","timestamp":1772409600000,"probability":1e999}""", letters.TrimEnd());
        Assert.True(service.Stop());
    }

    [Fact]
    public void Positions_survive_a_restart_with_their_notes()
    {
        var options = kafka.Options("restart");
        long end;
        using (var first = new ServiceRun(options))
        {
            first.RunUntil(s => s.Phase == ServicePhase.Running, "running");
            TestTraffic.Write(options, pairs: 2000);
            first.RunUntil(s => s.Monitor.Join.Matched == 2000, "2000 pairs matched");
            Assert.True(first.Stop());
            end = first.Snapshot.Streams.SelectMany(s => s.Partitions).Sum(p => p.Position);
        }

        using var second = new ServiceRun(options);
        TestTraffic.Write(options, pairs: 500, from: 2000);

        // The horizon of a day: everything is within reach and counted again, then the new.
        second.RunUntil(s => s.Monitor.Join.Matched == 2500 && s.Phase == ServicePhase.Running, "old and new pairs matched");
        Assert.True(end >= 4000);
        Assert.Equal(0, second.Snapshot.Streams.Sum(s => s.DeadLetters));
    }

    [Fact]
    public async Task A_broker_killed_under_load_is_shown_survived_and_nothing_is_lost()
    {
        var options = kafka.Options("killed") with { BootstrapServers = kafka.Own() };
        using var service = new ServiceRun(options);
        service.RunUntil(s => s.Phase == ServicePhase.Running, "running");
        // The producer retries through the outage too: it is another client with its own patience.
        var load = Task.Run(() =>
        {
            for (int part = 0; part < 10; part++)
            {
                TestTraffic.Write(options, pairs: 500, from: part * 500, seconds: 120);
                Thread.Sleep(300);
            }
        }, TestContext.Current.CancellationToken);
        service.RunUntil(s => s.Monitor.Join.Matched > 500, "under load");

        kafka.Run("kill", "1");
        service.RunUntil(s => s.Phase == ServicePhase.Disconnected, "disconnected");
        Assert.Contains("No broker answers", service.Snapshot.Trouble);
        var outage = Stopwatch.StartNew();
        service.RunUntil(_ => outage.Elapsed > TimeSpan.FromSeconds(8), "eight seconds without a broker, alive");
        var start = Task.Run(() => kafka.Run("start", "1"), TestContext.Current.CancellationToken);
        service.RunUntil(s => s.Phase == ServicePhase.Running, "running again", seconds: 120);
        service.RunUntil(s => load.IsCompleted && s.Monitor.Join.Matched >= 5000, "all 5000 pairs matched", seconds: 120);

        await start;
        await load;
        Assert.Equal(5000, service.Snapshot.Monitor.Join.Matched);
        long commits = service.Snapshot.Commits;
        service.RunUntil(s => s.Commits > commits, "positions stored again");
        Assert.True(service.Stop());
    }

    [Fact]
    public async Task The_marker_of_a_transaction_that_ends_a_partition_counts_as_read_so_that_event_time_goes_on()
    {
        var options = kafka.Options("marker");
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).Build())
        {
            await admin.CreateTopicsAsync([new TopicSpecification { Name = options.PredictionTopics[0], NumPartitions = 1 }, new TopicSpecification { Name = options.LabelTopics[0], NumPartitions = 1 }]);
        }

        using (var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = options.BootstrapServers, TransactionalId = options.GroupId }).Build())
        {
            producer.InitTransactions(TimeSpan.FromSeconds(60));
            producer.BeginTransaction();
            producer.Produce(options.PredictionTopics[0], new() { Value = "any" });
            producer.CommitTransaction();
        }

        using var source = new KafkaSource(options, [], 1000, TimeProvider.System, NullLogger.Instance);
        Until(() => source.Partitions.Count == 2, "partitions are known");
        // The record and the end of the partition wait in the client's queue together, as after a long turn of the loop.
        await Task.Delay(3000, TestContext.Current.CancellationToken);
        var partition = source.Partitions.First(p => p.Part == StreamPart.Predictions);
        Until(() => source.Read(partition, 100) is null && partition.Position == 2 && partition.Idle, "the record and the marker are read, and the partition is idle");

        void Until(Func<bool> done, string what)
        {
            for (var deadline = DateTime.UtcNow.AddSeconds(30); !done(); Thread.Sleep(20))
            {
                Assert.True(DateTime.UtcNow < deadline, $"Not within 30 s: {what}. {string.Join(", ", source.Partitions.Select(p => $"{p} at {p.Position} of {p.LogEnd}"))}");
                source.Refresh();
            }
        }
    }

    [Fact]
    public void A_checkpoint_topic_that_is_deleted_under_a_running_owner_ends_it_with_the_way_out_and_is_not_made_again_half_empty()
    {
        var options = kafka.Options("no-checkpoint") with { MetadataInterval = TimeSpan.FromSeconds(1) };
        using var service = new ServiceRun(options);
        service.RunUntil(s => s.Phase == ServicePhase.Running, "running");
        TestTraffic.Write(options, pairs: 200);
        service.RunUntil(s => s.Monitor.Join.Matched == 200, "200 pairs matched");

        kafka.Tool("topics", "--delete", "--topic", options.CheckpointTopic);

        var refused = Assert.Throws<StartRefusedException>(() => service.RunUntil(_ => false, "refused", seconds: 60));
        Assert.Contains("--reset-state", refused.Message);
        Assert.Contains("checkpoint topic", refused.Message);
    }

    [Fact]
    public async Task A_checkpoint_topic_that_was_made_anew_under_a_running_owner_is_told_and_the_way_out_leads_on()
    {
        // No look while it is gone: only its id tells.
        var options = kafka.Options("checkpoint-anew") with { MetadataInterval = TimeSpan.FromMinutes(10) };
        using (var service = new ServiceRun(options, Often))
        {
            service.RunUntil(s => s.Phase == ServicePhase.Running, "running");
            TestTraffic.Write(options, pairs: 200);
            service.RunUntil(s => s.Monitor.Join.Matched == 200, "200 pairs matched");
            var matched = DateTimeOffset.UtcNow;
            service.RunUntil(s => s.StateStoredAt > matched, "a state with them is stored");
            using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).SetLogHandler((_, _) => { }).Build())
            {
                await admin.DeleteTopicsAsync([options.CheckpointTopic]);
                StoreRun.WaitUntil(() => admin.GetMetadata(TimeSpan.FromSeconds(30)).Topics.All(t => t.Topic != options.CheckpointTopic), "the topic is gone");
                await admin.CreateTopicsAsync([new TopicPlan(options).Specify(options.CheckpointTopic)]);
            }

            TestTraffic.Write(options, pairs: 50, from: 200);
            service.RunUntil(s => s.Trouble?.StartsWith($"The checkpoint topic {options.CheckpointTopic} was deleted and re-created", StringComparison.Ordinal) == true, "told", seconds: 120);
            service.RunUntil(s => s.Monitor.Join.Matched == 250, "its numbers go on", seconds: 120);
            Assert.False(new Health(service.Board, TimeProvider.System, new WebLimits()).Ready().Ok);
            Assert.Contains("start once with --reset-state", service.Snapshot.Trouble);
            Assert.True(service.Stop());
        }

        // As the sentence says: the new topic holds what was written since, which is no whole state.
        using (var refused = new ServiceRun(options)) Assert.Contains("--reset-state", refused.Refusal());
        using var reset = new ServiceRun(options, Often with { ResetsState = true });
        reset.RunUntil(s => s is { Phase: ServicePhase.Running, HasState: true, Trouble: null }, "running after a reset", seconds: 120);
        TestTraffic.Write(options, pairs: 50, from: 250);
        reset.RunUntil(s => s.Monitor.Join.Matched == 50, "counting again");
        Assert.True(reset.Stop());
    }

    private static void Write(string kcat, KafkaOptions options, string topic, IEnumerable<string> lines) =>
        Programs.Run(
            new ProcessStartInfo(kcat, ["-b", options.BootstrapServers, "-P", "-t", topic]) { RedirectStandardOutput = true, RedirectStandardError = true },
            string.Join('\n', lines) + "\n");
}

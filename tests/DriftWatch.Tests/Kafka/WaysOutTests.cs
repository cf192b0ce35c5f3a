using System.Text;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Producing;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Recovery;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>Every refusal of a start, and every way out that it names, walked on a real broker to a service that counts.</summary>
/// <remarks>The table of docs/exactly-once.md says the same.</remarks>
public sealed partial class WaysOutTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private const int Pairs = 200;

    private static readonly PipelineOptions Quick = new() { PublishInterval = TimeSpan.FromMilliseconds(100), CommitInterval = TimeSpan.FromMilliseconds(200) };

    [Fact]
    public void A_reset_goes_on_at_the_groups_offsets_with_nothing_known()
    {
        var options = Worked("reset");

        using (var reset = Start(options, reset: true))
        {
            TestTraffic.Write(options, pairs: 50, from: Pairs);
            Counts(reset, 50);
        }

        using var plain = Start(options);
        Counts(plain, 50);
    }

    [Fact]
    public async Task The_command_resets_as_its_help_says()
    {
        var options = Worked("command");
        using var run = CommandProcess.Start([
            "run", "--reset-state", "--listen", "127.0.0.1:0", "--bootstrap-servers", options.BootstrapServers, "--group-id", options.GroupId,
            "--set", $"kafka.topics.predictions={options.PredictionTopics[0]}", "--set", $"kafka.topics.labels={options.LabelTopics[0]}",
            "--set", $"kafka.topics.requests={options.RequestTopic}", "--set", $"kafka.topics.deadLetters={options.DeadLetterTopic}", "--set", $"kafka.topics.checkpoints={options.CheckpointTopic}",
            "--set", "defaults.lead=0s"]); // as the state was made: the core's own default

        await run.LineWithAsync("Deleted the old state of consumer group");
        run.Signal("TERM");

        Assert.Equal(0, await run.ExitAsync());
        TestTraffic.Write(options, pairs: 10, from: Pairs);
        using var plain = Start(options);
        Counts(plain, 10);
    }

    [Fact]
    public void Offsets_that_were_moved_are_put_back_to_what_the_refusal_says()
    {
        var options = Worked("moved");
        Move(options, _ => 0);

        string refusal = Refusal(options);
        for (int turn = 0; refusal.Contains("it was moved by something else", StringComparison.Ordinal) && turn < 10; turn++)
        {
            var said = MovedTo().Match(refusal);
            Assert.True(said.Success, refusal);
            Move(options, p => p.Topic == said.Groups[1].Value && p.Partition.Value == int.Parse(said.Groups[2].Value) ? long.Parse(said.Groups[3].Value) : null);
            using var again = Start(options);
            if (!EndsIn(again, s => s.Phase == ServicePhase.Running)) refusal = again.Refusal();
            else refusal = "";
        }

        Assert.Equal("", refusal);
        using var service = Start(options);
        Counts(service, Pairs);
    }

    [Fact]
    public void After_offsets_were_moved_a_reset_reads_that_stretch_again()
    {
        var options = Worked("moved-reset");
        Move(options, _ => 0);
        Assert.Contains("--reset-state", Refusal(options));

        using var reset = Start(options, reset: true);

        Counts(reset, Pairs);
    }

    [Fact]
    public void Offsets_beyond_the_end_of_a_topic_begin_at_its_oldest_record_after_a_reset()
    {
        var options = Worked("beyond");
        Move(options, _ => 1_000_000);
        Assert.Contains("--reset-state", Refusal(options));

        using var reset = Start(options, reset: true);

        Counts(reset, Pairs);
    }

    [Fact]
    public void A_topic_that_was_made_anew_is_refused_and_read_from_its_start_after_a_reset()
    {
        var options = Worked("anew");
        Remake(options, options.PredictionTopics[0], partitions: 2);
        Remake(options, options.LabelTopics[0], partitions: 2);
        TestTraffic.Write(options, pairs: 20, from: 1000);
        Assert.Contains("--reset-state", Refusal(options));

        using var reset = Start(options, reset: true);

        Counts(reset, 20);
    }

    [Fact]
    public void A_topic_with_fewer_partitions_is_one_that_was_made_anew_and_is_read_after_a_reset()
    {
        var options = Worked("fewer");
        Remake(options, options.PredictionTopics[0], partitions: 1);
        Remake(options, options.LabelTopics[0], partitions: 1);
        TestTraffic.Write(options, pairs: 20, from: 1000);
        string refusal = Refusal(options);
        Assert.Contains("was deleted and re-created", refusal);
        Assert.Contains("--reset-state", refusal);

        using var reset = Start(options, reset: true);

        Counts(reset, 20);
    }

    [Fact]
    public void A_checkpoint_topic_that_was_lost_is_made_again_and_the_state_with_it()
    {
        var options = Worked("lost") with { CreateTopics = false };
        using var admin = Admin();
        Delete(admin, options.CheckpointTopic);
        using (var waiting = Start(options))
        {
            waiting.RunUntil(s => s.Trouble?.Contains($"Missing topic '{options.CheckpointTopic}'", StringComparison.Ordinal) == true, "the missing topic is named");
            Make(admin, new TopicPlan(options).Specify(options.CheckpointTopic));
            string refusal = waiting.Refusal();
            Assert.Contains("there is no stored state that goes with them", refusal);
            Assert.Contains("--reset-state", refusal);
        }

        using (var reset = Start(options, reset: true))
        {
            TestTraffic.Write(options, pairs: 30, from: Pairs);
            Counts(reset, 30);
        }

        // The other way that the refusal names.
        Delete(admin, options.CheckpointTopic);
        Make(admin, new TopicPlan(options).Specify(options.CheckpointTopic));
        Assert.Contains("delete the group's offsets", Refusal(options));
        Forget(options);
        using var anew = Start(options);
        Counts(anew, Pairs + 30);
    }

    [Fact]
    public void A_damaged_checkpoint_is_told_from_a_mistake_of_ours_and_dropped_by_a_reset()
    {
        var options = Worked("damaged");
        var run = new StoreRun(options.BootstrapServers, "unused") { Options = options };
        var stored = run.Records(options.CheckpointTopic).Last(r => Encoding.UTF8.GetString(r.Key) == $"{options.GroupId}\t0\t{Checkpoint.PipelineKey}");
        byte[] damaged = [.. stored.Value];
        damaged[^1] ^= 4;
        using (var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers }).SetLogHandler((_, _) => { }).Build())
        {
            producer.Produce(options.CheckpointTopic, new() { Key = stored.Key, Value = damaged });
            producer.Flush(TimeSpan.FromSeconds(30));
        }

        string refusal = Refusal(options);
        Assert.Contains("its checksum is wrong", refusal);
        Assert.Contains("--reset-state", refusal);
        Move(options, _ => 0);
        using (var reset = Start(options, reset: true)) Counts(reset, Pairs);
        using var plain = Start(options);
        Counts(plain, Pairs);
    }

    [Fact]
    public void A_damaged_snapshot_is_passed_over_and_after_a_reset_new_ones_are_kept()
    {
        string folder = Directory.CreateTempSubdirectory("driftwatch-test").FullName;
        try
        {
            var pipeline = Quick with { SnapshotDirectory = folder, InlineEntries = 0, SnapshotInterval = TimeSpan.Zero };
            var options = Worked("snapshot", pipeline);
            string file = Assert.Single(Directory.GetFiles(folder).OrderDescending().Take(1));
            byte[] bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(file, bytes);
            using (var service = Start(options, pipeline: pipeline))
            {
                Counts(service, Pairs);
                Assert.Equal(0, service.Snapshot.RestoreMismatches);
            }

            string[] before = Contents();
            using (var reset = Start(options, reset: true, pipeline: pipeline))
            {
                TestTraffic.Write(options, pairs: 30, from: Pairs);
                Counts(reset, 30);
            }

            Assert.NotEmpty(Contents().Except(before));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string[] Contents() => [.. Directory.GetFiles(folder).Select(file => Convert.ToHexString(File.ReadAllBytes(file)))];
    }

    [Fact]
    public void Changed_settings_are_named_as_in_the_configuration_and_put_back_or_reset()
    {
        var options = Worked("settings");
        var longer = new MonitorOptions { Default = new ModelOptions { Join = new JoinRule { Horizon = TimeSpan.FromDays(2) } } };
        string refusal;
        using (var refused = Start(options, monitor: longer)) refusal = refused.Refusal();
        Assert.Contains("defaults.horizon 1d → 2d (decides what still waits for its label).", refusal);
        Assert.Contains("--reset-state", refusal);

        using (var back = Start(options)) Counts(back, Pairs);

        Move(options, _ => 0);
        using (var reset = Start(options, reset: true, monitor: longer)) Counts(reset, Pairs);
        using var plain = Start(options, monitor: longer);
        Counts(plain, Pairs);
    }

    [Fact]
    public void An_input_that_is_no_longer_named_is_refused_and_left_by_a_reset()
    {
        var options = Worked("input");
        using var admin = Admin();
        string other = options.PredictionTopics[0] + "-2";
        Make(admin, new TopicSpecification { Name = other, NumPartitions = 2 });
        var changed = options with { PredictionTopics = [other] };
        string refusal = Refusal(changed);
        Assert.Contains($"kafka.topics.predictions [{options.PredictionTopics[0]}] → [{other}]", refusal);

        using (var back = Start(options)) Counts(back, Pairs);
        TestTraffic.Write(changed, pairs: 40, from: Pairs);
        using var reset = Start(changed, reset: true);
        Counts(reset, 40);
    }

    [Fact]
    public void Offsets_that_Kafka_forgot_are_those_of_the_state()
    {
        var options = Worked("forgotten");
        Forget(options);

        using var service = Start(options);

        TestTraffic.Write(options, pairs: 10, from: Pairs);
        Counts(service, Pairs + 10);
    }

    [Fact]
    public void Without_offsets_a_reset_begins_as_the_first_start_did()
    {
        var options = Worked("first");
        Forget(options);

        using var reset = Start(options, reset: true);

        Counts(reset, Pairs);
    }

    [GeneratedRegex(@"The group's offset of (\S+)\[(\d+)\] is \d+, .*Put it back to (\d+),")]
    private static partial Regex MovedTo();

    /// <summary>A group that has counted <see cref="Pairs"/> and stopped.</summary>
    private KafkaOptions Worked(string name, PipelineOptions? pipeline = null)
    {
        var options = new StoreRun(kafka.Running(), $"{kafka.Prefix}{name}-").Options;
        using var admin = Admin();
        var plan = new TopicPlan(options);
        Make(admin, [.. plan.All.Select(plan.Specify)]);
        TestTraffic.Write(options, Pairs);
        using var service = Start(options, pipeline: pipeline);
        Counts(service, Pairs);
        Assert.True(service.Stop());
        return options;
    }

    private static ServiceRun Start(KafkaOptions options, bool reset = false, PipelineOptions? pipeline = null, MonitorOptions? monitor = null) =>
        new(options, (pipeline ?? Quick) with { ResetsState = reset }, monitor);

    private static string Refusal(KafkaOptions options)
    {
        using var refused = Start(options);
        return refused.Refusal();
    }

    /// <summary>It runs, and has counted so many pairs: each once.</summary>
    private static void Counts(ServiceRun service, int pairs)
    {
        service.RunUntil(s => s is { Phase: ServicePhase.Running, HasState: true, Trouble: null } && s.Monitor.Join.Matched >= pairs, $"running, {pairs} pairs counted", seconds: 120);
        service.RunUntil(s => s.Streams.All(stream => stream.Partitions.All(p => p.Lag == 0)), "everything read");
        Assert.Equal((pairs, pairs), (service.Snapshot.Monitor.Join.Predictions, service.Snapshot.Monitor.Join.Matched));
    }

    private static bool EndsIn(ServiceRun service, Predicate<ServiceSnapshot> done)
    {
        try
        {
            service.RunUntil(done, "running or refused", seconds: 120);
            return true;
        }
        catch (StartRefusedException)
        {
            return false;
        }
    }

    private void Move(KafkaOptions options, Func<TopicPartition, long?> to)
    {
        using var admin = Admin();
        var moved = Partitions(admin, options).Select(p => (Partition: p, Offset: to(p))).Where(one => one.Offset is not null).Select(one => new TopicPartitionOffset(one.Partition, one.Offset!.Value)).ToList();
        admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets(options.GroupId, moved)]).GetAwaiter().GetResult();
    }

    private void Forget(KafkaOptions options)
    {
        using var admin = Admin();
        admin.DeleteGroupsAsync([options.GroupId]).GetAwaiter().GetResult();
    }

    private void Remake(KafkaOptions options, string topic, int partitions)
    {
        using var admin = Admin();
        Delete(admin, topic);
        Make(admin, new TopicSpecification { Name = topic, NumPartitions = partitions });
    }

    private static void Delete(IAdminClient admin, string topic)
    {
        admin.DeleteTopicsAsync([topic]).GetAwaiter().GetResult();
        StoreRun.WaitUntil(() => admin.GetMetadata(TimeSpan.FromSeconds(30)).Topics.All(t => t.Topic != topic), $"{topic} is gone");
    }

    private static void Make(IAdminClient admin, params TopicSpecification[] topics)
    {
        admin.CreateTopicsAsync(topics).GetAwaiter().GetResult();
        StoreRun.WaitUntil(() => topics.All(made => admin.GetMetadata(TimeSpan.FromSeconds(30)).Topics.Any(t => t.Topic == made.Name && t.Partitions.Count > 0)), "the topics are there");
    }

    private static IEnumerable<TopicPartition> Partitions(IAdminClient admin, KafkaOptions options) =>
        admin.GetMetadata(TimeSpan.FromSeconds(30)).Topics.Where(t => new TopicPlan(options).Inputs.Contains(t.Topic)).SelectMany(t => t.Partitions.Select(p => new TopicPartition(t.Topic, p.PartitionId)));

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.Running() }).SetLogHandler((_, _) => { }).Build();
}

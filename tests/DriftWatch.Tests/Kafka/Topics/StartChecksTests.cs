using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Xunit;

namespace DriftWatch.Kafka.Topics;

/// <summary>What a real broker's settings say about the promises.</summary>
public sealed class StartChecksTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private static readonly TimeSpan Reach = TimeSpan.FromDays(2);

    [Fact]
    public void Topics_that_we_make_ourselves_are_as_they_should_be()
    {
        var options = Options("fine");
        using var admin = Make(options);

        var checks = Ask(admin, options);

        Assert.Empty(checks.Warnings);
        Assert.Equal(1_000_000, checks.BatchBytes);
        var topic = admin.GetMetadata(options.CheckpointTopic, TimeSpan.FromSeconds(10)).Topics[0];
        Assert.Single(topic.Partitions);
    }

    [Fact]
    public void A_checkpoint_topic_that_is_not_compacted_is_refused_with_the_command_that_mends_it()
    {
        var options = Options("policy");
        using var admin = Make(options, (options.CheckpointTopic, "cleanup.policy", "compact,delete"));

        var refused = Assert.Throws<StartRefusedException>(() => Ask(admin, options));

        Assert.Contains("cleanup.policy=compact,delete", refused.Message);
        int command = refused.Message.IndexOf("kafka-configs.sh ", StringComparison.Ordinal);
        kafka.Tool("configs", [.. refused.Message[command..].Split(' ')[3..]]);
        Assert.Empty(Ask(admin, options).Warnings);
    }

    [Fact]
    public void A_compacted_input_is_refused()
    {
        var options = Options("compacted");
        using var admin = Make(options, (options.LabelTopics[0], "cleanup.policy", "compact"));

        var refused = Assert.Throws<StartRefusedException>(() => Ask(admin, options));

        Assert.Contains($"The input topic {options.LabelTopics[0]} has cleanup.policy=compact", refused.Message);
    }

    [Fact]
    public void Retention_that_leaves_no_room_for_being_down_is_warned_of()
    {
        var options = Options("retention");
        var needed = Reach + TimeSpan.FromDays(1);
        using var admin = Make(options,
            (options.PredictionTopics[0], "retention.ms", $"{(long)needed.TotalMilliseconds - 1}"),
            (options.LabelTopics[0], "retention.ms", $"{(long)needed.TotalMilliseconds}"));

        string warning = Assert.Single(Ask(admin, options).Warnings);

        Assert.StartsWith($"The input topic {options.PredictionTopics[0]} keeps records for 2d23h59m59s999ms, but a restart may have to read back 2d", warning);
        Assert.Contains($"retention.ms to {(long)needed.TotalMilliseconds} ", warning);
    }

    [Fact]
    public void A_transaction_longer_than_the_brokers_allow_is_refused()
    {
        var options = Options("timeout") with { TransactionTimeout = TimeSpan.FromMinutes(16) };
        using var admin = Make(options);

        var refused = Assert.Throws<StartRefusedException>(() => Ask(admin, options));

        Assert.Contains("kafka.transactionTimeout is 16m", refused.Message);
    }

    [Fact]
    public void Batches_fit_the_smallest_limit_of_our_topics()
    {
        var options = Options("limits");
        using var admin = Make(options, (options.DeadLetterTopic, "max.message.bytes", "200000"));

        Assert.Equal(200_000, Ask(admin, options).BatchBytes);
    }

    /// <summary>Brokers learn of a new topic one after the other.</summary>
    private static StartChecks Ask(IAdminClient admin, KafkaOptions options)
    {
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            try
            {
                return StartChecks.Ask(admin, options, Reach);
            }
            catch (KafkaException early) when (early.Error.Code == ErrorCode.UnknownTopicOrPart)
            {
                Thread.Sleep(50);
            }
        }
    }

    private KafkaOptions Options(string name) => new StoreRun(kafka.Running(), $"{kafka.Prefix}{name}-").Options;

    /// <summary>All topics of ours, with some settings changed.</summary>
    private static IAdminClient Make(KafkaOptions options, params (string Topic, string Name, string Value)[] changes)
    {
        var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        var plan = new TopicPlan(options);
        var specifications = plan.All.Select(plan.Specify).ToList();
        foreach (var (topic, name, value) in changes) specifications.Single(s => s.Name == topic).Configs[name] = value;
        admin.CreateTopicsAsync(specifications).GetAwaiter().GetResult();
        return admin;
    }
}

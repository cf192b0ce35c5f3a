using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using DriftWatch.Replay;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>What is read of a real cluster without being a member of anything, and without a trace.</summary>
public sealed class TopicReplayTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private static readonly long From = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long Day = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    [Fact]
    public async Task A_stretch_of_the_topics_gives_the_document_of_files_with_the_same_records()
    {
        var options = kafka.Options("stretch");
        await CreateAsync(options);
        List<string> predictions = [], labels = [];
        using (var producer = Producer(options, null))
        {
            // Three days before, ten within, three behind.
            for (int day = -3; day < 13; day++)
            {
                for (int i = 0; i < 40; i++) Pair(producer, options, day, i, day is >= 0 and < 10 ? (predictions, labels) : ([], []));
            }

            Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(30)));
        }

        using var run = new ReplayRun();
        string expected = ReplayRun.Document(Request(run.Write("p.jsonl", string.Join('\n', predictions)), run.Write("l.jsonl", string.Join('\n', labels))));
        var before = Ends(options);

        string document = ReplayRun.Document(Request("", "") with { Stretch = new(options, new PipelineOptions(), new EventTime(From), new EventTime(From + (10 * Day))) });

        Assert.Contains("\"matched\":400,", expected, StringComparison.Ordinal);
        Assert.Equal(expected, document);
        Assert.Equal(before, Ends(options));
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).Build();
        Assert.DoesNotContain(admin.ListGroups(TimeSpan.FromSeconds(10)), group => group.Group == options.GroupId);
    }

    [Fact]
    public async Task Without_bounds_all_that_is_committed_is_replayed_and_bad_records_are_told_with_their_place()
    {
        var options = kafka.Options("whole");
        await CreateAsync(options);
        using (var producer = Producer(options, null))
        {
            for (int i = 0; i < 40; i++) Pair(producer, options, 0, i, ([], []));
            producer.Produce(new TopicPartition(options.PredictionTopics[0], 1), new Message<byte[], byte[]> { Value = "{"u8.ToArray() });
            producer.Flush(TimeSpan.FromSeconds(30));
        }

        var result = ReplayRun.Run(Request("", "") with { Stretch = new(options, new PipelineOptions(), null, null) });

        Assert.Equal((41, 40, 40), (result.PredictionRows, result.LabelRows, result.Snapshot.Join.Matched));
        Assert.StartsWith($"{options.PredictionTopics[0]}[1]@20: malformed (", Assert.Single(result.Examples), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_producer_gave_up_is_not_replayed()
    {
        var options = kafka.Options("aborted");
        await CreateAsync(options);
        using (var producer = Producer(options, "aborter"))
        {
            producer.InitTransactions(TimeSpan.FromSeconds(30));
            producer.BeginTransaction();
            for (int i = 0; i < 20; i++) Pair(producer, options, 0, i, ([], []));
            producer.Flush(TimeSpan.FromSeconds(30)); // so that they lie there when they are given up
            producer.AbortTransaction(TimeSpan.FromSeconds(30));
            producer.BeginTransaction();
            for (int i = 20; i < 60; i++) Pair(producer, options, 0, i, ([], []));
            producer.CommitTransaction(TimeSpan.FromSeconds(30));
        }

        Assert.True(Ends(options) > 120, "what was given up is in the log");
        var result = ReplayRun.Run(Request("", "") with { Stretch = new(options, new PipelineOptions(), null, null) });

        Assert.Equal((40, 40, 40), (result.PredictionRows, result.LabelRows, result.Snapshot.Join.Matched));
    }

    [Fact]
    public void A_topic_that_is_not_there_is_named_and_not_made()
    {
        var options = kafka.Options("absent");

        var refused = Assert.Throws<ReplayException>(() => ReplayRun.Run(Request("", "") with { Stretch = new(options, new PipelineOptions(), null, null) }));

        Assert.Contains($"There is no topic {options.PredictionTopics[0]}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failure, refused.ExitStatus);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).Build();
        Assert.DoesNotContain(admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics, topic => topic.Topic == options.PredictionTopics[0]);
    }

    [Fact]
    public async Task A_record_of_each_topic_is_mapped_and_each_field_is_shown()
    {
        var kafkaOptions = kafka.Options("sample");
        await CreateAsync(kafkaOptions);
        var options = new DriftWatchOptions
        {
            Kafka = kafkaOptions,
            Pipeline = new() { PredictionFields = new FieldMapping { DefaultModel = "fraud" }.With(FieldName.Probability, "/result/score") },
        };
        Assert.All(SampleCheck.Run(options), finding => Assert.True(finding.Good && finding.Finding.EndsWith("holds no record to look at yet", StringComparison.Ordinal), finding.Finding));
        using (var producer = Producer(kafkaOptions, "sampler"))
        {
            // A transaction ends with a marker, which is no record.
            producer.InitTransactions(TimeSpan.FromSeconds(30));
            producer.BeginTransaction();
            producer.Produce(kafkaOptions.PredictionTopics[0], new Message<byte[], byte[]> { Value = """{"id":"a1","timestamp":1793491200000,"result":{"score":0.25},"slices":{"region":"eu"}}"""u8.ToArray() });
            producer.Produce(kafkaOptions.LabelTopics[0], new Message<byte[], byte[]> { Value = """{"id":"a1","timestamp":1793491200000,"outcome":1}"""u8.ToArray() });
            producer.CommitTransaction(TimeSpan.FromSeconds(30));
        }

        var findings = SampleCheck.Run(options).ToList();

        Assert.True(findings[0].Good && findings[0].Finding.EndsWith("@0 is a prediction of 2026-11-01T00:00:00Z: id = a1, timestamp = 1793491200000, probability = 0.25, slices.region = eu", StringComparison.Ordinal), findings[0].Finding);
        Assert.Matches(@"labels\[\d\]@0 would be rejected as missing_label: /label: expected a label", findings[1].Finding);
        Assert.False(findings[1].Good);
    }

    private static ReplayRequest Request(string predictions, string labels) => new()
    {
        Predictions = predictions,
        Labels = labels,
        Windows = [TimeSpan.FromDays(1)],
        Configured = new MonitorOptions(),
    };

    private static void Pair(IProducer<byte[], byte[]> producer, KafkaOptions options, int day, int i, (List<string> Predictions, List<string> Labels) written)
    {
        long time = From + (day * Day) + (i * 60_000);
        string prediction = string.Create(CultureInfo.InvariantCulture, $$"""{"id":"d{{day}}-{{i}}","model":"m","version":"1","timestamp":{{time}},"probability":{{(i % 9 + 1) / 10.0}}}""");
        string label = $$"""{"id":"d{{day}}-{{i}}","timestamp":{{time + 5000}},"label":{{i % 2}}}""";
        Produce(options.PredictionTopics[0], prediction, time);
        Produce(options.LabelTopics[0], label, time + 5000);
        written.Predictions.Add(prediction);
        written.Labels.Add(label);

        void Produce(string topic, string json, long at) =>
            producer.Produce(new TopicPartition(topic, i % 2), new Message<byte[], byte[]> { Value = Encoding.UTF8.GetBytes(json), Timestamp = new Timestamp(at, TimestampType.CreateTime) });
    }

    private static IProducer<byte[], byte[]> Producer(KafkaOptions options, string? transactions) =>
        new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers, LingerMs = 5, TransactionalId = transactions is null ? null : options.GroupId + transactions })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private static async Task CreateAsync(KafkaOptions options)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).Build();
        // Old timestamps: retention must not take them.
        await admin.CreateTopicsAsync(new[] { options.PredictionTopics[0], options.LabelTopics[0] }
            .Select(topic => new TopicSpecification { Name = topic, NumPartitions = 2, ReplicationFactor = 1, Configs = new() { ["retention.ms"] = "-1" } }));
    }

    private static long Ends(KafkaOptions options)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = options.BootstrapServers, GroupId = "none" }).Build();
        return (from topic in new[] { options.PredictionTopics[0], options.LabelTopics[0] } from partition in new[] { 0, 1 } select consumer.QueryWatermarkOffsets(new(topic, partition), TimeSpan.FromSeconds(10)).High.Value).Sum();
    }
}

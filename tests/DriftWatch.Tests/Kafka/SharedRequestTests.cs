using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>Requests that two models have scored, on a real broker, with a restart between the two.</summary>
public sealed class SharedRequestTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private const int Requests = 500;

    private static readonly MonitorOptions Monitor = new() { Default = new ModelOptions { Join = new JoinRule { Horizon = TimeSpan.FromHours(1), Lead = TimeSpan.FromSeconds(5) } } };

    [Theory]
    [InlineData(50_000)]
    [InlineData(0)]
    public void A_label_that_came_before_a_restart_answers_the_challenger_that_scores_after_it(int inlineEntries)
    {
        var options = new StoreRun(kafka.Running(), $"{kafka.Prefix}shared-request-{inlineEntries}-").Options;
        var pipeline = new PipelineOptions { PublishInterval = TimeSpan.FromMilliseconds(100), CommitInterval = TimeSpan.FromMilliseconds(200), InlineEntries = inlineEntries };
        CreateInputs(options);
        long start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 600_000;
        Write(options, i => (options.PredictionTopics[0], $$"""{"id":"r{{i}}","model":"champion","version":"1","timestamp":{{start + i}},"probability":0.5}"""));
        Write(options, i => (options.LabelTopics[0], $$"""{"id":"r{{i}}","timestamp":{{start + i + 1000}},"label":{{i % 2}}}"""));
        using (var before = new ServiceRun(options, pipeline, Monitor))
        {
            before.RunUntil(s => s.Monitor.Join.Matched == Requests, "the champion's pairs");
            Assert.True(before.Stop());
        }

        Write(options, i => (options.PredictionTopics[0], $$"""{"id":"r{{i}}","model":"challenger","version":"9","timestamp":{{start + i + 40}},"probability":0.9}"""));
        using var after = new ServiceRun(options, pipeline, Monitor);
        after.RunUntil(s => s.Monitor.Join.Matched == 2 * Requests, "the challenger's pairs");

        var monitor = after.Snapshot.Monitor;
        Assert.All((string[])["champion", "challenger"], model => Assert.Equal((Requests, Requests / 2), Total(monitor, model)));
        Assert.Equal((0, Requests, 0), (monitor.Join.DuplicatePredictions, monitor.Join.JoinedLabels, monitor.Join.Pending));
        Assert.True(after.Stop());
    }

    private static void CreateInputs(KafkaOptions options)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        admin.CreateTopicsAsync(new[] { options.PredictionTopics[0], options.LabelTopics[0] }.Select(topic => new TopicSpecification { Name = topic, NumPartitions = 2 })).GetAwaiter().GetResult();
    }

    private static (long Labeled, long Positives) Total(MonitorSnapshot monitor, string model) =>
        monitor.Series.Single(series => series.Key.Model == model && series.Key.IsWhole).Total is var total ? (total.Labeled, total.Positives) : default;

    private static void Write(KafkaOptions options, Func<int, (string Topic, string Json)> record)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers, LingerMs = 5, EnableIdempotence = true })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        for (int i = 0; i < Requests; i++)
        {
            var (topic, json) = record(i);
            producer.Produce(topic, new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes($"r{i}"), Value = Encoding.UTF8.GetBytes(json) });
        }

        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(30)));
    }
}

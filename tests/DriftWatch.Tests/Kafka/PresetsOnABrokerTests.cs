using System.Text;
using Confluent.Kafka;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Metrics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Presets;
using DriftWatch.Web;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>The golden records of every preset, as another client writes them to a real broker, read by one service, to the gauges on its page.</summary>
public sealed class PresetsOnABrokerTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    /// <summary>A minute before the first golden records and a minute after the last: labels are of what was claimed before.</summary>
    private const string Before = "2025-06-02T09:59:00Z", After = "2025-06-02T10:02:00Z";

    [Fact]
    public async Task What_producers_write_is_joined_and_on_the_page()
    {
        var options = kafka.Options("presets");
        string TopicOf(GoldenRecords golden) => $"{options.GroupId}.{golden.Topic}";
        string plain = options.PredictionTopics[0], outcomes = options.LabelTopics[0];
        options = options with
        {
            PredictionTopics = [plain, .. GoldenRecords.All.Where(golden => golden.Part == FieldRecords.Predictions).Select(TopicOf)],
            LabelTopics = [outcomes, .. GoldenRecords.All.Where(golden => golden.Part == FieldRecords.Labels).Select(TopicOf)],
            CreatedPartitions = 1,
        };
        var pipeline = new PipelineOptions
        {
            PublishInterval = TimeSpan.FromMilliseconds(100), CommitInterval = TimeSpan.FromMilliseconds(200),
            TopicFields = GoldenRecords.All.ToDictionary(TopicOf, golden => Core.Input.Presets.Find(golden.Preset)!.Mapping),
        };
        using var service = new ServiceRun(options, pipeline, new MonitorOptions { MaxModels = 100 });
        service.RunUntil(s => s.Phase == ServicePhase.Running, "running");
        List<Task> sent = [];
        using (var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = options.BootstrapServers, LingerMs = 5 }).Build())
        {
            foreach (var golden in GoldenRecords.All)
            {
                foreach (var record in golden.Records)
                {
                    var headers = new Headers();
                    foreach (var (name, value) in record.Headers) headers.Add(name, value);
                    Send(TopicOf(golden), new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value, Headers = headers, Timestamp = new Timestamp(record.Timestamp ?? 1_748_858_400_000, TimestampType.CreateTime) });
                }

                foreach (var one in golden.Predictions) Put(outcomes, $$"""{"id":"{{one.Id}}","model":"{{one.Model}}","timestamp":"{{After}}","label":"{{one.Class ?? "1"}}"}""");
                foreach (var one in golden.Labels) Put(plain, $$"""{"id":"{{one.Id}}","model":"of {{golden.Preset}}","timestamp":"{{Before}}","predicted":"{{one.Label}}","confidence":0.5}""");
            }

            // What was not delivered says why.
            await Task.WhenAll(sent);
            void Put(string topic, string json) => Send(topic, new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes(json) });
            void Send(string topic, Message<byte[]?, byte[]?> message) => sent.Add(producer.ProduceAsync(topic, message));
        }

        long expected = GoldenRecords.All.Sum(golden => golden.Predictions.Length + golden.Labels.Length);
        service.RunUntil(s => s.Monitor.Join.Matched == expected && s.Streams.Sum(stream => stream.Filtered) == GoldenRecords.All.Sum(golden => golden.Filtered), $"{expected} pairs matched and what is not ours passed over", seconds: 120);

        string rejected = string.Join("; ", service.Snapshot.Streams.SelectMany(s => s.Rejected.Where(one => one.Value > 0 && one.Key != RejectReason.Filtered).Select(one => $"{s.Topic}: {one.Value} {one.Key}")));
        Assert.True(rejected.Length == 0, rejected);
        await using var host = await WebHost.Start(service.Snapshot);
        var page = new MetricsText(await host.Get("/metrics"));
        // A model version that answers in two ways has two views, and the page more than one line.
        foreach (var series in GoldenRecords.All.SelectMany(golden => golden.Predictions).GroupBy(one => (one.Model, one.Version)).Where(group => group.DistinctBy(one => one.Class is null).Count() == 1))
            Assert.Equal(series.Count(), page[$"driftwatch_joins_total{{model=\"{series.Key.Model}\",version=\"{series.Key.Version}\"}}"]);
        foreach (var golden in GoldenRecords.All.Where(golden => golden.Labels.Length > 0))
            Assert.Equal(golden.Labels.Length, page[$"driftwatch_joins_total{{model=\"of {golden.Preset}\",version=\"\"}}"]);
    }
}

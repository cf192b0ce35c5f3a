using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Commands;
using DriftWatch.Core.Input;
using DriftWatch.Hosting;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>Fields from keys, headers and the topic's name, as another client writes them to a real broker.</summary>
public sealed class PlacesOnABrokerTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private const int Pairs = 200;

    /// <summary>The shape of a logger that writes requests and responses of one model into one topic, with everything but the answer in headers; and of outcomes keyed by request.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Records_whose_fields_are_around_the_value_are_joined_and_others_passed_over(bool managedOnly)
    {
        var options = kafka.Options(managedOnly ? "places-managed" : "places");
        var pipeline = new PipelineOptions
        {
            PublishInterval = TimeSpan.FromMilliseconds(100),
            CommitInterval = TimeSpan.FromMilliseconds(200),
            PredictionFields = new FieldMapping
            {
                [FieldName.Id] = "header:ce_id",
                [FieldName.Timestamp] = "header:ce_time",
                [FieldName.Model] = "header:ce_inferenceservicename",
                [FieldName.Version] = "topic:(places)",
                [FieldName.Probability] = "/predictions/0",
                Filter = [RecordFilter.Of("header:ce_type = org.kubeflow.serving.inference.response")],
            },
            LabelFields = new FieldMapping { [FieldName.Id] = "key/request", [FieldName.Label] = "/fraud", TimeFrom = TimeSource.Kafka },
        };
        using var service = new ServiceRun(options, pipeline, managedOnly: managedOnly);
        service.RunUntil(s => s.Phase == ServicePhase.Running, "running");
        Write(options);

        service.RunUntil(s => s.Monitor.Join.Matched == Pairs && s.Streams.Sum(x => x.Filtered) == Pairs, "all pairs matched and all requests passed over");

        Assert.Equal(0, service.Snapshot.Streams.Sum(s => s.DeadLetters));
        var series = Assert.Single(service.Snapshot.Monitor.Series, s => s.Key.IsWhole);
        Assert.Equal(("fraud", "places"), (series.Key.Model, series.Key.Version));
    }

    /// <summary>The first thing that somebody with a cluster runs: what it prints reads those topics, and no group is left behind.</summary>
    [Fact]
    public async Task Inspect_prints_the_configuration_that_joins_what_is_there()
    {
        var options = kafka.Options("inspected");
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).Build())
            await admin.CreateTopicsAsync([new() { Name = options.PredictionTopics[0], NumPartitions = 3 }, new() { Name = options.LabelTopics[0], NumPartitions = 2 }]);
        Write(options, responsesOnly: true);
        string file = Path.GetTempFileName();

        var (code, output, error) = await Driftwatch("inspect", "--bootstrap-servers", options.BootstrapServers, "--predictions", options.PredictionTopics[0], "--labels", options.LabelTopics[0], "--out", file);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"{Pairs} of {Pairs} labels meet a prediction of the sample", output);
        var read = ConfigLoader.Load(new() { File = file });
        Assert.Empty(read.Faults);
        Assert.Equal(options.PredictionTopics, read.Options.Kafka.PredictionTopics);
        using var service = new ServiceRun(options, read.Options.Pipeline with { PublishInterval = TimeSpan.FromMilliseconds(100), CommitInterval = TimeSpan.FromMilliseconds(200) });
        service.RunUntil(s => s.Monitor.Join.Matched == Pairs, "all pairs matched with the configuration that was printed");
        File.Delete(file);
    }

    [Fact]
    public async Task Inspect_names_a_topic_that_is_not_there_and_the_one_that_is_near()
    {
        var options = kafka.Options("inspected-not");
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).Build())
            await admin.CreateTopicsAsync([new() { Name = "outcomes-of-inspect", NumPartitions = 1 }]);

        var (code, _, error) = await Driftwatch("inspect", "--bootstrap-servers", options.BootstrapServers, "--predictions", "outcome-of-inspect", "--labels", "x");

        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("There is no topic outcome-of-inspect, or it may not be read. Did you mean outcomes-of-inspect?", error);
    }

    private static async Task<(int Code, string Output, string Error)> Driftwatch(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        try
        {
            int code = await CommandLine.Create().Parse(arguments).InvokeAsync(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
            return (code, output.ToString(), error.ToString());
        }
        catch (CommandFailure failure)
        {
            return (failure.Code, output.ToString(), failure.Message);
        }
    }

    private static void Write(KafkaOptions options, bool responsesOnly = false)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers, LingerMs = 20 }).Build();
        for (int i = 0; i < Pairs; i++)
        {
            foreach (string type in responsesOnly ? new[] { "response" } : ["request", "response"])
            {
                producer.Produce(options.PredictionTopics[0], new Message<byte[], byte[]>
                {
                    Value = Encoding.UTF8.GetBytes(type == "request" ? """{"instances":[[1,2,3]]}""" : """{"predictions":[0.25]}"""),
                    Headers = new Headers
                    {
                        { "ce_id", Encoding.UTF8.GetBytes($"r{i}") },
                        { "ce_time", Encoding.UTF8.GetBytes(DateTimeOffset.UtcNow.AddMinutes(-1).ToString("o")) },
                        { "ce_type", Encoding.UTF8.GetBytes($"org.kubeflow.serving.inference.{type}") },
                        { "ce_inferenceservicename", "fraud"u8.ToArray() },
                    },
                });
            }

            producer.Produce(options.LabelTopics[0], new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes($$"""{"request":"r{{i}}"}"""), Value = Encoding.UTF8.GetBytes($$"""{"fraud":{{(i % 4 == 0 ? "true" : "false")}}}""") });
        }

        producer.Flush(TimeSpan.FromSeconds(30));
    }
}

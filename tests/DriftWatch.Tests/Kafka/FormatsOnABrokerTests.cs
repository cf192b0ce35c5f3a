using System.Globalization;
using Apache.Arrow;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using DriftWatch.Core.Input;
using DriftWatch.Files;
using DriftWatch.Formats;
using DriftWatch.Formats.Protobuf;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Metrics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Replay;
using DriftWatch.Web;
using Google.Protobuf;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>Records of other formats, as other clients write them to a real broker, up to a gauge.</summary>
public sealed class FormatsOnABrokerTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private const int Pairs = 100;

    /// <summary>Predictions by Confluent's Avro serializer, labels as JSON behind the same framing; the registry comes only when the service has been there for a while.</summary>
    [Fact]
    public async Task Avro_and_json_schema_of_a_registry_come_to_gauges()
    {
        await using var registry = await RegistryStub.Start();
        var options = kafka.Options("avro");
        var pipeline = new PipelineOptions
        {
            PublishInterval = TimeSpan.FromMilliseconds(100),
            CommitInterval = TimeSpan.FromMilliseconds(200),
            SchemaRegistry = new SchemaRegistryOptions { Url = [registry.Url] },
            PredictionFields = new FieldMapping
            {
                Format = RecordFormat.Avro,
                [FieldName.Timestamp] = "/at",
                [FieldName.Model] = "/model/name",
                [FieldName.Version] = "/model/version",
                [FieldName.Probability] = "/score",
            },
            LabelFields = new FieldMapping { Format = RecordFormat.JsonSchema },
        };
        using var service = new ServiceRun(options, pipeline);
        service.RunUntil(s => s.Phase == ServicePhase.Running, "running");
        await Write(options, registry);
        service.RunUntil(s => s.InputProblems.Count > 0 && s.Streams.Single(x => x.Name == "labels").Records == Pairs, "the labels are read, the predictions wait, and it is told");
        Assert.Equal(0, service.Snapshot.Streams.Single(s => s.Name == "predictions").Records);
        string gauge = $"driftwatch_input_problem{{stream=\"predictions\",topic=\"{options.PredictionTopics[0]}\",problem=\"schema_registry\"}}";
        Assert.Equal(1, (await Page(service))[gauge]);
        Assert.Contains(SampleCheck.Run(new DriftWatchOptions { Kafka = options, Pipeline = pipeline with { SchemaRegistry = pipeline.SchemaRegistry with { Timeout = TimeSpan.FromMilliseconds(200) } } }), one => !one.Good && one.Finding.Contains("cannot be read yet: Schema Registry", StringComparison.Ordinal));
        registry.Refuses = 0;
        service.RunUntil(s => s.Monitor.Join.Matched == Pairs && s.InputProblems.Count == 0, "all pairs matched");

        Assert.Equal(0, service.Snapshot.Streams.Sum(s => s.DeadLetters));
        Assert.All(SampleCheck.Run(new DriftWatchOptions { Kafka = options, Pipeline = pipeline }), one => Assert.True(one.Good, one.Finding));
        var page = await Page(service);
        Assert.Equal(Pairs, page["driftwatch_predictions_total{model=\"fraud\",version=\"7\"}"]);
        Assert.Equal(0, page[gauge]);

        // The same topics without the service, as a backtest.
        var replayed = ReplayRun.Run(new ReplayRequest { Predictions = "", Labels = "", Windows = [TimeSpan.FromDays(1)], Configured = new(), Stretch = new(options, pipeline, null, null) });
        Assert.Equal((Pairs, Pairs, Pairs), (replayed.PredictionRows, replayed.LabelRows, replayed.Snapshot.Join.Matched));
    }

    /// <summary>A table of many predictions in one record, and the answers of a model server one by one.</summary>
    [Fact]
    public async Task Arrow_and_the_answers_of_a_model_server_come_to_gauges()
    {
        var options = kafka.Options("columns");
        string tables = options.PredictionTopics[0], answers = $"{options.GroupId}.answers";
        options = options with { PredictionTopics = [tables, answers], CreatedPartitions = 1 };
        var pipeline = new PipelineOptions
        {
            PublishInterval = TimeSpan.FromMilliseconds(100),
            CommitInterval = TimeSpan.FromMilliseconds(200),
            TopicFields = new Dictionary<string, FieldMapping>
            {
                [tables] = new() { Format = RecordFormat.Arrow, DefaultModel = "table" },
                [answers] = new() { Format = RecordFormat.Protobuf, [FieldName.Model] = "/model_name", [FieldName.Version] = "/model_version", [FieldName.Timestamp] = "/parameters/time", [FieldName.Probability] = "/outputs/0/data/1" },
            },
        };
        using var service = new ServiceRun(options, pipeline);
        service.RunUntil(s => s.Phase == ServicePhase.Running, "running");
        using (var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers, LingerMs = 5 }).Build())
        {
            var stop = TestContext.Current.CancellationToken;
            long at = DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeMilliseconds();
            List<Task> written = [producer.ProduceAsync(tables, new() { Value = Table(at) }, stop)];
            for (int i = 0; i < Pairs; i++)
            {
                written.Add(producer.ProduceAsync(answers, new() { Value = Answer(i, at) }, stop));
                foreach (string id in (string[])[$"t{i}", $"a{i}"])
                    written.Add(producer.ProduceAsync(options.LabelTopics[0], new() { Value = System.Text.Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","timestamp":{{at + 1000}},"label":{{i % 2}}}""") }, stop));
            }

            await Task.WhenAll(written);
        }

        service.RunUntil(s => s.Monitor.Join.Matched == 2 * Pairs, "all pairs matched");

        Assert.Equal(0, service.Snapshot.Streams.Sum(s => s.DeadLetters));
        var page = await Page(service);
        Assert.Equal(Pairs, page["driftwatch_joins_total{model=\"table\",version=\"\"}"]);
        Assert.Equal(Pairs, page["driftwatch_joins_total{model=\"served\",version=\"3\"}"]);
    }

    private static byte[] Table(long at) => TableFiles.Arrow(
        asFile: false,
        ("id", new StringArray.Builder().AppendRange(Enumerable.Range(0, Pairs).Select(i => $"t{i}")).Build()),
        ("timestamp", new Int64Array.Builder().AppendRange(Enumerable.Repeat(at, Pairs)).Build()),
        ("probability", new FloatArray.Builder().AppendRange(Enumerable.Repeat(0.25f, Pairs)).Build()));

    private static byte[] Answer(int i, long at)
    {
        var answer = new ModelInferResponse { Id = $"a{i}", ModelName = "served", ModelVersion = "3" };
        answer.Parameters.Add("time", new InferParameter { StringParam = at.ToString(CultureInfo.InvariantCulture) });
        answer.Outputs.Add(new ModelInferResponse.Types.InferOutputTensor { Name = "predict", Datatype = "FP64", Shape = { 1, 2 } });
        answer.RawOutputContents.Add(ByteString.CopyFrom([.. BitConverter.GetBytes(0.75), .. BitConverter.GetBytes(0.25)]));
        return answer.ToByteArray();
    }

    private static async Task<MetricsText> Page(ServiceRun service)
    {
        await using var web = await WebHost.Start(service.Snapshot, DateTimeOffset.UtcNow);
        return new MetricsText(await web.Get("/metrics"));
    }

    /// <summary>Serializes with the registry, and writes when it is down.</summary>
    private static async Task Write(KafkaOptions options, RegistryStub registry)
    {
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = registry.Url });
        var serializer = new AvroSerializer<global::Avro.Generic.GenericRecord>(client);
        var at = DateTime.UtcNow.AddMinutes(-1);
        List<byte[]> predictions = [];
        for (int i = 0; i < Pairs; i++) predictions.Add(await serializer.SerializeAsync(AvroValues.APrediction($"p{i}", at, 0.25), new SerializationContext(MessageComponentType.Value, options.PredictionTopics[0])));
        registry.Refuses = 503;
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers, LingerMs = 5 }).Build();
        List<Task> written = [];
        for (int i = 0; i < Pairs; i++)
        {
            written.Add(producer.ProduceAsync(options.PredictionTopics[0], new() { Key = $"p{i}", Value = predictions[i] }));
            byte[] label = AvroValues.Framed(2, System.Text.Encoding.UTF8.GetBytes($$"""{"id":"p{{i}}","timestamp":"{{at.AddSeconds(1):O}}","label":{{i % 2}}}"""));
            written.Add(producer.ProduceAsync(options.LabelTopics[0], new() { Key = $"p{i}", Value = label }));
        }

        await Task.WhenAll(written);
    }
}

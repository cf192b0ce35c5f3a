using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Formats;
using DriftWatch.Options;
using DriftWatch.Web;
using Xunit;

namespace DriftWatch.Pipeline;

/// <summary>Records that were refused may hold anything, passwords too: nothing of them is anywhere but in their dead letters.</summary>
public sealed class SecretInRecordsTests
{
    private const string Secret = "hunter2";

    private static readonly string[] Pages =
        ["/", "/live", "/metrics", "/api/v1/status", "/api/v1/models", "/api/v1/series", "/api/v1/episodes", "/api/v1/fleet", "/healthz/ready?verbose", "/healthz/live?verbose", "/healthz/startup?verbose"];

    private static readonly byte[]?[] Predictions =
    [
        null,
        [],
        Text("password=hunter2"),
        Text("hunter2"),
        Text("\"hunter2\""),
        Text("[\"hunter2\"]"),
        Text("{\"id\":\"x\" \"password\":\"hunter2\"}"),
        Text("{\"id\":\"x\",\"password\":hunter2}"),
        Text("{hunter2:1}"),
        Text("{\"password\":\"hunter2"),
        Text("{\"password\":\"hunter2\\q\"}"),
        Text("{\"password\":\"\u0001hunter2\"}"),
        Text("{\"model\":\"hunter2\\ud800\",\"id\":\"x\"}"),
        [.. Text("{\"id\":\"hunter2"), 0xC3, 0x28, .. Text("hunter2\"}")],
        Text("{\"id\":\"x\"}hunter2"),
        Record("\"probability\":0.5", id: "{\"hunter2\":\"hunter2\"}"),
        Record("\"probability\":0.5", id: $"\"hunter2{new string('x', 2000)}\""),
        Record("\"probability\":0.5", id: "\"\",\"password\":\"hunter2\""),
        Record("\"probability\":0.5,\"id\":\"hunter2\""),
        Record("\"probability\":0.5", time: "\"hunter2\""),
        Record("\"probability\":0.5", time: "[\"hunter2\"]"),
        Record("\"probability\":0.5", time: "null,\"password\":\"hunter2\""),
        Record("\"probability\":0.5,\"password\":\"hunter2\"", time: "1772409600"),
        Record("\"probability\":0.5,\"password\":\"hunter2\"", time: "4070908800000"),
        Record("\"probability\":0.5", model: "[\"hunter2\"]"),
        Record("\"probability\":0.5", model: "\"\",\"password\":\"hunter2\""),
        Record("\"probability\":0.5", model: "\"hunter2\""),
        Record("\"probability\":0.5,\"version\":{\"hunter2\":1}"),
        Record("\"probability\":\"hunter2\""),
        Record("\"probability\":7,\"password\":\"hunter2\""),
        Record("\"probability\":0.5,\"samplingProbability\":\"hunter2\""),
        Record("\"predicted\":\"hunter2\""),
        Record("\"predicted\":{\"hunter2\":1},\"confidence\":0.5"),
        Record($"\"predicted\":\"hunter2{new string('x', 2000)}\",\"confidence\":0.5"),
        Record("\"confidence\":\"hunter2\",\"predicted\":\"a\""),
        Record("\"probabilities\":{\"hunter2\":0.5,\"a\":0.1}"),
        Record("\"probabilities\":{\"hunter2\":\"hunter2\"}"),
        Record("\"probabilities\":{\"hunter2\":0.5,\"hunter2\":0.5}"),
        Record($"\"probabilities\":{{\"hunter2{new string('x', 2000)}\":1}}"),
        Record("\"probabilities\":\"hunter2\""),
        Record("\"probability\":0.5,\"slices\":\"hunter2\""),
        Record("\"probability\":0.5,\"slices\":{\"a\":{\"hunter2\":1}}"),
        Record("\"probability\":0.5,\"slices\":{\"hunter2\":1,\"hunter2\":2}"),
        Record($"\"probability\":0.5,\"slices\":{{{string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"hunter2-{i}\":1"))}}}"),
        Record($"\"probability\":0.5,\"hunter2\":{new string('[', 200)}{new string(']', 200)}"),
        Text($"{{\"id\":\"x\",\"password\":\"hunter2\",\"padding\":\"{new string('x', 1_100_000)}\"}}"),
    ];

    private static readonly byte[]?[] Labels =
    [
        Text("{\"id\":\"x\",\"timestamp\":1772409600000,\"password\":\"hunter2\"}"),
        Text("{\"id\":\"x\",\"timestamp\":1772409600000,\"label\":{\"hunter2\":1}}"),
        Text("{\"id\":\"x\",\"timestamp\":1772409600000,\"label\":\"\",\"password\":\"hunter2\"}"),
        Text("{\"id\":\"x\",\"timestamp\":1772409600000,\"correct\":\"hunter2\"}"),
        Text("{\"id\":\"x\",\"timestamp\":1772409600000,\"label\":1,\"samplingProbability\":7,\"password\":\"hunter2\"}"),
        Text("{\"id\":\"known\",\"timestamp\":1772496060000,\"label\":\"hunter2\"}"),
        Text($"{{\"id\":\"x\",\"timestamp\":1772409600000,\"label\":\"hunter2{new string('x', 2000)}\"}}"),
    ];

    /// <summary>Of a topic of another format: one that is not, and one whose schema nobody has.</summary>
    private static readonly byte[][] Framed = [Text("hunter2"), AvroValues.Framed(77, Text("hunter2"))];

    [Fact]
    public async Task Nothing_of_a_refused_record_is_in_log_page_api_or_metrics()
    {
        var log = new Lines();
        var monitor = PipelineDriver.QuickModel() with { OnlyNamedModels = true };
        await using var registry = await RegistryStub.Start();
        var pipeline = new PipelineOptions
        {
            IdleAdvance = false,
            TopicFields = new Dictionary<string, FieldMapping> { ["framed"] = new FieldMapping { Format = RecordFormat.Avro } },
            SchemaRegistry = new SchemaRegistryOptions { Url = [registry.Url] },
        };
        using var service = new PipelineDriver(monitor with { Models = new Dictionary<string, ModelOptions> { ["m"] = monitor.Default } }, pipeline, logger: log);
        Traffic.Calibrated(service, predictions: 200, seed: 5);
        service.Predict("known", TimeSpan.FromDays(1), 0.5);
        service.RunToEnd();
        // One a second and more, so that the bound on lines hides none.
        foreach (var (topic, values) in new[] { ("predictions", Predictions), ("labels", Labels) })
        {
            foreach (byte[]? value in values)
            {
                service.Log.Append(topic, 0, new LogRecord(Text(Secret), value) { Headers = [new("authorization", Text(Secret)), new(Secret, null)] });
                service.RunToEnd();
                service.Time.Advance(TimeSpan.FromSeconds(11));
            }
        }

        service.Log.CreateTopic(StreamPart.Predictions, "framed", 1);
        foreach (byte[] value in Framed) service.Log.Append("framed", 0, new LogRecord(Text(Secret), value));
        for (int turns = 0; turns < 2000 && service.Output.DeadLetters.Count() < Predictions.Length + Labels.Length + Framed.Length; turns++)
        {
            service.Time.Advance(TimeSpan.FromSeconds(1));
            service.Cycle();
            Thread.Sleep(1); // for the registry
        }

        service.Settle();
        var rejected = service.Snapshot.Streams.SelectMany(s => s.Rejected).GroupBy(r => r.Key, r => r.Value).ToDictionary(r => r.Key, r => r.Sum());
        Assert.Equal(RejectReasons.All, RejectReasons.All.Where(reason => rejected[reason] > 0));
        Assert.Equal(Predictions.Length + Labels.Length + Framed.Length, rejected.Values.Sum());
        Assert.Equal(Predictions.Length + Labels.Length + Framed.Length, log.Written.Count(line => line.Contains("rejected as", StringComparison.Ordinal)));
        Assert.All(log.Written, line => Assert.DoesNotContain(Secret, line, StringComparison.OrdinalIgnoreCase));
        await using var web = await WebHost.Start(service.Snapshot, service.Time.GetUtcNow());
        foreach (string page in Pages)
        {
            string shown = await (await web.Ask(page)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain(Secret, shown, StringComparison.OrdinalIgnoreCase);
        }

        // The dead letter has all of it.
        Assert.All(service.Output.DeadLetters, letter => Assert.Equal(Secret, Encoding.UTF8.GetString(letter.Key!)));
        Assert.Contains(service.Output.DeadLetters, letter => DeadLetter.TextOf(letter, DeadLetter.Detail)!.EndsWith(", found hunter2", StringComparison.Ordinal));
    }

    private static byte[] Record(string rest, string id = "\"x\"", string model = "\"m\"", string time = "1772409600000") =>
        Text($"{{\"id\":{id},\"model\":{model},\"timestamp\":{time},{rest}}}");

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}

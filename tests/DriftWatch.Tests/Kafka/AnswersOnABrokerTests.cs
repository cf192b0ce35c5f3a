using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Events;
using DriftWatch.Kafka.Answering;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>Answers on a real broker: by Kafka, by HTTP and by command, read by the service as it is started, and killed at named places.</summary>
public sealed class AnswersOnABrokerTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private const string Token = "0123456789abcdef0123456789abcdef";
    private const int Killed = 137;

    [Fact]
    public async Task A_request_is_answered_by_command_and_the_service_says_so_on_all_surfaces()
    {
        var options = kafka.Options("answered");
        WriteDrift(options);
        using var service = Start(options);
        string episode = await Requested(service);

        using (var complete = CommandProcess.Start(Arguments(options, "events", "complete", episode, "--by", "ada", "--map", "sha256:ab")))
        {
            Assert.True(await complete.ExitAsync() == 0, complete.Output + complete.Error);
            Assert.Contains($"completed {episode}, event ", complete.Output);
            Assert.Contains("warning: 'sha256:ab' is no checksum as map.json has it", complete.Error);
        }

        // As docs/events/completed.v1.schema.json has it: what is not said is not there.
        using (var answer = JsonDocument.Parse(Assert.Single(AnswerStore.ReadAll(options, Answers(options))).Value!))
            Assert.Equal("""{"checksum":"sha256:ab"}""", answer.RootElement.GetProperty("data").GetProperty("map").GetRawText());

        await service.Until("/api/v1/episodes", page => page.Contains("\"state\":\"answered\"") && page.Contains("\"by\":\"ada\"") && page.Contains("\"map\":\"sha256:ab\""), "the episode is answered");
        await service.Until("/metrics", page => page.Contains("driftwatch_answers_total{result=\"completed\"} 1") && page.Contains("state=\"answered\"} 1"), "metrics say so");
        await service.Until("/", page => page.Contains("Completed by ada (map (sha256:ab))"), "the page says so");

        using (var tail = CommandProcess.Start(Arguments(options, "events", "tail", "--no-follow", "--episode", episode)))
        {
            Assert.True(await tail.ExitAsync() == 0, tail.Output + tail.Error);
            Assert.Equal(["requested", "completed", "updated"], tail.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        }

        await Refused(Arguments(options, "events", "complete", episode), 1, "Nothing was sent: ada has answered at ", "--unchecked sends the answer all the same");
        await Refused(Arguments(options, "events", "complete", "nobody"), 1, "names episode nobody; is the id mistyped");
        await Refused(Arguments(options, "events", "complete", episode, "--unchecked", "--revision", "0"), 2, "/data/map/revision is 0, expected a whole number from 1");
        await Refused(Arguments(options, "events", "tail", "--no-follow", "--type", "banana"), 2, "--type banana: expected requested, updated, resolved");
        using (var empty = CommandProcess.Start(Arguments(options, "events", "tail", "--no-follow", "--episode", "nobody")))
        {
            Assert.True(await empty.ExitAsync() == 0, empty.Output + empty.Error);
            Assert.Contains("is shown with --episode nobody.", empty.Error);
        }

        service.Signal("TERM");
        Assert.Equal(0, await service.ExitAsync());
        Assert.Single(AnswerStore.ReadAll(options, Answers(options)));
        kafka.Tool("topics", "--delete", "--topic", Answers(options));
        await Refused(Arguments(options, "events", "complete", episode, "--unchecked"), 1, $"The topic {Answers(options)} is not there, or may not be seen (rights: Describe, Write). Create it");
    }

    [Fact]
    public async Task A_request_is_answered_over_http_and_a_second_answer_is_refused()
    {
        var options = kafka.Options("http");
        WriteDrift(options);
        using var service = Start(options, "--set", $"web.answerToken={Token}");
        string episode = await Requested(service);
        using var client = new HttpClient { BaseAddress = new Uri(service.Address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Token);

        using var first = await client.PostAsJsonAsync($"/api/v1/episodes/{episode}/dismissed", new { by = "ada", reason = "retired on Friday" }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        await service.Until("/api/v1/episodes", page => page.Contains("\"state\":\"dismissed\"") && page.Contains("retired on Friday"), "the episode is dismissed");
        using var second = await client.PostAsync($"/api/v1/episodes/{episode}/completed", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
    }

    [Fact]
    public async Task A_request_that_is_sent_again_is_the_same_to_the_byte()
    {
        var options = kafka.Options("resent");
        WriteDrift(options);
        using var service = Start(options);
        string episode = await Requested(service);
        using var resend = CommandProcess.Start(Arguments(options, "events", "resend", episode));
        Assert.True(await resend.ExitAsync() == 0, resend.Output + resend.Error);

        var requests = AnswerStore.ReadAll(options, options.RequestTopic).Where(record => IdOf(record, "type") == CloudEventWriter.RequestedType && IdOf(record, "correlationid") == episode).ToList();
        Assert.Equal(2, requests.Count);
        Assert.Equal(requests[0].Value, requests[1].Value);
        Assert.Equal(requests[0].Key, requests[1].Key);
        Assert.Equal(requests[0].Headers.Select(header => (header.Name, Encoding.UTF8.GetString(header.Value!))), requests[1].Headers.Select(header => (header.Name, Encoding.UTF8.GetString(header.Value!))));

        using var unknown = CommandProcess.Start(Arguments(options, "events", "resend", "nobody"));
        Assert.Equal(1, await unknown.ExitAsync());
        Assert.Contains("holds no request of episode nobody", unknown.Error);
    }

    [Theory]
    [InlineData("after-produce")]
    [InlineData("after-offsets")]
    [InlineData("commit-sent")]
    [InlineData("after-commit")]
    public async Task Killed_while_an_answer_is_committed_it_is_applied_and_told_once(string place)
    {
        var options = kafka.Options($"killed-{place}");
        WriteDrift(options);
        string episode;
        using (var before = Start(options))
        {
            episode = await Requested(before);
            before.Signal("TERM");
            Assert.Equal(0, await before.ExitAsync());
        }

        // Nothing else is to be read: the first epoch with anything in it is that of the answers.
        Send(options, Answers(options), $$$"""{"specversion":"1.0","id":"a-1","source":"/ci","type":"io.driftwatch.recalibration.completed.v1","data":{"episode":"{{{episode}}}","by":"ci"} }""");
        Send(options, Answers(options), "nonsense");
        using (var killed = Start(options, new Dictionary<string, string> { [FailPoint.Variable] = $"{place}:1" }))
        {
            Assert.True(await killed.ExitAsync() == Killed, killed.Output);
        }

        using var after = Start(options);
        await after.Until("/api/v1/status", page => page.Contains("\"completed\":1") && page.Contains("\"malformed\":1"), "both were counted once");
        await after.Until("/api/v1/episodes", page => page.Contains("\"state\":\"answered\""), "the episode is answered");
        after.Signal("TERM");
        Assert.Equal(0, await after.ExitAsync());
        Assert.Single(AnswerStore.ReadAll(options, options.RequestTopic), record => IdOf(record, "type") == CloudEventWriter.UpdatedType);
        Assert.Single(AnswerStore.ReadAll(options, options.DeadLetterTopic));
        Assert.Contains(Answers(options), kafka.Tool("consumer-groups", "--describe", "--group", options.GroupId));
    }

    [Fact]
    public async Task Where_the_topic_is_missing_the_service_counts_and_says_how_to_make_it()
    {
        var options = kafka.Options("missing");
        WriteDrift(options);
        using (var before = Start(options))
        {
            await Requested(before);
            before.Signal("TERM");
            Assert.Equal(0, await before.ExitAsync());
        }

        kafka.Tool("topics", "--delete", "--topic", Answers(options));
        using var service = ServiceProcess.Start(options, ["--set", "kafka.createTopics=false", .. More(options)]);
        await service.Until("/api/v1/status", page => page.Contains($"No answers are read: the topic {Answers(options)} is not there, or may not be seen (right: Read). Create it") && page.Contains("\"phase\":\"running\""), "it says so and runs");
    }

    private static async Task Refused(string[] arguments, int code, params string[] words)
    {
        using var command = CommandProcess.Start(arguments);
        Assert.True(await command.ExitAsync() == code, command.Output + command.Error);
        Assert.All(words, said => Assert.Contains(said, command.Error));
    }

    private static string Answers(KafkaOptions options) => options.GroupId + "-answers";

    private static string IdOf(KeptRecord record, string name) => JsonDocument.Parse(record.Value!).RootElement.GetProperty(name).GetString()!;

    private static ServiceProcess Start(KafkaOptions options, params string[] more) => ServiceProcess.Start(options, [.. More(options), .. more]);

    private static ServiceProcess Start(KafkaOptions options, IReadOnlyDictionary<string, string> environment) => ServiceProcess.Start(options, environment, More(options));

    private static string[] More(KafkaOptions options) =>
    [
        "--set", $"recalibration.answersTopic={Answers(options)}", "--set", "recalibration.mapsTopic=unused-maps", "--set", "kafka.sessionTimeout=6s",
        "--set", "defaults.horizon=5m", "--set", "defaults.rule=threshold", "--set", "defaults.threshold.window=10m", "--set", "defaults.threshold.windows=2", "--set", "defaults.threshold.minLabeled=50",
        "--set", "monitor.windows=10m", "--set", "pipeline.idleAdvance=false", "--set", "pipeline.publishInterval=100ms", "--set", "pipeline.commitInterval=200ms", "--set", "kafka.metadataInterval=1s",
    ];

    private static string[] Arguments(KafkaOptions options, params string[] command) =>
    [
        .. command, "--set", $"kafka.bootstrapServers={options.BootstrapServers}", "--set", $"kafka.topics.requests={options.RequestTopic}", "--set", $"recalibration.answersTopic={Answers(options)}",
    ];

    private static async Task<string> Requested(ServiceProcess service)
    {
        string page = await service.Until("/api/v1/episodes", page => page.Contains("\"state\":\"cooling\""), "an episode is requested");
        using var json = JsonDocument.Parse(page);
        return json.RootElement.GetProperty("episodes").EnumerateArray().Single(one => one.GetProperty("state").GetString() == "cooling").GetProperty("id").GetString()!;
    }

    /// <summary>Three hours of a model that means what it says for the first only.</summary>
    private static void WriteDrift(KafkaOptions options)
    {
        var random = new Random(21);
        long start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - (5 * 3_600_000L);
        using var producer = Producer(options);
        using (var admin = new DependentAdminClientBuilder(producer.Handle).Build())
            admin.CreateTopicsAsync(new[] { options.PredictionTopics[0], options.LabelTopics[0] }.Select(topic => new TopicSpecification { Name = topic, NumPartitions = 1 })).GetAwaiter().GetResult();
        for (int i = 0; i < 3600; i++)
        {
            double probability = Math.Round(random.NextDouble(), 3);
            bool outcome = random.NextDouble() < (i < 1200 ? probability : probability / 3);
            Produce(producer, options.PredictionTopics[0], FormattableString.Invariant($$"""{"id":"p{{i}}","model":"m","version":"1","timestamp":{{start + (i * 3000L)}},"probability":{{probability}}}"""));
            Produce(producer, options.LabelTopics[0], $$"""{"id":"p{{i}}","timestamp":{{start + (i * 3000L) + 120_000}},"label":{{(outcome ? 1 : 0)}}}""");
        }

        producer.Flush(TimeSpan.FromSeconds(30));
    }

    private static void Send(KafkaOptions options, string topic, string value)
    {
        using var producer = Producer(options);
        Produce(producer, topic, value);
        producer.Flush(TimeSpan.FromSeconds(30));
    }

    private static void Produce(IProducer<Null, byte[]> producer, string topic, string value) => producer.Produce(topic, new() { Value = Encoding.UTF8.GetBytes(value) });

    private static IProducer<Null, byte[]> Producer(KafkaOptions options) => new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers, LingerMs = 5 }).SetLogHandler((_, _) => { }).Build();
}

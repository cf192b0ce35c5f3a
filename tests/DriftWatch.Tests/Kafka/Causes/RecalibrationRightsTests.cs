using System.Text.RegularExpressions;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Answering;
using DriftWatch.Options;
using DriftWatch.Recalibrating;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Kafka.Causes;

/// <summary><c>driftwatch recalibrate</c> without any right, to which is granted what it asks for and nothing else; and the service's rights on answers.</summary>
public sealed partial class RecalibrationRightsTests(SecuredKafka kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Whoever_grants_what_it_asks_for_gets_a_map_and_those_are_the_rights_of_the_documentation()
    {
        using var traffic = Traffic("walk");
        var options = Secured(traffic.Options.Kafka);
        traffic.WritePairs();
        traffic.WriteRequest("ep");
        Assert.Contains(ConnectionCheck.Run(options, traffic.Options.Recalibration), f => !f.Good && f.Finding.StartsWith("driftwatch recalibrate: Missing ACLs: Read on topic ", StringComparison.Ordinal));

        using var process = CommandProcess.Start(Arguments(traffic, options));
        List<string> granted = [];
        for (var until = DateTime.UtcNow + Patience; !process.Output.Contains("Published revision 1", StringComparison.Ordinal); await Task.Delay(100, TestContext.Current.CancellationToken))
        {
            foreach (string command in Commands(process.Output + process.Error).Except(granted).ToList())
            {
                kafka.Grant(command);
                granted.Add(command);
            }

            Assert.True(DateTime.UtcNow < until && granted.Count < 8, $"granted {string.Join("; ", granted)}\n{process.Output}\n{process.Error}");
        }

        process.Signal("TERM");
        Assert.Equal(ExitCode.Ok, await process.ExitAsync());
        Assert.Equal(Documented(traffic.Options), granted.Select(WithoutServer).Order(StringComparer.Ordinal));
        var findings = ConnectionCheck.Run(options, traffic.Options.Recalibration).Where(f => f.Finding.StartsWith("driftwatch recalibrate: ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, findings.Count); // the topics of maps and audit
        Assert.All(findings, f => Assert.True(f.Good, f.Finding));
    }

    [Fact]
    public void The_right_to_read_answers_is_asked_for_and_that_to_write_them_where_they_come_over_http()
    {
        using var traffic = Traffic("answers");
        var options = Secured(traffic.Options.Kafka);
        var recalibration = traffic.Options.Recalibration with { Folder = null };
        string Missing(bool overHttp) => ConnectionCheck.Run(options, recalibration, overHttp).Where(f => !f.Good).Select(f => f.Finding).SingleOrDefault(f => f.Contains($"on topic {recalibration.AnswersTopic}", StringComparison.Ordinal), "");

        Assert.Contains("Missing ACLs: Read and Write on topic", Missing(overHttp: true), StringComparison.Ordinal);
        string toRead = Missing(overHttp: false);
        Assert.Contains("Missing ACLs: Read on topic", toRead, StringComparison.Ordinal);
        kafka.Grant(Assert.Single(Commands(toRead)));

        Granted(() => Missing(overHttp: false));
        string toWrite = Missing(overHttp: true);
        Assert.Contains("Missing ACLs: Write on topic", toWrite, StringComparison.Ordinal);
        kafka.Grant(Assert.Single(Commands(toWrite)));
        Granted(() => Missing(overHttp: true));
    }

    /// <summary>The brokers hear of a right a moment after it was granted.</summary>
    private static void Granted(Func<string> missing)
    {
        string left = missing();
        for (var until = DateTime.UtcNow + Patience; left.Length > 0 && DateTime.UtcNow < until; left = missing()) Thread.Sleep(200);
        Assert.Equal("", left);
    }

    /// <summary>Topics are made by one who may.</summary>
    private RecalibrationTraffic Traffic(string name)
    {
        var traffic = new RecalibrationTraffic(kafka.Options($"recalibrate-{name}"));
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.Running() }).SetLogHandler((_, _) => { }).Build();
        Assert.Equal("", new AnswerTopics(traffic.Options.Kafka, traffic.Options.Recalibration, NullLogger.Instance).Look(admin));
        return traffic;
    }

    private KafkaOptions Secured(KafkaOptions options) => options with { BootstrapServers = kafka.Sasl, Properties = kafka.Login, CreateTopics = false, CreateInputTopics = false };

    private static string[] Arguments(RecalibrationTraffic traffic, KafkaOptions options) =>
    [
        .. traffic.Arguments().Where(argument => argument != "--create-topics").Select(argument => argument == traffic.Options.Kafka.BootstrapServers ? options.BootstrapServers : argument),
        "--set", "kafka.probeInterval=200ms",
        .. options.Properties.SelectMany(property => new[] { "--set", $"kafka.properties.{property.Key}={property.Value}" }),
    ];

    private static List<string> Commands(string text) => [.. Command().Matches(text).Select(m => m.Value.Trim()).Distinct()];

    private static string WithoutServer(string command) => string.Join(' ', command.Split(' ')[3..]);

    /// <summary>The commands of the documentation, with the names of this test in place of the default ones.</summary>
    private static List<string> Documented(DriftWatchOptions options)
    {
        var (names, ours, kafka, recalibration) = (new KafkaOptions(), new RecalibrationOptions(), options.Kafka, options.Recalibration);
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "troubleshooting.md"));
        string set = text[text.IndexOf("(recalibration.md#a-service-that-answers) needs these", StringComparison.Ordinal)..];
        (string Default, string Name)[] renamed =
        [
            (names.PredictionTopics[0], kafka.PredictionTopics[0]), (names.LabelTopics[0], kafka.LabelTopics[0]), (names.RequestTopic, kafka.RequestTopic), (names.DeadLetterTopic, kafka.DeadLetterTopic),
            (ours.MapsTopic, recalibration.MapsTopic), (ours.AuditTopic, recalibration.AuditTopic), (ours.AnswersTopic!, recalibration.AnswersTopic!),
            (ours.Clients(names).GroupId, recalibration.Clients(kafka).GroupId), (ours.Clients(names).TransactionalId, recalibration.Clients(kafka).TransactionalId),
        ];
        return [.. Commands(set[..set.IndexOf("### ", StringComparison.Ordinal)])
            .Select(command => string.Join(' ', WithoutServer(command).Split(' ').Select(word => Array.Find(renamed, one => one.Default == word) is { Name: { } name } ? name : word)))
            .Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"kafka-acls\.sh(?: [^\s&]+)+")]
    private static partial Regex Command();
}

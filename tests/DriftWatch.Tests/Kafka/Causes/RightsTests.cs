using System.Text.RegularExpressions;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Producing;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Xunit;

namespace DriftWatch.Kafka.Causes;

/// <summary>A service without any right, to which is granted what it asks for and nothing else.</summary>
public sealed partial class RightsTests(SecuredKafka kafka)
{
    [Fact]
    public void Whoever_grants_what_it_asks_for_gets_a_service_that_runs_and_those_are_the_rights_of_the_documentation()
    {
        var options = Options("walk");
        kafka.MakeTopics(options);
        using var service = new ServiceRun(options);
        List<string> granted = [];

        while (granted.Count < 8)
        {
            string? before = null;
            service.RunUntil(
                s => s is { Phase: ServicePhase.Running, Trouble: null, Commits: > 0 } || (s.Trouble is { } trouble && trouble != before && Commands(trouble).Except(granted).Any()),
                $"running, or a right that is missing; granted {string.Join("; ", granted)}", seconds: 120);
            if (service.Snapshot is not { Trouble: { } missing }) break;
            before = missing;
            foreach (string command in Commands(missing).Except(granted).ToList())
            {
                Run(command);
                granted.Add(command);
            }
        }

        // It works, its dead letters included.
        var plain = options with { BootstrapServers = kafka.Running(), Properties = new Dictionary<string, string>() };
        TestTraffic.Write(plain, pairs: 200);
        Produce(plain, plain.PredictionTopics[0], "no JSON");
        service.RunUntil(s => s.Monitor.Join.Matched == 200 && s.Streams.Sum(x => x.DeadLetters) == 1 && s.Trouble is null, "200 pairs and a dead letter committed", seconds: 120);
        Assert.Equal(Documented(options), granted.Select(WithoutServer).Order(StringComparer.Ordinal));
        Assert.True(service.Stop());
        Assert.DoesNotContain(ConnectionCheck.Run(options), f => !f.Good);
    }

    [Fact]
    public void A_right_that_is_taken_away_is_named_while_it_is_missing_and_not_any_more_when_it_is_back()
    {
        var options = Options("taken") with { MetadataInterval = TimeSpan.FromSeconds(1) };
        kafka.MakeTopics(options);
        foreach (string command in Commands($"{Rights.TopicCommands(options)} && {Rights.GroupCommand(options)} && {Rights.TransactionCommand(options)}")) kafka.Grant(command);
        using var service = new ServiceRun(options);
        service.RunUntil(s => s is { Phase: ServicePhase.Running, Trouble: null }, "running", seconds: 120);

        kafka.Revoke(AclOperation.Read, options.LabelTopics[0]);
        service.RunUntil(s => s.Trouble?.Contains($"Read on topic {options.LabelTopics[0]}", StringComparison.Ordinal) == true, "the right named");
        string trouble = service.Snapshot.Trouble!;
        var findings = ConnectionCheck.Run(options);
        kafka.Grant(Assert.Single(Commands(trouble)));
        service.RunUntil(s => s is { Phase: ServicePhase.Running, Trouble: null }, "running again", seconds: 120);

        Assert.Contains(findings, f => !f.Good && f.Finding.Contains($"Read on topic {options.LabelTopics[0]}", StringComparison.Ordinal));
        Assert.True(service.Stop());
    }

    [Fact]
    public void Topics_that_may_not_be_made_are_refused_with_the_right_to_grant()
    {
        var options = Options("made") with { CreateTopics = true, CreateInputTopics = true };
        foreach (string command in Commands(Rights.TopicCommands(options))) kafka.Grant(command);
        using var service = new ServiceRun(options);
        service.RunUntil(s => s.Trouble?.Contains("Not authorized to create topics", StringComparison.Ordinal) == true, "the right to create named", seconds: 120);

        foreach (string command in Commands(Rights.Command(options, "Create", [.. new TopicPlan(options).All]))) kafka.Grant(command);
        service.RunUntil(s => s.Trouble is { } trouble && !trouble.Contains("create", StringComparison.Ordinal) && trouble.Contains("group", StringComparison.Ordinal), "the next right named", seconds: 120);

        Assert.True(service.Stop());
    }

    private KafkaOptions Options(string name) => new StoreRun(kafka.Sasl, $"{kafka.Prefix}{name}-").Options with { CreateTopics = false, CreateInputTopics = false, Properties = kafka.Login };

    /// <summary>The commands that a sentence holds.</summary>
    private static List<string> Commands(string trouble) => [.. Command().Matches(trouble).Select(m => m.Value.Trim())];

    /// <summary>Runs a command as it stands, with Kafka's own tool and the address of the administrator's listener.</summary>
    private void Run(string command) => kafka.Tool("acls", [.. command.Split(' ')[3..]]);

    private static string WithoutServer(string command) => string.Join(' ', command.Split(' ')[3..]);

    /// <summary>The commands of the documentation, with the names of this test in place of the default ones.</summary>
    private static List<string> Documented(KafkaOptions options)
    {
        var names = new KafkaOptions();
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "troubleshooting.md"));
        string set = text[text.IndexOf("## Rights", StringComparison.Ordinal)..];
        set = set[..set.IndexOf("### ", StringComparison.Ordinal)];
        return [.. Commands(set)
            .Select(c => WithoutServer(c) + " ")
            .Select(c => c
                .Replace($"--topic {names.PredictionTopics[0]} ", $"--topic {options.PredictionTopics[0]} ", StringComparison.Ordinal)
                .Replace($"--topic {names.LabelTopics[0]} ", $"--topic {options.LabelTopics[0]} ", StringComparison.Ordinal)
                .Replace($"--topic {names.RequestTopic} ", $"--topic {options.RequestTopic} ", StringComparison.Ordinal)
                .Replace($"--topic {names.DeadLetterTopic} ", $"--topic {options.DeadLetterTopic} ", StringComparison.Ordinal)
                .Replace($"--topic {names.CheckpointTopic} ", $"--topic {options.CheckpointTopic} ", StringComparison.Ordinal)
                .Replace($"--transactional-id {names.TransactionalId} ", $"--transactional-id {options.TransactionalId} ", StringComparison.Ordinal)
                .Replace($"--group {names.GroupId} ", $"--group {options.GroupId} ", StringComparison.Ordinal)
                .Trim())
            .Order(StringComparer.Ordinal)];
    }

    private static void Produce(KafkaOptions options, string topic, string value)
    {
        using var producer = new RecordProducer(options.BootstrapServers);
        producer.Produce(topic, "key", value);
    }

    [GeneratedRegex(@"kafka-acls\.sh(?: [^\s&]+)+")]
    private static partial Regex Command();
}

using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Native;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Causes;

/// <summary>Tries the connection and looks for the topics, for <c>check-config --connect</c>. Changes nothing.</summary>
internal static class ConnectionCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Tries before a silence is taken for an answer.</summary>
    private const int Tries = 5;

    /// <summary>What was seen, each in one sentence, and whether it is as it should be.</summary>
    /// <param name="options">The cluster.</param>
    /// <param name="recalibration">The topic of answers, which may be missing, and what <c>driftwatch recalibrate</c> needs where a folder is set for it; null: nothing of that is looked at.</param>
    /// <param name="answersOverHttp">Whether answers are taken over HTTP, too.</param>
    public static IReadOnlyList<(bool Good, string Finding)> Run(KafkaOptions options, RecalibrationOptions? recalibration = null, bool answersOverHttp = false)
    {
        NativeLibrdkafka.EnsureLoaded();
        var causes = new CauseMemory(options, TimeProvider.System);
        using var admin = new AdminClientBuilder(ClientSettings.Admin(options))
            .SetLogHandler((_, message) => causes.Record(message))
            .SetErrorHandler((_, error) => causes.Record(error))
            .Build();
        try
        {
            var metadata = Ask(admin, causes);
            if (Unreachable(admin, options, metadata) is { } unreachable) return [(false, causes.Describe(unreachable))];
            return [(true, $"{metadata.Brokers.Count} {(metadata.Brokers.Count == 1 ? "broker answers" : "brokers answer")} at {options.BootstrapServers}"), .. Findings(admin, options, metadata), .. recalibration is null ? [] : Answers(admin, options, recalibration, answersOverHttp, metadata)];
        }
        catch (KafkaException failure)
        {
            return [(false, causes.Describe(failure.Error))];
        }
    }

    /// <summary>Asks until somebody answers, or says why not.</summary>
    private static Metadata Ask(IAdminClient admin, CauseMemory causes)
    {
        for (int left = Tries - 1; ; left--)
        {
            try
            {
                return admin.GetMetadata(Patience);
            }
            catch (KafkaException) when (left > 0 && causes.Newest is null)
            {
                // A slow network: neither an answer nor a refusal yet.
            }
        }
    }

    /// <summary>The bootstrap server may answer, and the addresses that it names may not.</summary>
    private static Error? Unreachable(IAdminClient admin, KafkaOptions options, Metadata metadata)
    {
        foreach (var broker in metadata.Brokers)
        {
            try
            {
                admin.DescribeConfigsAsync(
                    [new ConfigResource { Type = ResourceType.Broker, Name = broker.BrokerId.ToString() }], new DescribeConfigsOptions { RequestTimeout = options.ProbeTimeout }).GetAwaiter().GetResult();
            }
            catch (KafkaException failure) when (failure is not DescribeConfigsException && Trouble.IsOfConnection(failure.Error.Code))
            {
                return failure.Error;
            }
            catch (KafkaException)
            {
                // It has answered, or does not know the question; whether we may know its settings is another matter.
            }
        }

        return null;
    }

    private static IEnumerable<(bool Good, string Finding)> Findings(IAdminClient admin, KafkaOptions options, Metadata metadata)
    {
        // A topic that we may not see is not listed: whether it is missing is known when the rights are there.
        string? rights = Rights.Missing(admin, options);
        foreach (var finding in Topics(options, metadata).Where(finding => finding.Good || rights is null)) yield return finding;
        if (rights is not null) yield return (false, rights);
        if (Rights.MissingOnGroup(admin, options) is { } group) yield return (false, group);
    }

    private static IEnumerable<(bool Good, string Finding)> Answers(IAdminClient admin, KafkaOptions options, RecalibrationOptions recalibration, bool overHttp, Metadata metadata)
    {
        if (recalibration.AnswersTopic is { } answers)
        {
            int partitions = PartitionsOf(answers, metadata);
            if (Rights.Look(admin, options, AnswerRights.OfService(answers, overHttp)).Missing is { } rights) yield return (false, $"answers (where nobody answers, set recalibration.answersTopic to nothing): {rights}");
            else yield return (true, partitions > 0 ? $"topic {answers} has {Count(partitions)}" : options.CreateTopics ? $"topic {answers} is missing and will be created" : AnswerTopics.MissingAnswers(options, answers));
        }

        // Whoever sets a folder for it runs it.
        if (recalibration.Folder is null) yield break;
        foreach (var finding in Recalibration(admin, options, recalibration, metadata)) yield return (finding.Good, $"driftwatch recalibrate: {finding.Finding}");
    }

    private static IEnumerable<(bool Good, string Finding)> Recalibration(IAdminClient admin, KafkaOptions options, RecalibrationOptions recalibration, Metadata metadata)
    {
        string? rights = Rights.Look(admin, options, AnswerRights.OfRecalibration(options, recalibration)).Missing;
        foreach (string topic in new[] { recalibration.MapsTopic, recalibration.AuditTopic })
        {
            if (PartitionsOf(topic, metadata) is > 0 and var partitions) yield return (true, $"topic {topic} has {Count(partitions)}");
            else if (rights is null) yield return (options.CreateTopics, $"topic {topic} is missing{(options.CreateTopics ? " and will be created" : ": create it, or start with --create-topics")}");
        }

        if (rights is not null) yield return (false, rights);
        if (Rights.MissingOnGroup(admin, recalibration.Clients(options)) is { } group) yield return (false, group);
    }

    private static int PartitionsOf(string topic, Metadata metadata) => metadata.Topics.Find(one => one.Topic == topic)?.Partitions.Count ?? 0;

    private static string Count(int partitions) => $"{partitions} {(partitions == 1 ? "partition" : "partitions")}";

    private static IEnumerable<(bool Good, string Finding)> Topics(KafkaOptions options, Metadata metadata)
    {
        var plan = new TopicPlan(options);
        var there = metadata.Topics.Where(t => t.Partitions.Count > 0).ToDictionary(t => t.Topic, t => t.Partitions.Count);
        foreach (string topic in plan.All.Where(there.ContainsKey)) yield return (true, $"topic {topic} has {Count(there[topic])}");
        string[] missing = [.. plan.All.Where(t => !there.ContainsKey(t))];
        foreach (string topic in missing.Where(plan.MayCreate)) yield return (true, $"topic {topic} is missing and will be created");
        string[] wanting = [.. missing.Where(t => !plan.MayCreate(t))];
        if (wanting.Length > 0) yield return (false, plan.Describe(wanting));
    }
}

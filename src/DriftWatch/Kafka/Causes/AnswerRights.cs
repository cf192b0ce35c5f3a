using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Causes;

/// <summary>The rights on topics that go with answers: those of the service beside its own work, and those of <c>driftwatch recalibrate</c>.</summary>
internal static class AnswerRights
{
    private static readonly AclOperation[] Read = [AclOperation.Read];
    private static readonly AclOperation[] Write = [AclOperation.Write];
    private static readonly AclOperation[] Both = [AclOperation.Read, AclOperation.Write];

    /// <summary>Of the service: it reads answers, and writes those that come over HTTP.</summary>
    /// <param name="answers">Their topic; null: there is none.</param>
    /// <param name="overHttp">Whether answers are taken over HTTP.</param>
    public static IReadOnlyList<(string Topic, AclOperation[] Operations)> OfService(string? answers, bool overHttp) => answers is null ? [] : [(answers, overHttp ? Both : Read)];

    /// <summary>Of <c>driftwatch recalibrate</c>.</summary>
    public static IReadOnlyList<(string Topic, AclOperation[] Operations)> OfRecalibration(KafkaOptions kafka, RecalibrationOptions recalibration)
    {
        List<(string? Topic, AclOperation[] Operations)> rights =
        [
            .. kafka.PredictionTopics.Select(topic => (topic, Read)), .. kafka.LabelTopics.Select(topic => (topic, Read)), (kafka.RequestTopic, Read), (kafka.UpdateTopic, Read),
            (recalibration.MapsTopic, Both), (recalibration.AuditTopic, Both), (recalibration.AnswersTopic, Write), (kafka.DeadLetterTopic, Write),
        ];
        return [.. rights.Where(right => right.Topic is not null).GroupBy(right => right.Topic!, (topic, ofTopic) => (topic, ofTopic.SelectMany(right => right.Operations).Distinct().Order().ToArray()))];
    }

    /// <summary>What an error of <c>driftwatch recalibrate</c> that is about rights on topics means, with the commands that grant them; null: it is another.</summary>
    public static string? Describe(Error error, KafkaOptions kafka, RecalibrationOptions recalibration)
    {
        if (error.Code != ErrorCode.TopicAuthorizationFailed) return null;
        var needed = OfRecalibration(kafka, recalibration);
        return error.Reason.Contains("could not be created", StringComparison.Ordinal)
            ? $"Not authorized to create topics ({error.Reason}). Make the topics yourself and leave kafka.createTopics off, or grant it: {Rights.Command(kafka, "Create", [.. needed.Where(right => right.Operations.Contains(AclOperation.Write)).Select(right => right.Topic)])}"
            : $"Not authorized on a topic ({error.Reason}). driftwatch recalibrate needs: {Rights.Commands(kafka, needed)}";
    }
}

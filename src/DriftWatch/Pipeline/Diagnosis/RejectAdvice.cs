using System.Diagnostics;
using DriftWatch.Core.Input;

namespace DriftWatch.Pipeline.Diagnosis;

/// <summary>What most likely makes a topic's records be rejected for a reason, and the settings to look at.</summary>
/// <param name="Cause">The cause and what to do.</param>
/// <param name="Settings">Settings by their names in the configuration; <c>clock</c> and <c>producer</c> where it is none.</param>
internal sealed record RejectAdvice(string Cause, IReadOnlyList<string> Settings)
{
    private const string Producer = "producer";
    private const string Clock = "clock";

    /// <summary>Advice for any reason, also for one that is not in the table.</summary>
    public static RejectAdvice For(RejectReason reason, TopicSnapshot topic)
    {
        string at = topic.MappingSetting;
        var fields = topic.Mapping;
        return reason switch
        {
            RejectReason.Malformed => new($"They are no JSON: another format (Avro, Protobuf, CSV, Schema Registry framing), a byte order mark, or text that was cut. The log and the dead letter say what they look like; {at}.format is {topic.Mapping.Format.Symbol()}.", [$"{at}.format", Producer]),
            RejectReason.Encoding => new($"They are not UTF-8: another encoding of text, or no text at all (Avro, Protobuf, compressed by hand; {at}.format is {topic.Mapping.Format.Symbol()}).", [$"{at}.format", Producer]),
            RejectReason.Format => new($"They are not as {at}.format says ({topic.Mapping.Format.Symbol()}): without its framing, or bytes that their schema cannot read. The log and the dead letter say what they look like.", [$"{at}.format", $"{at}.schemaFile"]),
            RejectReason.SchemaId => new("They name schemas that the registry does not have: another registry is meant than the producer's, or schemas were deleted from it for good.", ["schemaRegistry.url", Producer]),
            RejectReason.Schema => new($"They are JSON of another shape: not an object, or a field of another type. Compare the pointers under {at} with a record.", [at]),
            RejectReason.DuplicateKey => new("A field stands twice in one object: the producer writes it twice.", [Producer]),
            RejectReason.TooDeep => new("They are nested deeper than the reader goes: raise the limit.", ["input.limits.maxDepth"]),
            RejectReason.Oversize => new("They are larger than a limit of the reader, as a whole or in one text: raise it, or send less.", ["input.limits.maxRecordBytes", "input.limits.maxStringBytes", "input.limits.maxClasses"]),
            RejectReason.Empty or RejectReason.Tombstone => new("They have no value. Deletion markers belong to compacted topics: is this the topic that was meant?", ["kafka.topics", Producer]),
            RejectReason.MissingId => new($"There is no id where {at}.id points: {fields[FieldName.Id]}.", [$"{at}.id"]),
            RejectReason.MissingTimestamp => new($"There is no event time where it is looked for ({TimePlace(topic)}).", TimeSettings(topic)),
            RejectReason.TimestampRange => new($"The times are in another unit than is read (epoch milliseconds, not seconds or microseconds; or RFC 3339), or another field is meant ({TimePlace(topic)}).", TimeSettings(topic)),
            RejectReason.TimestampFuture => new(
                $"The times are ahead of this machine's clock: another unit (epoch milliseconds are read, not micro- or nanoseconds), local times written as if they were UTC, or a wrong clock, here or there ({TimePlace(topic)}).",
                [.. TimeSettings(topic), "input.limits.maxFuture", Clock]),
            RejectReason.MissingModel => new($"No model where {at}.model points ({fields[FieldName.Model]}): point it at the model's name, or name one for all with {at}.defaultModel.", [$"{at}.model", $"{at}.defaultModel"]),
            RejectReason.UnknownModel => new("They name models that are not watched: name them under models, clear onlyNamedModels, or raise monitor.maxModels.", ["models", "onlyNamedModels", "monitor.maxModels"]),
            RejectReason.MissingProbability => new(
                $"None of {fields[FieldName.Probability]}, {fields[FieldName.Predicted]} with {fields[FieldName.Confidence]}, and {fields[FieldName.Probabilities]} is there: point {at}.probability (or predicted and confidence, or probabilities) at what the model claims.",
                [$"{at}.probability", $"{at}.predicted", $"{at}.confidence", $"{at}.probabilities"]),
            RejectReason.ProbabilityRange => new($"The claims are no probabilities from 0 to 1: percentages, log-odds, scores, or NaN ({at}.probability is {fields[FieldName.Probability]}).", [$"{at}.probability", $"{at}.confidence", Producer]),
            RejectReason.ProbabilitySum => new($"The vectors do not sum to 1: scores before the softmax, or independent probabilities of several labels ({at}.probabilities is {fields[FieldName.Probabilities]}).", [$"{at}.probabilities", Producer]),
            RejectReason.MissingLabel => new($"There is neither a label where {at}.label points ({fields[FieldName.Label]}) nor a verdict at {fields[FieldName.Correct]}.", [$"{at}.label", $"{at}.correct"]),
            RejectReason.LabelValue => new($"Their predictions are known and their values cannot be read for a binary model: 1, 0, true and false are, unless other labels are named. Say which label means \"came true\" with positiveLabel, and which \"did not\" with negativeLabel ({at}.label is {fields[FieldName.Label]}; the dead letter names the value).", ["defaults.positiveLabel", "defaults.negativeLabel", "models.*.positiveLabel", "models.*.negativeLabel", $"{at}.label"]),
            RejectReason.SamplingProbability => new($"The probability with which a label is asked for is no number from 0.000001 to 1 ({at}.samplingProbability is {fields[FieldName.SamplingProbability]}): percentages, 0 for what was not chosen, or another field. Leave it out where every label is asked for; set the place to \"\" if it means something else.", [$"{at}.samplingProbability", Producer]),
            _ => new("The dead-letter topic holds each record with what was wrong (header dw_error_detail); docs/input.md lists the reasons.", [at]),
        };
    }

    /// <summary>Where event time is read from, in words.</summary>
    public static string TimePlace(TopicSnapshot topic) => topic.Mapping.TimeFrom switch
    {
        TimeSource.Header => $"{topic.MappingSetting}.timeHeader is {topic.Mapping.TimeHeader}",
        TimeSource.Kafka => $"{topic.MappingSetting}.timeFrom is kafka",
        TimeSource.Payload => $"{topic.MappingSetting}.timestamp is {topic.Mapping[FieldName.Timestamp]}",
        _ => throw new UnreachableException(),
    };

    /// <summary>The settings that say where event time is.</summary>
    public static string[] TimeSettings(TopicSnapshot topic) => topic.Mapping.TimeFrom switch
    {
        TimeSource.Header => [$"{topic.MappingSetting}.timeHeader", $"{topic.MappingSetting}.timestampUnit"],
        TimeSource.Kafka => [$"{topic.MappingSetting}.timeFrom"],
        TimeSource.Payload => [$"{topic.MappingSetting}.timestamp", $"{topic.MappingSetting}.timestampUnit", $"{topic.MappingSetting}.timeFrom"],
        _ => throw new UnreachableException(),
    };
}

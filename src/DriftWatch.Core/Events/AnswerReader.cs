using System.Text.Json;
using System.Text.Json.Nodes;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Events;

/// <summary>Reads a record of the topic of answers: a CloudEvent 1.0, structured, or binary with its attributes in <c>ce_</c> headers. What an answer must say: <c>docs/events/</c>.</summary>
/// <remarks>Only what is acted on is read, and none of it is longer than <see cref="MostText"/>: the rest of an answer is for people and other consumers.</remarks>
public static class AnswerReader
{
    /// <summary>Most characters of a reason that are kept.</summary>
    public const int MostText = 1000;

    /// <summary>Most characters of everything else; longer is refused.</summary>
    private const int MostName = 256;

    private const string Family = "io.driftwatch.recalibration.";

    /// <param name="value">The record's value; null: a tombstone.</param>
    /// <param name="header">The text of a header; null: it is not there.</param>
    /// <param name="broker">Kafka's timestamp in epoch milliseconds; negative: none.</param>
    public static AnswerReading Read(byte[]? value, Func<string, string?> header, long broker = -1)
    {
        if (value is null || value.Length == 0) return AnswerReading.Not(AnswerResult.Malformed, "it has no value");
        try
        {
            using var document = JsonDocument.Parse(value);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return AnswerReading.Not(AnswerResult.Malformed, $"the value is {Kind(root)}, not an object");
            bool structured = root.TryGetProperty("specversion", out _);
            if (!structured && header("ce_specversion") is null) return AnswerReading.Not(AnswerResult.Malformed, "it is no CloudEvent: neither /specversion nor a header ce_specversion is there");
            string? Attribute(string name) => structured ? Text(root, name, name) : header("ce_" + name);
            if (KindOf(Needed(Attribute("type"), "type")) is not { } kind) return Strange(Attribute("type")!);
            var data = structured ? Part(root, "data", "data") ?? throw new FormatException("/data is missing") : root;
            return new(Of(kind, Attribute, data, broker), default, null);
        }
        catch (JsonException broken)
        {
            return AnswerReading.Not(AnswerResult.Malformed, $"the value is no JSON: {broken.Message}");
        }
        catch (InvalidOperationException broken)
        {
            // Bytes that are no UTF-8 are seen only when a text is taken.
            return AnswerReading.Not(AnswerResult.Malformed, $"a text of it cannot be read: {broken.Message}");
        }
        catch (FormatException fault)
        {
            return AnswerReading.Not(AnswerResult.Malformed, fault.Message);
        }
    }

    /// <summary>Reads the body of an answer that is not an event yet, by the rules for one that is.</summary>
    /// <param name="kind">What is answered.</param>
    /// <param name="source">Who sends it.</param>
    /// <param name="episode">The episode that it goes to.</param>
    /// <param name="data">What else it says; not kept.</param>
    public static AnswerReading Read(AnswerKind kind, string source, string episode, JsonObject data)
    {
        try
        {
            if (data["episode"] is { } named && !(named is JsonValue text && text.TryGetValue(out string? said) && said == episode))
                return AnswerReading.Not(AnswerResult.Malformed, $"/data/episode is {named.ToJsonString()}, and this is an answer to {episode}: leave it out");
            return Read(AnswerWriter.Write(kind, source, episode, data, DateTimeOffset.UnixEpoch).Event, _ => null);
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException)
        {
            // Half of a character, or a member twice: seen only when a text is taken.
            return AnswerReading.Not(AnswerResult.Malformed, $"a text of it cannot be read: {broken.Message}");
        }
    }

    private static RecalibrationAnswer Of(AnswerKind kind, Func<string, string?> attribute, JsonElement data, long broker)
    {
        string? reason = Text(data, "reason", "data/reason", most: int.MaxValue);
        string source = Needed(attribute("source"), "source");
        return new(kind, Needed(attribute("id"), "id"), By(data) ?? source, Needed(Text(data, "episode", "data/episode") ?? attribute("correlationid"), "data/episode"))
        {
            Model = Text(data, "model", "data/model"),
            Version = Text(data, "version", "data/version"),
            Slice = Text(data, "slice", "data/slice"),
            Verdict = kind == AnswerKind.Completed ? VerdictOf(data) : null,
            Reason = reason?.Length > MostText ? reason[..MostText] : reason,
            Fix = kind == AnswerKind.Completed ? FixOf(data) : null,
            Sent = DateTimeOffset.TryParse(attribute("time"), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var sent)
                ? EventTime.From(sent) : broker >= 0 ? new EventTime(broker) : null,
        };
    }

    private static string? By(JsonElement data) => Text(data, "by", "data/by") is not { } by ? null : by.Length > 0 ? by : throw new FormatException("/data/by is empty: leave it out, and the event's source stands for it");

    private static string? VerdictOf(JsonElement data) => Text(data, "verdict", "data/verdict") is not { } verdict ? null
        : RecalibrationAnswer.Verdicts.Contains(verdict) ? verdict
        : throw new FormatException($"/data/verdict is '{verdict}', expected {string.Join(", ", RecalibrationAnswer.Verdicts.SkipLast(1))} or {RecalibrationAnswer.Verdicts[^1]}");

    private static FixName? FixOf(JsonElement data)
    {
        var map = Part(data, "map", "data/map");
        if (map is not null && VerdictOf(data) is { } verdict and not RecalibrationAnswer.Accept) throw new FormatException($"/data/map is an object, and the verdict '{verdict}' says that no map came of it: leave one of them out");
        var fix = new FixName(map is { } of ? Text(of, "checksum", "data/map/checksum") : null, map is { } numbered ? RevisionOf(numbered) : null, map is { } by ? Text(by, "method", "data/map/method") : null, Text(data, "modelVersion", "data/modelVersion"));
        return fix == new FixName(null, null, null, null) ? null : fix;
    }

    /// <summary>A whole number from 1 on, also as 4.0; null: it does not say. Null in its place was sent by <c>events complete</c> once.</summary>
    private static int? RevisionOf(JsonElement map)
    {
        if (!map.TryGetProperty("revision", out var number) || number.ValueKind == JsonValueKind.Null) return null;
        if (number.ValueKind != JsonValueKind.Number) throw new FormatException($"/data/map/revision is {Kind(number)}, not a number");
        return number.TryGetDouble(out double value) && value is >= 1 and <= int.MaxValue && double.IsInteger(value) ? (int)value
            : throw new FormatException($"/data/map/revision is {number.GetRawText()}, expected a whole number from 1 to {int.MaxValue}");
    }

    private static AnswerKind? KindOf(string type) => type switch
    {
        CloudEventWriter.CompletedType => AnswerKind.Completed,
        CloudEventWriter.DismissedType => AnswerKind.Dismissed,
        _ => null,
    };

    private static AnswerReading Strange(string type) =>
        type.StartsWith(Family + "completed.v", StringComparison.Ordinal) || type.StartsWith(Family + "dismissed.v", StringComparison.Ordinal)
            ? AnswerReading.Not(AnswerResult.Version, $"its type is {type}, and v1 is read here: a newer DriftWatch may know it")
            : AnswerReading.Not(AnswerResult.Type, $"its type is {type}: answers are {CloudEventWriter.CompletedType} and {CloudEventWriter.DismissedType}");

    private static string Needed(string? text, string place) => string.IsNullOrEmpty(text) ? throw new FormatException($"/{place} is missing or empty") : text.Length <= MostName ? text : throw TooLong(place);

    private static JsonElement? Part(JsonElement parent, string name, string place) => parent.TryGetProperty(name, out var part)
        ? part.ValueKind switch { JsonValueKind.Object => part, JsonValueKind.Null => null, _ => throw new FormatException($"/{place} is {Kind(part)}, not an object") }
        : null;

    private static string? Text(JsonElement parent, string name, string place, int most = MostName)
    {
        if (!parent.TryGetProperty(name, out var found) || found.ValueKind == JsonValueKind.Null) return null;
        if (found.ValueKind != JsonValueKind.String) throw new FormatException($"/{place} is {Kind(found)}, not a text");
        string text = found.GetString()!;
        return text.Length <= most ? text : throw TooLong(place);
    }

    private static FormatException TooLong(string place) => new($"/{place} is longer than {MostName} characters");

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        _ => "null",
    };
}

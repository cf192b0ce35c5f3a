using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DriftWatch.Core.Drift;

namespace DriftWatch.Core.Events;

/// <summary>Writes an answer as a CloudEvent 1.0, structured JSON, as <see cref="AnswerReader"/> reads it: for whoever has no pipeline that writes its own.</summary>
public static class AnswerWriter
{
    // Names may hold any text; what is not ASCII needs no escape inside a JSON document.
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="kind">What is answered.</param>
    /// <param name="source">Who sends it.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="data">What else it says; not kept.</param>
    /// <param name="sent">When.</param>
    /// <returns>The attributes in order, and the whole event. The id is derived from all of it but the time, so that an answer that is sent again has the same.</returns>
    public static (IReadOnlyList<KeyValuePair<string, string>> Attributes, byte[] Event) Write(AnswerKind kind, string source, string episode, JsonObject data, DateTimeOffset sent)
    {
        var said = (JsonObject)data.DeepClone();
        said["episode"] = episode;
        string type = kind == AnswerKind.Completed ? CloudEventWriter.CompletedType : CloudEventWriter.DismissedType;
        List<KeyValuePair<string, string>> attributes =
        [
            new("specversion", "1.0"),
            new("id", DeterministicId.Of(source, type, said.ToJsonString(Options))),
            new("source", source),
            new("type", type),
            new("time", sent.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)),
            new("datacontenttype", "application/json"),
            new("correlationid", episode),
        ];
        if (data["model"] is JsonValue model && model.TryGetValue(out string? name)) attributes.Add(new("partitionkey", name));
        var document = new JsonObject();
        foreach (var (attribute, value) in attributes) document[attribute] = value;
        document["data"] = said;
        return (attributes, JsonSerializer.SerializeToUtf8Bytes(document, Options));
    }
}

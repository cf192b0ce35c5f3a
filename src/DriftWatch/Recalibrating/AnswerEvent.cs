using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Core.Recalibration;
using DriftWatch.Kafka.Answering;
using DriftWatch.Pipeline;

namespace DriftWatch.Recalibrating;

/// <summary>The answer to a request: CloudEvents 1.0.2, structured JSON, with the attributes as <c>ce_</c> headers too. Schema: <c>docs/events/</c>.</summary>
/// <remarks>It has no time of its own: the same decision gives the same bytes, and Kafka knows when they came.</remarks>
internal static class AnswerEvent
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="decision">What was decided.</param>
    /// <param name="source">The deployment that answers.</param>
    /// <param name="topic">The topic of answers.</param>
    /// <param name="mapsTopic">Where the map is.</param>
    /// <param name="files">Where its files and the set's are.</param>
    public static AnswerRecord Of(Decision decision, string source, string topic, string mapsTopic, AnswerFiles files)
    {
        List<KeyValuePair<string, string>> attributes =
        [
            new("specversion", "1.0"),
            new("id", DeterministicId.Of([source, "completed", decision.Request.Source, decision.Request.Event, .. decision.Attempt > 1 ? [$"{decision.Attempt}"] : Array.Empty<string>()])),
            new("source", source),
            new("type", CloudEventWriter.CompletedType),
            new("subject", CloudEventWriter.Subject(decision.Request.Series)),
            new("datacontenttype", "application/json"),
            new("partitionkey", decision.Request.Model),
            new("correlationid", decision.Request.Episode),
            new("causationid", decision.Request.Event),
        ];
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            foreach (var (name, value) in attributes) json.WriteString(name, value);
            json.WriteStartObject("data");
            WriteData(json, decision, mapsTopic, files);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new(
            topic, Encoding.UTF8.GetBytes(decision.Request.Model), buffer.ToArray(),
            [DeadLetter.Text("content-type", CloudEventWriter.ContentType), .. attributes.Select(attribute => DeadLetter.Text("ce_" + attribute.Key, attribute.Value))]);
    }

    private static void WriteData(Utf8JsonWriter json, Decision decision, string mapsTopic, AnswerFiles files)
    {
        var request = decision.Request;
        json.WriteString("model", request.Model);
        json.WriteString("version", request.Version);
        json.WriteString("slice", request.Slice);
        json.WriteString("task", request.Task);
        json.WriteString("episode", request.Episode);
        json.WriteString("request", request.Event);
        json.WriteNumber("attempt", decision.Attempt ?? 1);
        json.WriteString("verdict", decision.Verdict);
        json.WriteString("reason", decision.Reason);
        WriteSet(json, decision, files);
        var answer = decision.Fitted?.Answer;
        if (answer?.Before is { } before) RecommendationJson.WriteScores(json, "before", before);
        if (answer?.Chosen is { } chosen)
        {
            RecommendationJson.WriteScores(json, "after", chosen.Scores!);
            RecommendationJson.WriteGain(json, chosen.Gain!.Value);
        }

        if (decision.Map is not { } map)
        {
            json.WriteNull("map");
            return;
        }

        json.WriteStartObject("map");
        json.WriteString("method", map.Document.Map.Method.Name());
        json.WriteNumber("revision", map.Revision);
        json.WriteString("checksum", map.Checksum);
        json.WriteString("parent", map.Document.Lineage.Parent);
        json.WriteString("validFrom", map.Document.ValidFrom.ToString());
        json.WriteString("topic", mapsTopic);
        json.WriteString("key", CloudEventWriter.Subject(PublishedMaps.Claiming(request.Series)));
        RecommendationJson.WriteParameters(json, map.Document.Map);
        RecommendationJson.WriteLasting(json, answer?.Lasting);
        json.WriteString("folder", files.MapFolder);
        json.WriteString("uri", files.MapUri);
        json.WriteEndObject();
    }

    private static void WriteSet(Utf8JsonWriter json, Decision decision, AnswerFiles files)
    {
        if (decision.Fitted is not { } fitted)
        {
            json.WriteNull("set");
            return;
        }

        json.WriteStartObject("set");
        json.WriteString("checksum", fitted.SetChecksum);
        json.WriteString("file", fitted.SetFileName);
        json.WriteString("uri", files.SetUri);
        json.WriteNumber("n", fitted.Answer.Count);
        json.WriteNumber("positives", fitted.Answer.Positives);
        json.WriteBoolean("complete", fitted.IsComplete);
        json.WriteNumber("sampled", fitted.Sampled);
        json.WriteEndObject();
    }
}

/// <summary>Where an answer's files are.</summary>
/// <param name="MapFolder">The map's, from the folder of maps on; null: there is none.</param>
/// <param name="MapUri">The map's in the store; null: there is no store, or no map.</param>
/// <param name="SetUri">The set's, likewise.</param>
internal readonly record struct AnswerFiles(string? MapFolder, string? MapUri, string? SetUri);

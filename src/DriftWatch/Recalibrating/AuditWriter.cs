using System.Text.Encodings.Web;
using System.Text.Json;
using DriftWatch.Core.Recalibration;
using DriftWatch.Sets;

namespace DriftWatch.Recalibrating;

/// <summary>Writes a decision down with all that it was decided on: no clock and no path of a machine is in it, so the same inputs give the same bytes.</summary>
internal static class AuditWriter
{
    public const string Schema = "io.driftwatch.recalibration-audit.v1";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Decision decision)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options)) Write(json, decision);
        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Decision decision)
    {
        var request = decision.Request;
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteString("episode", request.Episode);
        if (decision.Attempt is { } attempt) json.WriteNumber("attempt", attempt);
        json.WriteString("model", request.Model);
        json.WriteString("version", request.Version);
        json.WriteString("slice", request.Slice);
        json.WriteString("task", request.Task);
        json.WriteStartObject("request");
        json.WriteString("id", request.Event);
        json.WriteString("source", request.Source);
        json.WriteString("place", decision.Place);
        json.WriteEndObject();
        WriteEvidence(json, decision.Asked);
        WriteTerms(json, decision.Terms);
        json.WriteStartObject("code");
        json.WriteString("version", decision.By.Version);
        json.WriteString("revision", decision.By.Revision);
        json.WriteEndObject();
        WriteParent(json, decision.Parent);
        if (decision.Revision is { } revision) json.WriteNumber("revision", revision);
        WriteOutcome(json, decision);
        json.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter json, SetRequest? asked)
    {
        if (asked is null)
        {
            json.WriteNull("evidence");
            return;
        }

        json.WriteStartObject("evidence");
        json.WriteString("from", asked.From.ToString());
        json.WriteString("to", asked.To.ToString());
        json.WriteNumber("n", asked.Labeled);
        json.WriteNumber("positives", asked.Positives);
        json.WriteStartArray("dataRange");
        foreach (var range in asked.Ranges)
        {
            json.WriteStartObject();
            json.WriteString("topic", range.Topic);
            json.WriteNumber("partition", range.Partition);
            json.WriteNumber("startOffset", range.StartOffset);
            json.WriteNumber("endOffset", range.EndOffset);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (!asked.Versions.SequenceEqual([asked.Version]))
        {
            json.WriteStartArray("versions");
            foreach (string version in asked.Versions) json.WriteStringValue(version);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteTerms(Utf8JsonWriter json, DecisionTerms terms)
    {
        json.WriteStartObject("configuration");
        json.WriteStartArray("methods");
        foreach (var method in terms.Methods) json.WriteStringValue(method.Name());
        json.WriteEndArray();
        json.WriteBoolean("partialSets", terms.PartialSets);
        json.WriteNumber("maxRecords", terms.MaxRecords);
        if (terms.MaxPairs is { } pairs) json.WriteNumber("maxPairs", pairs);
        json.WriteString("horizon", DecisionTerms.Write(terms.Horizon));
        json.WriteString("lead", DecisionTerms.Write(terms.Lead));
        json.WriteString("outOfOrderness", DecisionTerms.Write(terms.OutOfOrderness));
        json.WriteStartObject("gate");
        json.WriteNumber("minLabeled", terms.Gate.MinLabeled);
        json.WriteNumber("minRarer", terms.Gate.MinRarer);
        json.WriteNumber("minGain", terms.Gate.MinGain);
        json.WriteNumber("gainQuantile", terms.Gate.GainQuantile);
        json.WriteNumber("maxAurocDrop", terms.Gate.MaxAurocDrop);
        json.WriteNumber("maxChange", terms.Gate.MaxChange);
        json.WriteNumber("goodEnough", terms.Gate.GoodEnough);
        json.WriteNumber("overdispersion", terms.Gate.Overdispersion);
        json.WriteNumber("dependentFrom", terms.Gate.DependentFrom);
        json.WriteNumber("blocksOfFit", terms.Gate.BlocksOfFit);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteParent(Utf8JsonWriter json, MapParent? parent)
    {
        if (parent is null)
        {
            json.WriteNull("parent");
            return;
        }

        json.WriteStartObject("parent");
        json.WriteNumber("revision", parent.Revision);
        json.WriteString("checksum", parent.Checksum);
        json.WriteEndObject();
    }

    private static void WriteOutcome(Utf8JsonWriter json, Decision decision)
    {
        if (decision.Fitted is not { } fitted)
        {
            json.WriteNull("set");
            json.WriteStartObject("decision");
            json.WriteString("verdict", decision.Verdict);
            json.WriteString("reason", decision.Reason);
            json.WriteEndObject();
            json.WriteNull("map");
            return;
        }

        json.WriteStartObject("set");
        json.WriteString("checksum", fitted.SetChecksum);
        json.WriteNumber("n", fitted.Answer.Count);
        json.WriteNumber("positives", fitted.Answer.Positives);
        json.WriteBoolean("complete", fitted.IsComplete);
        if (fitted.Sampled < 1) json.WriteNumber("sampled", fitted.Sampled);
        json.WriteEndObject();
        json.WriteStartObject("decision");
        RecommendationJson.WriteMembers(json, fitted.Answer);
        json.WriteEndObject();
        if (decision.Map is not { } map)
        {
            json.WriteNull("map");
            return;
        }

        json.WriteStartObject("map");
        json.WriteNumber("revision", map.Revision);
        json.WriteString("checksum", map.Checksum);
        json.WriteString("validFrom", map.Document.ValidFrom.ToString());
        json.WriteEndObject();
    }
}

using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Recalibration;

/// <summary>Writes a calibration map as JSON. The same map gives the same bytes; schema: <c>docs/calibration-map.schema.json</c>.</summary>
public static class MapJsonWriter
{
    public const string Schema = "io.driftwatch.calibration-map.v1";

    private const string ChecksumPrefix = "sha256:";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" };

    /// <summary>The document, with its checksum as the last member.</summary>
    public static byte[] Write(MapDocument document)
    {
        byte[] bare = Write(document, null);
        using var parsed = JsonDocument.Parse(bare);
        return Write(document, ChecksumOf(parsed.RootElement));
    }

    /// <summary>SHA-256 of the canonical form (RFC 8785) of everything but the checksum itself: reformatting a file does not change it.</summary>
    public static string ChecksumOf(JsonElement document) => ChecksumPrefix + Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Of(document, "checksum")));

    private static byte[] Write(MapDocument document, string? checksum)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options)) Write(json, document, checksum);
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, MapDocument document, string? checksum)
    {
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteString("model", document.Model);
        json.WriteString("version", document.Version);
        json.WriteString("slice", document.Slice);
        json.WriteString("view", document.View);
        json.WriteString("method", document.Map.Method.Name());
        WriteParameters(json, document.Map);
        json.WriteStartObject("domain");
        json.WriteNumber("lower", 0);
        json.WriteNumber("upper", 1);
        json.WriteNumber("seenLower", document.Seen.Lower);
        json.WriteNumber("seenUpper", document.Seen.Upper);
        if (!document.Classes.IsEmpty)
        {
            json.WriteStartArray("classes");
            foreach (string name in document.Classes) json.WriteStringValue(name);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        WriteLineage(json, document.Lineage);
        if (document.Gate is { } gate) WriteGate(json, gate);
        json.WriteString("validFrom", document.ValidFrom.ToString());
        if (checksum is not null) json.WriteString("checksum", checksum);
        json.WriteEndObject();
    }

    internal static void WriteParameters(Utf8JsonWriter json, CalibrationMap map)
    {
        json.WriteStartObject("parameters");
        switch (map)
        {
            case LogitMap logit:
                json.WriteNumber("slope", logit.Slope);
                json.WriteNumber("intercept", logit.Intercept);
                json.WriteNumber("clip", LogitMap.Clip);
                break;
            case BetaMap beta:
                json.WriteNumber("a", beta.A);
                json.WriteNumber("b", beta.B);
                json.WriteNumber("c", beta.C);
                json.WriteNumber("clip", BetaMap.Clip);
                break;
            case KnotMap knots:
                WriteNumbers(json, "claims", knots.Claims);
                WriteNumbers(json, "values", knots.Values);
                break;
            case StepMap steps:
                WriteNumbers(json, "edges", steps.Edges);
                WriteNumbers(json, "values", steps.Values);
                break;
            case VectorMap vector:
                WriteNumbers(json, "slopes", vector.Slopes);
                WriteNumbers(json, "intercepts", vector.Intercepts);
                json.WriteNumber("clip", VectorMap.Clip);
                break;
            default: throw new UnreachableException();
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<double> numbers)
    {
        json.WriteStartArray(name);
        foreach (double number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void WriteLineage(Utf8JsonWriter json, MapLineage lineage)
    {
        json.WriteStartObject("lineage");
        json.WriteNumber("revision", lineage.Revision);
        json.WriteString("parent", lineage.Parent);
        json.WriteString("episode", lineage.Episode);
        json.WriteNumber("n", lineage.N);
        json.WriteNumber("positives", lineage.Positives);
        json.WriteString("from", lineage.From.ToString());
        json.WriteString("to", lineage.To.ToString());
        json.WriteString("setChecksum", lineage.SetChecksum);
        json.WriteString("madeBy", lineage.MadeBy);
        json.WriteEndObject();
    }

    private static void WriteGate(Utf8JsonWriter json, Recommendation gate)
    {
        json.WriteStartObject("gate");
        json.WriteString("verdict", gate.Verdict.Name());
        json.WriteString("reason", gate.Reason);
        WriteConditions(json, gate.Conditions.Concat(gate.Chosen?.Conditions ?? []));
        if (gate.Before is { } before) WriteScores(json, "before", before);
        if (gate.Chosen is { } chosen)
        {
            WriteScores(json, "after", chosen.Scores!);
            WriteNumber(json, "gain", chosen.Gain!.Value.Mean);
            WriteInterval(json, "gain", chosen.Gain.Value.Interval);
            json.WriteNumber("overdispersion", chosen.Overdispersion);
        }

        if (gate.Lasting is { } lasting) RecommendationJson.WriteLasting(json, lasting);

        json.WriteEndObject();
    }

    internal static void WriteConditions(Utf8JsonWriter json, IEnumerable<GateCondition> conditions)
    {
        json.WriteStartArray("conditions");
        foreach (var condition in conditions)
        {
            json.WriteStartObject();
            json.WriteString("name", condition.Name);
            json.WriteBoolean("passed", condition.Passed);
            WriteNumber(json, "value", condition.Value);
            WriteNumber(json, "bound", condition.Bound);
            json.WriteString("text", condition.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteScores(Utf8JsonWriter json, string name, HeldOutScores scores)
    {
        json.WriteStartObject(name);
        json.WriteNumber("ece", scores.Ece);
        WriteInterval(json, "ece", scores.EceInterval);
        json.WriteNumber("eceDebiased", scores.EceDebiased);
        json.WriteNumber("eceNull", scores.NoiseFloor);
        json.WriteNumber("brier", scores.Brier.Mean);
        WriteInterval(json, "brier", scores.Brier.Interval);
        json.WriteNumber("logLoss", scores.LogLoss.Mean);
        WriteInterval(json, "logLoss", scores.LogLoss.Interval);
        WriteNumber(json, "auroc", scores.Auroc);
        json.WriteEndObject();
    }

    internal static void WriteInterval(Utf8JsonWriter json, string name, Interval interval)
    {
        json.WriteNumber(name + "Lower", interval.Lower);
        json.WriteNumber(name + "Upper", interval.Upper);
    }

    internal static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } known && double.IsFinite(known)) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}

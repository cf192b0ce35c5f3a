using System.Text.Json;

namespace DriftWatch.Core.Recalibration;

/// <summary>Writes all that a calibration set said, what was not chosen too: the same recommendation gives the same bytes.</summary>
public static class RecommendationJson
{
    /// <summary>Members of an object that is open: <c>verdict</c>, <c>reason</c>, <c>blocks</c>, <c>conditions</c>, <c>before</c>, <c>candidates</c>, <c>chosen</c>.</summary>
    public static void WriteMembers(Utf8JsonWriter json, Recommendation answer)
    {
        json.WriteString("verdict", answer.Verdict.Name());
        json.WriteString("reason", answer.Reason);
        json.WriteNumber("blocks", answer.Blocks);
        MapJsonWriter.WriteConditions(json, answer.Conditions);
        if (answer.Before is { } before) WriteScores(json, "before", before);
        json.WriteStartArray("candidates");
        foreach (var candidate in answer.Candidates) Write(json, candidate);
        json.WriteEndArray();
        json.WriteString("chosen", answer.Chosen?.Method.Name());
    }

    /// <summary>How good claims are, as an object.</summary>
    public static void WriteScores(Utf8JsonWriter json, string name, HeldOutScores scores) => MapJsonWriter.WriteScores(json, name, scores);

    /// <summary>Members of an object that is open: <c>gain</c> in nats a prediction, and the ends of its interval.</summary>
    public static void WriteGain(Utf8JsonWriter json, MeanEstimate gain)
    {
        MapJsonWriter.WriteNumber(json, "gain", gain.Mean);
        MapJsonWriter.WriteInterval(json, "gain", gain.Interval);
    }

    /// <summary>The member <c>parameters</c> as the map's document has it; null for a map of many knots, which belong into no event.</summary>
    public static void WriteParameters(Utf8JsonWriter json, CalibrationMap map)
    {
        if (map is KnotMap { Claims.Length: > MostKnots }) json.WriteNull("parameters");
        else MapJsonWriter.WriteParameters(json, map);
    }

    /// <summary>Members of an object that is open: for how many days the gain of such maps lasted on past data, and how many could be looked at; null where there are too few to tell.</summary>
    public static void WriteLasting(Utf8JsonWriter json, Lasting? lasting)
    {
        MapJsonWriter.WriteNumber(json, "lastedBlocks", lasting?.Blocks);
        MapJsonWriter.WriteNumber(json, "lookedBlocks", lasting?.Looked);
    }

    private const int MostKnots = 64;

    private static void Write(Utf8JsonWriter json, Candidate candidate)
    {
        json.WriteStartObject();
        json.WriteString("method", candidate.Method.Name());
        if (candidate.Refusal is { } refusal) json.WriteString("refusal", refusal);
        if (candidate.Map is { } map) MapJsonWriter.WriteParameters(json, map);
        if (candidate.Scores is { } scores) WriteScores(json, "after", scores);
        if (candidate.Gain is { } gain) WriteGain(json, gain);
        json.WriteNumber("overdispersion", candidate.Overdispersion);
        MapJsonWriter.WriteConditions(json, candidate.Conditions);
        json.WriteEndObject();
    }
}

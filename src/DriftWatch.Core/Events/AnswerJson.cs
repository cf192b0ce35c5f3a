using System.Text.Json;
using DriftWatch.Core.Drift;

namespace DriftWatch.Core.Events;

/// <summary>The answer that counts for an episode, in the one shape of events and API: the members <c>answered</c> and <c>fix</c> of an object that is open.</summary>
public static class AnswerJson
{
    public static void Write(Utf8JsonWriter json, EpisodeAnswer answer)
    {
        var said = answer.Said;
        json.WriteStartObject("answered");
        json.WriteString("kind", said.Kind == AnswerKind.Completed ? "completed" : "dismissed");
        json.WriteString("id", said.Id);
        json.WriteString("by", said.By);
        json.WriteString("at", answer.At.ToString());
        json.WriteString("sent", said.Sent?.ToString());
        json.WriteString("verdict", said.Verdict);
        json.WriteString("reason", said.Reason);
        json.WriteEndObject();
        if (answer.Standing is not { } standing)
        {
            json.WriteNull("fix");
            return;
        }

        json.WriteStartObject("fix");
        json.WriteString("map", said.Fix?.Map);
        if (said.Fix?.Revision is { } revision) json.WriteNumber("revision", revision);
        else json.WriteNull("revision");
        json.WriteString("modelVersion", said.Fix?.ModelVersion);
        json.WriteString("deadline", answer.Deadline?.ToString());
        json.WriteString("standing", standing.Name());
        json.WriteBoolean("proven", standing == FixStanding.Better);
        if (answer.Report is { } report) WriteEvidence(json, report);
        else json.WriteNull("evidence");
        json.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter json, FixReport report)
    {
        json.WriteStartObject("evidence");
        json.WriteString("method", report.Method);
        json.WriteString("from", report.From.ToString());
        json.WriteString("until", report.Until.ToString());
        json.WriteString("decided", report.Decided.ToString());
        json.WriteNumber("compared", report.Compared);
        WindowJson.WriteNumber(json, "gain", report.Gain);
        WindowJson.WriteInterval(json, "gainAtAllTimes", report.GainAtAllTimes);
        WindowJson.WriteNumber(json, "logEvidence", report.LogEvidence);
        WindowJson.WriteNumber(json, "logThreshold", report.LogThreshold);
        json.WriteEndObject();
    }
}

using System.Text.Json;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Diagnosis;

namespace DriftWatch.Web.Api;

/// <summary><c>diagnosis</c>: what is wrong with the input as a whole, the most likely cause, and the settings to look at.</summary>
internal static class DiagnosisJson
{
    public static void Write(Utf8JsonWriter json, ServiceSnapshot snapshot)
    {
        json.WriteStartArray("diagnosis");
        foreach (var problem in snapshot.InputProblems)
        {
            json.WriteStartObject();
            json.WriteString("problem", problem.Key.Kind.Name());
            json.WriteString("severity", problem.IsNote ? "note" : "problem");
            json.WriteString("stream", StreamSnapshot.NameOf(problem.Key.Part));
            json.WriteString("topic", problem.Key.Topic);
            json.WriteString("model", problem.Key.Model);
            json.WriteString("since", StatusJson.Time(problem.Since));
            json.WriteString("what", problem.What);
            json.WriteString("cause", problem.Cause);
            json.WriteStartArray("settings");
            foreach (string setting in problem.Settings) json.WriteStringValue(setting);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

using System.Text.Json;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Json;

/// <summary>Labels that joined nothing: <c>orphaned</c>, and <c>orphanedBy</c> cause, where those outside the interval have their distances.</summary>
internal static class OrphansJson
{
    public static void Write(Utf8JsonWriter json, OrphanSnapshot orphans)
    {
        json.WriteNumber("orphaned", orphans.Total);
        json.WriteStartObject("orphanedBy");
        json.WriteNumber("noPrediction", orphans.NoPrediction);
        json.WriteNumber("otherModel", orphans.OtherModel);
        Write(json, "tooEarly", orphans.Early);
        Write(json, "tooLate", orphans.Late);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, DelayCounts delays)
    {
        json.WriteStartObject(name);
        json.WriteNumber("labels", delays.Count);
        json.WriteNumber("sumSeconds", delays.SumSeconds);
        json.WriteStartArray("bySeconds");
        for (int i = 0; i < delays.Counts.Count; i++)
        {
            if (delays.Counts[i] == 0) continue;
            json.WriteStartObject();
            if (i < LabelDelays.UpperBounds.Count) json.WriteNumber("upTo", LabelDelays.UpperBounds[i]);
            else json.WriteNull("upTo");
            json.WriteNumber("labels", delays.Counts[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

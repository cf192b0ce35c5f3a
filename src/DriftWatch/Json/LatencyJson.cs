using System.Text.Json;
using DriftWatch.Core.Events;
using DriftWatch.Core.Serving;

namespace DriftWatch.Json;

/// <summary>Serving latency as JSON, in milliseconds.</summary>
internal static class LatencyJson
{
    /// <summary>The member <c>latency</c> of a series: null where no prediction carries one.</summary>
    public static void Write(Utf8JsonWriter json, LatencySnapshot? latency) => JsonMember.Write(json, "latency", latency, WriteAll);

    private static void WriteAll(Utf8JsonWriter json, LatencySnapshot latency)
    {
        json.WriteString("start", latency.Newest?.Start.ToString());
        json.WriteString("end", latency.Newest?.End.ToString());
        WriteQuantiles(json, latency.Newest?.Quantiles);
        json.WriteStartObject("total");
        WriteQuantiles(json, latency.Total);
        json.WriteEndObject();
        json.WriteNumber("unreadable", latency.Unreadable);
        json.WriteNumber("late", latency.Late);
    }

    /// <summary>Members of an object that is open.</summary>
    public static void WriteQuantiles(Utf8JsonWriter json, LatencyQuantiles? quantiles)
    {
        json.WriteNumber("predictions", quantiles?.Count ?? 0);
        WindowJson.WriteNumber(json, "p50", quantiles?.P50.TotalMilliseconds);
        WindowJson.WriteNumber(json, "p95", quantiles?.P95.TotalMilliseconds);
        WindowJson.WriteNumber(json, "p99", quantiles?.P99.TotalMilliseconds);
    }
}

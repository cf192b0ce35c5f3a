using DriftWatch.Core.Events;
using System.Globalization;
using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Json;
using DriftWatch.Pipeline;
using Microsoft.AspNetCore.Http;

namespace DriftWatch.Web.Api;

/// <summary>A report over all series with a bounded share of false ones: e-BH on the evidence of their lives (statistics §6.9).</summary>
internal static class FleetJson
{
    public static Task Answer(HttpContext context, ServiceSnapshot snapshot)
    {
        string? asked = context.Request.Query["q"];
        double rate = 0.05;
        if (!string.IsNullOrEmpty(asked) && !(double.TryParse(asked, NumberStyles.Float, CultureInfo.InvariantCulture, out rate) && rate is > 0 and < 1))
            return Problems.BadParameter(context, "q", $"'{asked}' is no share between 0 and 1 of false ones among the reported.", ["0.01", "0.05", "0.1"]);
        return ApiEndpoints.Answer(context, json => Write(json, snapshot, rate));
    }

    private static void Write(Utf8JsonWriter json, ServiceSnapshot snapshot, double rate)
    {
        // Series that cannot know yet have no evidence, and count among those that were looked at.
        var watched = snapshot.Monitor.Series.Where(series => series.Detector?.SharedBy is not null).ToList();
        var reported = FalseDiscoveries.EBenjaminiHochberg([.. watched.Select(series => series.Detector!.LogEvidenceLifetime ?? double.NegativeInfinity)], rate);
        json.WriteStartObject();
        json.WriteNumber("falseDiscoveryRate", rate);
        json.WriteNumber("series", watched.Count);
        json.WriteStartArray("reported");
        foreach (int index in reported)
        {
            json.WriteStartObject();
            SnapshotJson.WriteSeries(json, watched[index].Key);
            WindowJson.WriteNumber(json, "logEvidenceLifetime", watched[index].Detector!.LogEvidenceLifetime);
            json.WriteString("direction", watched[index].Detector!.Direction?.Name());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

using System.Text.Json;
using DriftWatch.Core.Comparison;
using DriftWatch.Core.Events;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Json;

/// <summary>The member <c>comparisons</c> of a model: its versions beside each other, on the requests that both have scored. What is not known is null.</summary>
internal static class ComparisonsJson
{
    public static void Write(Utf8JsonWriter json, IEnumerable<VersionsCompared> comparisons)
    {
        json.WriteStartArray("comparisons");
        foreach (var one in comparisons)
        {
            json.WriteStartObject();
            json.WriteString("model", one.Model);
            json.WriteString("current", one.Current);
            json.WriteString("candidate", one.Candidate);
            json.WriteString("slice", one.Slice?.ToString());
            Write(json, one.Found);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ComparisonSnapshot found)
    {
        json.WriteStartObject("lastDay");
        json.WriteNumber("requests", found.LastDay.Requests);
        WindowJson.WriteNumber(json, "disagreeing", found.LastDay.Share);
        json.WriteNumber("otherClass", found.LastDay.OtherClass);
        WindowJson.WriteNumber(json, "meanDifference", found.LastDay.MeanDifference);
        WindowJson.WriteNumber(json, "meanDistance", found.LastDay.MeanDistance);
        json.WriteBoolean("tooOften", found.DisagreesTooOften);
        json.WriteEndObject();
        json.WriteString("verdict", found.Verdict.Name());
        json.WriteString("betterAt", found.BetterAt?.ToString());
        json.WriteString("worseAt", found.WorseAt?.ToString());
        json.WriteNumber("labeled", found.Labeled);
        json.WriteString("from", found.Span?.From.ToString());
        json.WriteString("until", found.Span?.To.ToString());
        WindowJson.WriteNumber(json, "logLossOfCurrent", found.LogLossOfCurrent);
        WindowJson.WriteNumber(json, "logLossOfCandidate", found.LogLossOfCandidate);
        WindowJson.WriteInterval(json, "gainAtAllTimes", found.Gain);
        WindowJson.WriteNumber(json, "logEvidenceBetter", found.LogBetter);
        WindowJson.WriteNumber(json, "logEvidenceWorse", found.LogWorse);
        WindowJson.WriteNumber(json, "logThreshold", found.LogThreshold);
        WindowJson.WriteNumber(json, "overdispersion", found.Overdispersion);
    }
}

using System.Text.Json;
using DriftWatch.Core.Agreement;

namespace DriftWatch.Json;

/// <summary>The member <c>sources</c> of a series: who has labeled its predictions, and how judges fare. Null where nobody asks; what cannot be said is null too.</summary>
internal static class SourcesJson
{
    public static void Write(Utf8JsonWriter json, SourcesSnapshot? sources) => JsonMember.Write(json, "sources", sources, WriteAll);

    private static void WriteAll(Utf8JsonWriter json, SourcesSnapshot sources)
    {
        json.WriteStartArray("listed");
        foreach (var (source, labeled, judge) in sources.Sources)
        {
            json.WriteStartObject();
            json.WriteString("source", source.Name);
            json.WriteString("kind", source.IsJudge ? "judge" : "trusted");
            json.WriteNumber("labeled", labeled);
            if (judge is not null) WriteJudge(json, judge);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("unlisted", sources.Unlisted);
    }

    private static void WriteJudge(Utf8JsonWriter json, JudgeReport judge)
    {
        var table = judge.Table;
        json.WriteNumber("n", table.Count);
        json.WriteNumber("truePositives", table.TruePositives);
        json.WriteNumber("falsePositives", table.FalsePositives);
        json.WriteNumber("falseNegatives", table.FalseNegatives);
        json.WriteNumber("trueNegatives", table.TrueNegatives);
        Write(json, "truePositiveRate", judge.TruePositiveRate);
        Write(json, "falsePositiveRate", judge.FalsePositiveRate);
        Write(json, "kappa", judge.Kappa);
        json.WriteNumber("alone", table.Alone);
        Write(json, "baseRateAlone", judge.Observed);
        Write(json, "baseRateCorrected", judge.Corrected);
    }

    private static void Write(Utf8JsonWriter json, string name, Estimate? estimate)
    {
        Write(json, name, estimate?.Value);
        Write(json, name + "Lower", estimate?.Interval.Lower);
        Write(json, name + "Upper", estimate?.Interval.Upper);
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}

using System.Text.Json;
using DriftWatch.Core.Events;

namespace DriftWatch.Evaluation.Bench;

/// <summary>The results as one JSON document; what cannot be computed is null.</summary>
internal static class BenchJson
{
    public static void Write(Stream output, BenchResult result)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("driftwatch", result.Request.Version);
        json.WriteNumber("seed", result.Request.Seed);
        json.WriteNumber("streams", result.Request.Streams);
        json.WriteStartArray("targets");
        foreach (var target in BenchTargets.Of(result))
        {
            json.WriteStartObject();
            json.WriteNumber("number", target.Number);
            json.WriteString("target", target.Asked);
            json.WriteString("measured", target.Measured);
            json.WriteBoolean("met", target.Passed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("cells");
        foreach (var cell in result.Cells) WriteCell(json, result, cell);
        json.WriteEndArray();
        json.WriteStartArray("product");
        foreach (var one in result.Product)
        {
            json.WriteStartObject();
            json.WriteString("stream", one.Cell.Name);
            json.WriteNumber("streams", one.Streams);
            json.WriteNumber("early", one.Early);
            json.WriteNumber("missed", one.Missed);
            WindowJson.WriteNumber(json, "medianDays", one.Median);
            WindowJson.WriteNumber(json, "p95Days", one.P95);
            json.WriteNumber("onsets", one.Onsets);
            json.WriteNumber("onsetsHeld", one.OnsetsHeld);
            WindowJson.WriteNumber(json, "onsetWidthDays", one.OnsetWidth);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCell(Utf8JsonWriter json, BenchResult result, CellResult cell)
    {
        json.WriteStartObject();
        json.WriteString("stream", cell.Scenario.Key);
        json.WriteNumber("streams", cell.Streams);
        json.WriteNumber("stable", cell.Scenario.Stable);
        json.WriteNumber("length", cell.Scenario.Length);
        json.WriteStartArray("rules");
        foreach (var rule in cell.Rules)
        {
            json.WriteStartObject();
            json.WriteString("rule", rule.Name);
            WriteAt(json, "default", cell, rule, rule.Usual);
            WriteAt(json, "equalFalseAlarms", cell, rule, result.TunedLevel(cell.Scenario.Law, rule));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAt(Utf8JsonWriter json, string name, CellResult cell, RuleSpec rule, int? level)
    {
        if (level is not { } at)
        {
            json.WriteNull(name);
            return;
        }

        var delay = cell.DelayOf(rule, at);
        json.WriteStartObject(name);
        json.WriteString("setting", rule.Setting(rule.Levels[at]));
        json.WriteNumber("fired", cell.Fired(rule, at));
        json.WriteNumber("early", delay.Already);
        json.WriteNumber("missed", delay.Missed);
        WindowJson.WriteNumber(json, "median", delay.Median);
        WindowJson.WriteNumber(json, "p95", delay.P95);
        WindowJson.WriteNumber(json, "meanRunLength", cell.RunLength(rule, at));
        json.WriteEndObject();
    }
}

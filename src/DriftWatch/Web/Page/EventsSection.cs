using System.Text.Json;

namespace DriftWatch.Web.Page;

/// <summary>The newest events as they went to Kafka, newest first.</summary>
internal static class EventsSection
{
    private const int Most = 10;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Write(HtmlWriter html, PageView view)
    {
        var events = view.Snapshot.RecentEvents;
        html.Add($"""<section id="events" aria-labelledby="events-title"><h2 id="events-title">Events sent</h2>""");
        if (events.Count == 0) html.Add($"""<p class="muted">None so far. When an episode fires, a CloudEvent that asks for recalibration goes to Kafka and is shown here.</p>""");
        foreach (string json in events.Reverse().Take(Most)) Write(html, json);
        html.Add($"</section>");
    }

    private static void Write(HtmlWriter html, string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        html.Add($"""<details class="event" data-key="{Text(root, "id")}"><summary><span class="type">{Text(root, "type")}</span> <bdi>{Text(root, "subject")}</bdi> <span class="time">{Text(root, "time")}</span></summary><pre>{JsonSerializer.Serialize(root, Indented)}</pre></details>""");
    }

    private static string Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

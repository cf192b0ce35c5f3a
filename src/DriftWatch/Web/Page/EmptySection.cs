using DriftWatch.Pipeline;

namespace DriftWatch.Web.Page;

/// <summary>What a newcomer sees: what is missing, and what to send.</summary>
internal static class EmptySection
{
    public static void Write(HtmlWriter html, PageView view)
    {
        var streams = view.Snapshot.Streams;
        string predictions = streams.FirstOrDefault(s => s.Name == "predictions")?.Topic ?? "predictions";
        string labels = streams.FirstOrDefault(s => s.Name == "labels")?.Topic ?? "labels";
        html.Add($"""<section id="models" class="empty" aria-labelledby="empty-title"><h2 id="empty-title">{Heading(view.Snapshot)}</h2>""");
        html.Add($"""<p>DriftWatch compares what models claim with what happens. It reads two topics; a model appears here with its first prediction.</p><ol>""");
        html.Add($"""<li><p>Send predictions to <code>{predictions}</code>, one JSON object a record:</p><pre>{Prediction(view.Now)}</pre></li>""");
        html.Add($"""<li><p>Send what really happened to <code>{labels}</code> under the same id, whenever it is known:</p><pre>{Label(view.Now)}</pre></li>""");
        html.Add($"""<li><p>Wait: a window is judged when its labels are in (the horizon, by default a day) and it holds enough of them.</p></li></ol>""");
        html.Add($"""<p>Nothing to send yet? <code>driftwatch demo</code> shows a model that drifts, <code>driftwatch replay</code> reads files.</p></section>""");
    }

    private static string Heading(ServiceSnapshot snapshot) => snapshot switch
    {
        { Phase: ServicePhase.Disconnected } => "Not connected to Kafka.",
        _ when snapshot.Streams.Sum(s => s.Rejected.Values.Sum()) > 0 => "Records come, but none could be read. The reasons are below.",
        _ => "No predictions yet.",
    };

    private static string Prediction(DateTimeOffset now) =>
        $$"""{"id":"order-17","model":"fraud","version":"7","timestamp":"{{now.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}}","probability":0.83}""";

    private static string Label(DateTimeOffset now) =>
        $$"""{"id":"order-17","timestamp":"{{now.UtcDateTime.AddMinutes(30):yyyy-MM-dd'T'HH:mm:ss'Z'}}","label":1}""";
}

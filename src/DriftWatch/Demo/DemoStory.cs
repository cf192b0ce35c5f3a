using System.Text.Json;

namespace DriftWatch.Demo;

/// <summary>Tells the terminal what happens, one sentence at a time.</summary>
internal sealed class DemoStory(TextWriter output, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly long _started = clock.GetTimestamp();

    /// <summary>Whether a recalibration request has been seen.</summary>
    public bool Flagged { get; private set; }

    /// <summary>When it was seen.</summary>
    public DateTimeOffset? FlaggedAt { get; private set; }

    public void Opening(string address)
    {
        output.WriteLine($"Status page: {address}/");
        output.WriteLine($"Metrics: {address}/metrics   API: {address}/api/v1/models   Ctrl-C ends the demo.");
        output.WriteLine();
        Say($"Traffic runs: model \"fraud\" 7 ({DemoTraffic.FraudsPerSecond} predictions a second) and \"animals\" 3 ({DemoTraffic.AnimalsPerSecond}); labels come up to five seconds late. Both mean what they say.");
    }

    public void Drifted() => Say("From now on frauds happen more often than fraud 7 claims. Nothing looks broken: only the labels know.");

    public void Recalibrated() => Say("A pipeline has answered: fraud 8, recalibrated, takes over the traffic.");

    public void Event(string json)
    {
        using var document = JsonDocument.Parse(json);
        bool request = document.RootElement.GetProperty("type").GetString()!.Contains("requested", StringComparison.Ordinal);
        if (request && !Flagged)
        {
            Flagged = true;
            FlaggedAt = clock.GetUtcNow();
        }

        Say(request ? "Flagged. This recalibration request was published for pipelines:" : "The episode is over. This was published:");
        output.WriteLine(JsonSerializer.Serialize(document.RootElement, Indented));
        output.WriteLine();
    }

    private void Say(string sentence) => output.WriteLine($"[{clock.GetElapsedTime(_started):mm\\:ss}] {sentence}");
}

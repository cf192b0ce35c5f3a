using System.Text.Json;
using DriftWatch.Core.Comparison;
using DriftWatch.Core.Recalibration;

namespace DriftWatch.Demo;

/// <summary>Tells the terminal what happens, one sentence at a time.</summary>
internal sealed class DemoStory(TextWriter output, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private bool _toldProven;
    private readonly long _started = clock.GetTimestamp();

    /// <summary>Whether a recalibration request has been seen.</summary>
    public bool Flagged { get; private set; }

    /// <summary>When it was seen.</summary>
    public DateTimeOffset? FlaggedAt { get; private set; }

    /// <summary>When the map was proven to help.</summary>
    public DateTimeOffset? ProvenAt { get; private set; }

    public void Opening(string address)
    {
        output.WriteLine($"Status page: {address}/");
        output.WriteLine($"Metrics: {address}/metrics   API: {address}/api/v1/models   Ctrl-C ends the demo.");
        output.WriteLine();
        Say($"Traffic runs: model \"fraud\" 7 ({DemoTraffic.FraudsPerSecond} predictions a second) and \"animals\" 3 ({DemoTraffic.AnimalsPerSecond}); labels come up to five seconds late. Both mean what they say.");
    }

    public void Drifted() => Say("From now on frauds happen more often than fraud 7 claims. Nothing looks broken: only the labels know.");

    public void Answering() => Say("driftwatch recalibrate answers: it reads the labeled predictions behind the request, and tries maps on them.");

    public void NobodyAnswers() => Say("Nobody answers the request: driftwatch recalibrate needs a folder for maps and sets, and none can be made here (TMPDIR names another place).");

    public void Mapped(MapDocument map) => Say($"Map {map.Lineage.Revision} ({map.Map.Method.Name()}) is behind fraud 7. What it makes of each request is logged as {ComparedVersions.OfMap(map.Version, map.Lineage.Revision)}, beside the claim.");

    public void Blundered(int revision) => Say($"Somebody publishes map {revision} by hand, without a calibration set: it makes everything look safer.");

    public void RolledBack(int revision) => Say($"Labels have shown that it is worse (alert DriftWatchCandidateWorse): rolled back to map {revision}.");

    public void Event(string json)
    {
        using var document = JsonDocument.Parse(json);
        var data = document.RootElement.GetProperty("data");
        string kind = document.RootElement.GetProperty("type").GetString()!.Split('.')[^2], version = data.GetProperty("version").GetString()!;
        bool first = kind == "requested" && !Flagged;
        if (first)
        {
            Flagged = true;
            FlaggedAt = clock.GetUtcNow();
        }

        bool proven = kind == "resolved" && data.TryGetProperty("fix", out var fix) && fix.ValueKind == JsonValueKind.Object && fix.GetProperty("proven").GetBoolean();
        if (proven) ProvenAt ??= clock.GetUtcNow();
        if (first || (proven && !_toldProven))
        {
            _toldProven |= proven;
            Say(first ? "Flagged. This recalibration request was published for pipelines:" : "The map is proven better on the requests that were also answered without it, and the episode is over. This was published:");
            output.WriteLine(JsonSerializer.Serialize(document.RootElement, Indented));
            output.WriteLine();
        }
        else
        {
            Say($"Published: {kind}, fraud {version}: {data.GetProperty("reason").GetString()}");
        }
    }

    private void Say(string sentence) => output.WriteLine($"[{clock.GetElapsedTime(_started):mm\\:ss}] {sentence}");
}

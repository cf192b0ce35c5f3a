using System.Text.Json;
using DriftWatch.Core.Events;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Json;

namespace DriftWatch.Recalibrating;

/// <summary>Who asks for a recalibration, and of what: enough to answer, whatever becomes of the rest.</summary>
/// <param name="Event">The event's id.</param>
/// <param name="Source">The deployment that sent it.</param>
/// <param name="Episode">The episode that asks.</param>
/// <param name="Model">Whose.</param>
/// <param name="Version">Of that model.</param>
/// <param name="Slice">As <c>dimension=value</c>; null: all of the version's traffic.</param>
/// <param name="Task">Which question the claims answer: <c>binary</c> or <c>top-label</c>.</param>
internal sealed record RequestEnvelope(string Event, string Source, string Episode, string Model, string Version, string? Slice, string Task)
{
    /// <summary>The series in its main view.</summary>
    public SeriesKey Series => SeriesOf(Model, Version, Slice, Task);

    /// <summary>A series by what documents say of it.</summary>
    public static SeriesKey SeriesOf(string model, string version, string? slice, string view) => new(model, version, SliceOf(slice), view == View.TopLabel.Name() ? View.TopLabel : View.Binary);

    /// <summary>Looks at a record of the topic of requests.</summary>
    public static RequestReading Read(byte[]? value)
    {
        if (value is null) return new(null, RejectReason.Tombstone, null);
        if (value.Length == 0) return new(null, RejectReason.Empty, null);
        try
        {
            using var document = JsonDocument.Parse(value);
            var root = document.RootElement;
            if (JsonPart.Text(root, "type", "") != CloudEventWriter.RequestedType) return default;
            var data = JsonPart.Needed(root, "data", "");
            return new(new(JsonPart.Text(root, "id", ""), JsonPart.Text(root, "source", ""), Text(data, "episode"), Text(data, "model"), Text(data, "version"), JsonPart.TextOrNull(data, "slice", "/data"), Text(data, "task")), RejectReason.None, null);
        }
        catch (JsonException broken)
        {
            return new(null, RejectReason.Malformed, broken.Message);
        }
        catch (Exception strange) when (strange is InvalidOperationException or FormatException)
        {
            return new(null, RejectReason.Schema, strange.Message);
        }
    }

    private static Slice? SliceOf(string? text) => text?.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? new(text[..at], text[(at + 1)..]) : null;

    private static string Text(JsonElement data, string name) => JsonPart.Text(data, name, "/data");
}

/// <summary>What a record of the topic of requests is. Without a request and without a reason: something else, which needs no answer.</summary>
/// <param name="Request">The request.</param>
/// <param name="Reason">Why it cannot be read.</param>
/// <param name="Detail">That in words.</param>
internal readonly record struct RequestReading(RequestEnvelope? Request, RejectReason Reason, string? Detail);

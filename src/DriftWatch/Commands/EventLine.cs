using System.Globalization;
using System.Text;
using System.Text.Json;
using DriftWatch.Core.Events;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using DriftWatch.Kafka.Answering;

namespace DriftWatch.Commands;

/// <summary>An event as <c>driftwatch events</c> shows it, one a line.</summary>
/// <param name="Type">Its type, in full.</param>
/// <param name="Episode">The episode; null: it names none.</param>
/// <param name="Model">The model; null: it names none.</param>
/// <param name="Json">All of it, on one line.</param>
internal sealed record EventLine(string Type, string? Episode, string? Model, string Json)
{
    private const string Family = "io.driftwatch.recalibration.";

    private string? Version { get; init; }

    private string? Slice { get; init; }

    private string? Reason { get; init; }

    public bool IsRequest => Type == CloudEventWriter.RequestedType;

    /// <summary>From when on it is not worth acting on; null: it does not say.</summary>
    public DateTimeOffset? Expiry { get; init; }

    /// <summary>Its number among the events of its episode; null: it has none.</summary>
    public long? Sequence { get; private init; }

    /// <summary>The state of the episode that it tells; null: it tells none.</summary>
    public string? State { get; private init; }

    /// <summary>Who has answered and when, in words; null: nobody.</summary>
    public string? Answered { get; private init; }

    /// <summary>When it was sent, as far as is known.</summary>
    public string When { get; private init; } = "";

    /// <summary>All types in short.</summary>
    public static IReadOnlyList<string> ShortTypes { get; } =
    [
        .. new[]
        {
            CloudEventWriter.RequestedType, CloudEventWriter.UpdatedType, CloudEventWriter.ResolvedType, CloudEventWriter.IneffectiveType, CloudEventWriter.RollbackRequestedType, CloudEventWriter.SupersededType,
            CloudEventWriter.CompletedType, CloudEventWriter.DismissedType,
        }.Select(Short),
    ];

    /// <summary>The type in short: <c>requested</c>.</summary>
    public string ShortType => Short(Type);

    /// <summary>A record of a topic of events; null: it is none.</summary>
    public static EventLine? Of(KeptRecord record)
    {
        if (record.Value is null) return null;
        try
        {
            using var document = JsonDocument.Parse(record.Value);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "type") is not { } type) return null;
            var data = root.TryGetProperty("data", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
            return new(type, Text(data, "episode") ?? Text(root, "correlationid"), Text(data, "model"), OnOneLine(root))
            {
                Version = Text(data, "version"),
                Slice = Text(data, "slice"),
                Reason = Text(data, "reason"),
                Sequence = data.ValueKind == JsonValueKind.Object && data.TryGetProperty("sequence", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out long sequence) ? sequence : null,
                State = Text(data, "state"),
                Answered = data.ValueKind == JsonValueKind.Object && data.TryGetProperty("answered", out var answered) && Text(answered, "by") is { } by ? $"{by} has answered at {Text(answered, "at")}" : null,
                When = Text(root, "time") ?? (record.Timestamp < 0 ? "-" : new EventTime(record.Timestamp / 1000 * 1000).ToString()),
                Expiry = DateTimeOffset.TryParse(Text(root, "expirytime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expiry) ? expiry : null,
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public override string ToString()
    {
        string line = $"{When,-20} {ShortType,-18} {Episode ?? "-",-36} {Model ?? "-"} {Version ?? "-"}{(Slice is null ? "" : " " + Slice)}{(Reason is null ? "" : "  " + Reason)}";
        // Whoever writes to these topics may write anything; a terminal obeys some of it.
        return UnseenText.Show(line);
    }

    private static string Short(string type) => type.StartsWith(Family, StringComparison.Ordinal) ? type[Family.Length..].Split(".v")[0] : type;

    private static string OnOneLine(JsonElement root)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) root.WriteTo(json);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
}

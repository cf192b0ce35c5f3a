using System.Text.Json;

namespace DriftWatch.Chaos;

/// <summary>A prediction as the oracle understands it.</summary>
internal sealed record ReadPrediction(string Id, long Time, string Model, string Version, string? Region, double Probability);

/// <summary>A label as the oracle understands it.</summary>
/// <param name="Id">The id of the predictions that it addresses.</param>
/// <param name="Time">Event time in milliseconds.</param>
/// <param name="Outcome">What came true.</param>
/// <param name="Model">The model whose predictions alone it addresses; null: those of all.</param>
internal sealed record ReadLabel(string Id, long Time, bool Outcome, string? Model)
{
    public bool Addresses(ReadPrediction prediction) => Id == prediction.Id && (Model is null || Model == prediction.Model);
}

/// <summary>The oracle's own reader, with a parser that the service does not use. Null: a record that must become a dead letter.</summary>
internal static class ReadRecords
{
    /// <summary>Nothing in the traffic is further ahead, but what is broken on purpose.</summary>
    private const long FarAhead = 12 * 3600 * 1000L;

    public static ReadPrediction? Prediction(byte[]? value) => Read(value, root =>
    {
        if (!root.TryGetProperty("model", out var model) || !root.TryGetProperty("probability", out var probability)) return null;
        double claim = probability.GetDouble();
        if (claim is not (>= 0 and <= 1) || Id(root) is not { } id || Time(root) is not { } time) return null;
        string? region = root.TryGetProperty("slices", out var slices) ? slices.GetProperty("region").GetString() : null;
        return new ReadPrediction(id, time, model.GetString()!, root.GetProperty("version").GetString()!, region, claim);
    });

    public static ReadLabel? Label(byte[]? value) => Read(value, root =>
        root.TryGetProperty("label", out var label) && label.ValueKind == JsonValueKind.Number && Id(root) is { } id && Time(root) is { } time
            ? new ReadLabel(id, time, label.GetInt32() == 1, root.TryGetProperty("model", out var model) ? model.GetString() : null)
            : null);

    private static T? Read<T>(byte[]? value, Func<JsonElement, T?> read)
        where T : class
    {
        if (value is not { Length: > 0 }) return null;
        try
        {
            using var document = JsonDocument.Parse(value);
            return read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Id(JsonElement root) => root.TryGetProperty("id", out var id) ? id.GetRawText().Trim('"') : null;

    private static long? Time(JsonElement root) =>
        root.TryGetProperty("timestamp", out var time) && time.GetInt64() is var at && at < DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + FarAhead ? at : null;
}

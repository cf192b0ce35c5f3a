using System.Text;
using System.Text.Json;
using DriftWatch.Core.Input;

namespace DriftWatch.Presets;

/// <summary>Records as a producer writes them, made from its own source, and what they are read as.</summary>
internal sealed record GoldenRecords
{
    private const string Folder = "tests/DriftWatch.Tests/Presets";

    public required string Preset { get; init; }

    /// <summary>The part that they play.</summary>
    public required FieldRecords Part { get; init; }

    /// <summary>The topic, where its name says something.</summary>
    public required string Topic { get; init; }

    /// <summary>What they were made from: repository, path and commit, or the page of a specification.</summary>
    public required string[] Sources { get; init; }

    public required GoldenRecord[] Records { get; init; }

    /// <summary>Records and rows that are passed over.</summary>
    public required int Filtered { get; init; }

    public GoldenPrediction[] Predictions { get; init; } = [];

    public GoldenLabel[] Labels { get; init; } = [];

    public static IReadOnlyList<GoldenRecords> All { get; } = [.. Directory.GetFiles(Repository.PathOf(Folder), "*.json").Order().Select(Read)];

    public static GoldenRecords Of(string preset) => All.Single(golden => golden.Preset == preset);

    private static GoldenRecords Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = document.RootElement;
        string name = root.GetProperty("preset").GetString()!;
        return new GoldenRecords
        {
            Preset = name,
            Part = root.GetProperty("part").GetString() == "labels" ? FieldRecords.Labels : FieldRecords.Predictions,
            Topic = root.TryGetProperty("topic", out var topic) ? topic.GetString()! : name,
            Sources = [.. root.GetProperty("sources").EnumerateArray().Select(source => source.GetString()!)],
            Records = [.. root.GetProperty("records").EnumerateArray().Select(RecordOf)],
            Filtered = root.GetProperty("filtered").GetInt32(),
            Predictions = root.TryGetProperty("predictions", out var predictions) ? [.. predictions.EnumerateArray().Select(PredictionOf)] : [],
            Labels = root.TryGetProperty("labels", out var labels) ? [.. labels.EnumerateArray().Select(one => new GoldenLabel(one[0].GetString()!, one[1].GetString()!))] : [],
        };
    }

    private static GoldenRecord RecordOf(JsonElement record) => new(
        record.TryGetProperty("key", out var key) ? Encoding.UTF8.GetBytes(key.GetString()!) : null,
        record.TryGetProperty("headers", out var headers) ? [.. headers.EnumerateObject().Select(header => (header.Name, Encoding.UTF8.GetBytes(header.Value.GetString()!)))] : [],
        record.TryGetProperty("timestamp", out var time) ? time.GetInt64() : null,
        record.GetProperty("value") is { ValueKind: not JsonValueKind.Null } value ? Encoding.UTF8.GetBytes(value.GetRawText()) : null);

    private static GoldenPrediction PredictionOf(JsonElement one) =>
        new(one[0].GetString()!, one[1].GetString()!, one[2].GetString()!, one[3].GetDouble(), one.GetArrayLength() > 4 ? one[4].GetString() : null);
}

/// <summary>One record as it lies in a topic.</summary>
internal sealed record GoldenRecord(byte[]? Key, (string Name, byte[] Value)[] Headers, long? Timestamp, byte[]? Value)
{
    public RecordView View(IReadOnlyList<string> headers) => new()
    {
        Value = Value, IsTombstone = Value is null, Key = Key, HasKey = Key is not null, KafkaTimestamp = Timestamp ?? -1, Headers = new Asked(this, headers),
    };

    private sealed class Asked(GoldenRecord record, IReadOnlyList<string> names) : IHeaderSource
    {
        ReadOnlySpan<byte> IHeaderSource.HeaderOf(int _, int header) => record.Headers.LastOrDefault(one => one.Name == names[header]).Value;
    }
}

/// <summary>What a prediction has to come out as; without a class it is of a binary model.</summary>
internal sealed record GoldenPrediction(string Id, string Model, string Version, double Confidence, string? Class);

internal sealed record GoldenLabel(string Id, string Label);

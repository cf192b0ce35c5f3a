using System.Globalization;
using System.Text.Json;
using DriftWatch.Core.Events;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Time;
using DriftWatch.Sets;

namespace DriftWatch.Recalibrating;

/// <summary>A decision as it was written down, read again.</summary>
/// <param name="Draft">All that was decided on, without what came of it.</param>
/// <param name="Verdict">What came of it.</param>
/// <param name="Reason">In a sentence.</param>
/// <param name="SetChecksum">SHA-256 of the set; null: none was made.</param>
/// <param name="MapRevision">Of the map that was published; null: none was.</param>
/// <param name="MapChecksum">Likewise.</param>
internal sealed record AuditRecord(Decision Draft, string Verdict, string Reason, string? SetChecksum, int? MapRevision, string? MapChecksum)
{
    /// <exception cref="FormatException">It is no such record.</exception>
    public static AuditRecord Read(byte[]? value)
    {
        try
        {
            using var document = JsonDocument.Parse(value ?? throw new FormatException("a tombstone"));
            return Read(document.RootElement);
        }
        catch (Exception strange) when (strange is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException(strange.Message, strange);
        }
    }

    /// <summary>The same of one that may be another's; null: it cannot be read.</summary>
    public static AuditRecord? Find(byte[]? value)
    {
        try
        {
            return Read(value);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static AuditRecord Read(JsonElement root)
    {
        if (Text(root, "schema") != AuditWriter.Schema) throw new FormatException($"its schema is {Text(root, "schema")}; this version reads {AuditWriter.Schema}");
        var (request, decision) = (root.GetProperty("request"), root.GetProperty("decision"));
        var envelope = new RequestEnvelope(Text(request, "id"), Text(request, "source"), Text(root, "episode"), Text(root, "model"), Text(root, "version"), root.GetProperty("slice").GetString(), Text(root, "task"));
        var code = root.GetProperty("code");
        int? attempt = root.TryGetProperty("attempt", out var number) ? number.GetInt32() : null;
        string verdict = Text(decision, "verdict"), reason = Text(decision, "reason");
        return new(
            new()
            {
                Request = envelope,
                Place = Text(request, "place"),
                Attempt = attempt,
                Asked = Known(root, "evidence") is { } evidence ? Asked(evidence, envelope, attempt ?? 1) : null,
                Terms = Terms(root.GetProperty("configuration")),
                By = new(Text(code, "version"), Text(code, "revision")),
                Parent = Known(root, "parent") is { } parent ? new(parent.GetProperty("revision").GetInt32(), Text(parent, "checksum")) : null,
                Revision = root.TryGetProperty("revision", out var revision) ? revision.GetInt32() : null,
                Failure = verdict == Decision.Failed ? reason : null,
            },
            verdict,
            reason,
            Known(root, "set") is { } set ? Text(set, "checksum") : null,
            Known(root, "map") is { } map ? map.GetProperty("revision").GetInt32() : null,
            Known(root, "map") is { } also ? Text(also, "checksum") : null);
    }

    private static SetRequest Asked(JsonElement evidence, RequestEnvelope request, int attempt) => new(
        request.Event, request.Episode, request.Model, request.Version, request.Slice, request.Task, Time(evidence, "from"), Time(evidence, "to"), evidence.GetProperty("n").GetInt64(), evidence.GetProperty("positives").GetInt64(),
        [.. evidence.GetProperty("dataRange").EnumerateArray().Select(range => new DataRange(Text(range, "topic"), range.GetProperty("partition").GetInt32(), range.GetProperty("startOffset").GetInt64(), range.GetProperty("endOffset").GetInt64()))])
    {
        Attempt = attempt,
        Versions = evidence.TryGetProperty("versions", out var versions) ? [.. versions.EnumerateArray().Select(version => version.GetString() ?? throw new FormatException("a version is null"))] : [request.Version],
    };

    private static DecisionTerms Terms(JsonElement terms)
    {
        var gate = terms.GetProperty("gate");
        return new(
            [.. terms.GetProperty("methods").EnumerateArray().Select(name => MapMethods.Find(name.GetString()!) ?? throw new FormatException($"this version knows no map {name}"))],
            terms.GetProperty("partialSets").GetBoolean(), terms.GetProperty("maxRecords").GetInt32(), terms.TryGetProperty("maxPairs", out var pairs) ? pairs.GetInt32() : null, Duration(terms, "horizon"), Duration(terms, "lead"), Duration(terms, "outOfOrderness"),
            new()
            {
                MinLabeled = gate.GetProperty("minLabeled").GetInt32(),
                MinRarer = gate.GetProperty("minRarer").GetInt32(),
                MinGain = gate.GetProperty("minGain").GetDouble(),
                GainQuantile = gate.GetProperty("gainQuantile").GetDouble(),
                MaxAurocDrop = gate.GetProperty("maxAurocDrop").GetDouble(),
                MaxChange = gate.GetProperty("maxChange").GetDouble(),
                GoodEnough = gate.GetProperty("goodEnough").GetDouble(),
                Overdispersion = gate.GetProperty("overdispersion").GetDouble(),
                DependentFrom = gate.GetProperty("dependentFrom").GetDouble(),
                BlocksOfFit = gate.GetProperty("blocksOfFit").GetInt32(),
            });
    }

    private static JsonElement? Known(JsonElement parent, string name) => parent.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value : null;

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    private static EventTime Time(JsonElement parent, string name) => EventTime.From(DateTimeOffset.Parse(Text(parent, name), CultureInfo.InvariantCulture));

    private static TimeSpan Duration(JsonElement parent, string name) => Durations.TryParse(Text(parent, name), out var duration) ? duration : throw new FormatException($"{name} is no duration");
}

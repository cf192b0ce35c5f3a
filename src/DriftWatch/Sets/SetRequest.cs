using System.Text.Json;
using DriftWatch.Core.Comparison;
using DriftWatch.Core.Events;
using DriftWatch.Core.Time;

namespace DriftWatch.Sets;

/// <summary>What a recalibration request says of its evidence: whose it is, from when to when, and where its predictions lie.</summary>
/// <param name="Event">The event's id.</param>
/// <param name="Episode">The episode that asks.</param>
/// <param name="Model">Whose.</param>
/// <param name="Version">Of that model.</param>
/// <param name="Slice">As <c>dimension=value</c>; null: all of the version's traffic.</param>
/// <param name="View">Which question the claims answer: <c>binary</c> or <c>top-label</c>.</param>
/// <param name="From">Start of the evidence, by prediction time.</param>
/// <param name="To">Its end, without that moment.</param>
/// <param name="Labeled">Labeled predictions that the request rests on.</param>
/// <param name="Positives">Those that came true.</param>
/// <param name="Ranges">Where the predictions lie.</param>
internal sealed record SetRequest(
    string Event, string Episode, string Model, string Version, string? Slice, string View, EventTime From, EventTime To, long Labeled, long Positives, IReadOnlyList<DataRange> Ranges)
{
    /// <summary>Which time the episode is looked at: 1 as the event asks, above that with what has come since.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The version that asks, where that is one that a map answers under; null: <see cref="Version"/>.</summary>
    public string? Asks { get; init; }

    /// <summary>By which its set is found again.</summary>
    public string Name => Attempt == 1 ? Event : $"{Event}#{Attempt}";

    /// <summary>Whose predictions those are: of an episode over all versions those that it rests on, else of the version itself.</summary>
    public IReadOnlyList<string> Versions { get; init; } = [Version];

    /// <summary>The same of what the model claims, where the version is one that a map answers under, <c>VERSION+cal.REVISION</c>: the next map takes the place of that one, so it is fitted to the same claims.</summary>
    public SetRequest OfClaims => ComparedVersions.BaseOf(Version) is { } claims ? this with { Version = claims, Asks = Version, Versions = [.. Versions.Select(version => ComparedVersions.BaseOf(version) ?? version).Distinct()] } : this;

    /// <summary>Reads an event as it lies in the topic of requests.</summary>
    /// <exception cref="SetException">It is none, or one that a set cannot be made of.</exception>
    public static SetRequest Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var data = root.GetProperty("data");
            string type = root.GetProperty("type").GetString() ?? "";
            if (type != CloudEventWriter.RequestedType) throw new SetException($"The event is of type {type}; only {CloudEventWriter.RequestedType} names the data that a recalibration needs.");
            if (data.TryGetProperty("view", out var view)) throw new SetException($"The request is of the view {view.GetString()}; sets are made of the claims that a model sends, so of its main view only.");
            var window = data.GetProperty("window");
            return new(
                Text(root, "id"), Text(data, "episode"), Text(data, "model"), Text(data, "version"), data.GetProperty("slice").GetString(), Text(data, "task"),
                Time(window, "start"), Time(window, "end"), data.GetProperty("n").GetInt64(), data.GetProperty("positives").GetInt64(),
                [.. data.GetProperty("dataRange").EnumerateArray().Select(range => new DataRange(Text(range, "topic"), range.GetProperty("partition").GetInt32(), range.GetProperty("startOffset").GetInt64(), range.GetProperty("endOffset").GetInt64()))])
            {
                Versions = data.TryGetProperty("versions", out var versions) ? [.. versions.EnumerateArray().Select(one => one.GetString() ?? throw new FormatException("a version is null"))] : [Text(data, "version")],
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new SetException($"This is no recalibration request of DriftWatch: {unreadable.Message}", unreadable);
        }
    }

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    private static EventTime Time(JsonElement parent, string name) => EventTime.From(parent.GetProperty(name).GetDateTimeOffset());
}

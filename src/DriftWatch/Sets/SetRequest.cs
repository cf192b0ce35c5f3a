using System.Globalization;
using System.Text.Json;
using DriftWatch.Core.Comparison;
using DriftWatch.Core.Events;
using DriftWatch.Core.Time;
using DriftWatch.Json;

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
            var data = JsonPart.Needed(root, "data", "");
            string type = JsonPart.Text(root, "type", "");
            if (type != CloudEventWriter.RequestedType) throw new SetException($"The event is of type {type}; only {CloudEventWriter.RequestedType} names the data that a recalibration needs.");
            if (JsonPart.Has(data, "view")) throw new SetException($"The request is of the view {JsonPart.Text(data, "view", "/data")}; sets are made of the claims that a model sends, so of its main view only.");
            var window = JsonPart.Needed(data, "window", "/data");
            return new(
                JsonPart.Text(root, "id", ""), Text(data, "episode"), Text(data, "model"), Text(data, "version"), JsonPart.TextOrNull(data, "slice", "/data"), Text(data, "task"),
                Time(window, "start"), Time(window, "end"), JsonPart.Number(data, "n", "/data"), JsonPart.Number(data, "positives", "/data"),
                [.. JsonPart.Members(data, "dataRange", "/data").Select(range => RangeOf(range.Member, range.Place))])
            {
                Versions = JsonPart.Has(data, "versions") ? [.. JsonPart.Members(data, "versions", "/data").Select(one => one.Member.GetString() ?? throw new FormatException($"{one.Place} is null"))] : [Text(data, "version")],
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or FormatException)
        {
            throw new SetException($"This is no recalibration request of DriftWatch: {unreadable.Message}", unreadable);
        }
    }

    private static DataRange RangeOf(JsonElement range, string place) =>
        new(JsonPart.Text(range, "topic", place), (int)JsonPart.Number(range, "partition", place), JsonPart.Number(range, "startOffset", place), JsonPart.Number(range, "endOffset", place));

    private static string Text(JsonElement data, string name) => JsonPart.Text(data, name, "/data");

    private static EventTime Time(JsonElement window, string name) => DateTimeOffset.TryParse(JsonPart.Text(window, name, "/data/window"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        ? EventTime.From(time) : throw new FormatException($"/data/window/{name} is no time");
}

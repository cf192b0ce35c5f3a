using System.Text.Json;

namespace DriftWatch.Json;

/// <summary>Members of a document that somebody else has written: what is missing, or of another kind, is named by its place.</summary>
internal static class JsonPart
{
    /// <summary>A member that has to be there.</summary>
    /// <param name="parent">Where it is looked for.</param>
    /// <param name="name">Its name.</param>
    /// <param name="place">The parent's JSON pointer; empty: the document.</param>
    /// <exception cref="FormatException">It is missing, or the parent is no object.</exception>
    public static JsonElement Needed(JsonElement parent, string name, string place) =>
        parent.ValueKind != JsonValueKind.Object ? throw new FormatException($"{(place.Length > 0 ? place : "the document")} is no object, {parent.ValueKind.ToString().ToLowerInvariant()} was found")
        : parent.TryGetProperty(name, out var member) ? member : throw new FormatException($"{place}/{name} is missing");

    /// <summary>Whether a member is there.</summary>
    public static bool Has(JsonElement parent, string name) => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out _);

    /// <summary>A text that has to be there.</summary>
    /// <exception cref="FormatException">It is missing, or no text.</exception>
    public static string Text(JsonElement parent, string name, string place) => TextOrNull(parent, name, place) ?? throw new FormatException($"{place}/{name} is null, a text was expected");

    /// <summary>A text, or null in its place.</summary>
    /// <exception cref="FormatException">It is missing, or something else.</exception>
    public static string? TextOrNull(JsonElement parent, string name, string place)
    {
        var member = Needed(parent, name, place);
        return member.ValueKind is JsonValueKind.String or JsonValueKind.Null ? member.GetString() : throw new FormatException($"{place}/{name} is {member.ValueKind.ToString().ToLowerInvariant()}, a text was expected");
    }

    /// <summary>A whole number that has to be there.</summary>
    /// <exception cref="FormatException">It is missing, or something else.</exception>
    public static long Number(JsonElement parent, string name, string place) =>
        Needed(parent, name, place) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out long value) ? value : throw new FormatException($"{place}/{name} is no whole number");

    /// <summary>The members of an array that has to be there, each with its place.</summary>
    /// <exception cref="FormatException">It is missing, or something else.</exception>
    public static IEnumerable<(JsonElement Member, string Place)> Members(JsonElement parent, string name, string place) =>
        Needed(parent, name, place) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().Select((member, i) => (member, $"{place}/{name}/{i}")) : throw new FormatException($"{place}/{name} is no array");
}

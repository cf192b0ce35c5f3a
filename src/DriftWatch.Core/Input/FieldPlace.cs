using System.Text.RegularExpressions;
using DriftWatch.Core.Input.Json;

namespace DriftWatch.Core.Input;

/// <summary>Which part of a record a field is read from.</summary>
public enum PlaceKind : byte
{
    /// <summary>The field is not read.</summary>
    None,

    /// <summary>The record's value, by a JSON pointer.</summary>
    Value,

    /// <summary>The record's key: its text, or by a JSON pointer into it.</summary>
    Key,

    /// <summary>The last header of a name.</summary>
    Header,

    /// <summary>The topic's name, or a part of it.</summary>
    Topic,

    /// <summary>No part: the same for all records.</summary>
    Constant,

    /// <summary>One row of a record that holds several: all of it, or by a JSON pointer.</summary>
    Row,
}

/// <summary>Where one field of a record is, as the configuration writes it: <c>/meta/id</c>, <c>row</c>, <c>row/id</c>, <c>key</c>, <c>key/id</c>, <c>header:ce_id</c>, <c>topic:^scores\.(.+)$</c>, <c>constant:fraud</c>; empty: nowhere.</summary>
/// <param name="Kind">Which part of the record.</param>
/// <param name="Text">Pointer, header's name, pattern or constant; empty: all of the part.</param>
public sealed record FieldPlace(PlaceKind Kind, string Text)
{
    /// <summary>What may stand there, for messages.</summary>
    public const string Expected = "a JSON pointer such as /id or /payload/user~1id (RFC 6901), row, row/id, key, key/id, header:NAME, topic, topic:PATTERN or constant:TEXT";

    /// <summary>Whether the record's key is a document of its own that holds the field.</summary>
    internal bool IsInsideKey => Kind == PlaceKind.Key && Text.Length > 0;

    /// <summary>Reads a place.</summary>
    /// <param name="place">As it is written.</param>
    /// <param name="parsed">The place.</param>
    /// <param name="error">What is wrong with it and how to mend it.</param>
    public static bool TryParse(string place, out FieldPlace parsed, out string? error)
    {
        parsed = new FieldPlace(PlaceKind.None, "");
        error = null;
        if (place.Length == 0) return true;
        var (kind, text) = place switch
        {
            "key" => (PlaceKind.Key, ""),
            "row" => (PlaceKind.Row, ""),
            "topic" => (PlaceKind.Topic, ""),
            _ when place.StartsWith("key/", StringComparison.Ordinal) => (PlaceKind.Key, place["key".Length..]),
            _ when place.StartsWith("row/", StringComparison.Ordinal) => (PlaceKind.Row, place["row".Length..]),
            _ when place.StartsWith("header:", StringComparison.Ordinal) => (PlaceKind.Header, place["header:".Length..]),
            _ when place.StartsWith("topic:", StringComparison.Ordinal) => (PlaceKind.Topic, place["topic:".Length..]),
            _ when place.StartsWith("constant:", StringComparison.Ordinal) => (PlaceKind.Constant, place["constant:".Length..]),
            _ => (PlaceKind.Value, place),
        };
        parsed = new FieldPlace(kind, text);
        error = kind switch
        {
            PlaceKind.Value => Fault(text),
            PlaceKind.Key or PlaceKind.Row => text.Length == 0 ? null : Fault(text),
            PlaceKind.Topic => text.Length == 0 ? null : PatternFault(text),
            PlaceKind.Header or PlaceKind.Constant => text.Length == 0 ? $"\"{place}\" ends where a {(kind == PlaceKind.Header ? "header's name" : "text")} was expected." : null,
            PlaceKind.None => null,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return error is null;
    }

    /// <summary>What this place holds of a topic's name: the pattern's first group, or all that it matched.</summary>
    /// <returns>null: the pattern does not match.</returns>
    public string? OfTopic(string topic)
    {
        if (Text.Length == 0) return topic;
        var match = Pattern(Text).Match(topic);
        return !match.Success ? null : match.Groups.Count > 1 ? match.Groups[1].Value : match.Value;
    }

    private static string? Fault(string pointer) => JsonPointer.TryParse(pointer, out _, out string? error) ? null : error;

    private static string? PatternFault(string pattern)
    {
        try
        {
            Pattern(pattern);
            return null;
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            return $"\"{pattern}\" is no regular expression that is taken: {wrong.Message}";
        }
    }

    // No pattern of a configuration may keep a start busy.
    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}

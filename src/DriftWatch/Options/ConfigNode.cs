using System.Diagnostics;
using DriftWatch.Options.Table;

namespace DriftWatch.Options;

internal enum NodeKind
{
    Scalar,
    Mapping,
    Sequence,
}

/// <summary>A value of the configuration as it was written, with its place: what YAML, JSON, environment and flags have in common.</summary>
internal sealed class ConfigNode
{
    private ConfigNode(NodeKind kind, Place place, string? text = null)
    {
        Kind = kind;
        Place = place;
        Text = text;
    }

    public NodeKind Kind { get; }

    public Place Place { get; }

    /// <summary>The text of a scalar; null where it says null or nothing.</summary>
    public string? Text { get; private set; }

    /// <summary>What stood here before a <see cref="References">reference</see> was followed; null if none was. Shown in place of the text, which may be secret.</summary>
    public string? Reference { get; private set; }

    /// <summary>Whether this is a scalar that says nothing: <c>key:</c>, <c>~</c>, <c>null</c>.</summary>
    public bool IsNull => Kind == NodeKind.Scalar && Text is null;

    /// <summary>Members of a mapping, in the order written.</summary>
    public List<ConfigMember> Members { get; } = [];

    /// <summary>Items of a sequence.</summary>
    public List<ConfigNode> Items { get; } = [];

    public static ConfigNode Scalar(string? text, Place place) => new(NodeKind.Scalar, place, text);

    public static ConfigNode Mapping(Place place) => new(NodeKind.Mapping, place);

    public static ConfigNode Sequence(Place place) => new(NodeKind.Sequence, place);

    /// <summary>The member of that name; null if there is none.</summary>
    public ConfigNode? this[string key] => Members.Find(m => m.Key == key)?.Value;

    /// <summary>Puts what a reference means in its place.</summary>
    public void Follow(string text) => (Reference, Text) = (Text, text);

    /// <summary>What was found, in the words of a fault.</summary>
    public string Describe() => Kind switch
    {
        NodeKind.Mapping => "a mapping",
        NodeKind.Sequence => "a list",
        NodeKind.Scalar => Reference is not null ? $"what {Reference} holds"
            : Text is null ? "nothing"
            : $"\"{(Text.Length > 80 ? Text[..77] + "..." : Text)}\"",
        _ => throw new UnreachableException(),
    };
}

/// <summary>A key and its value.</summary>
internal sealed record ConfigMember(string Key, Place Place, ConfigNode Value);

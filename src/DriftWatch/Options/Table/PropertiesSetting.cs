using System.Text.Json.Nodes;

namespace DriftWatch.Options.Table;

/// <summary>A key whose keys and values are passed on to a library as they are: <c>kafka.properties</c>. Those that are ours are refused with a reason.</summary>
internal sealed class PropertiesSetting<T>(
    string name,
    string meaning,
    Func<T, IReadOnlyDictionary<string, string>> get,
    Func<T, IReadOnlyDictionary<string, string>, T> with,
    Func<string, string?> refusal) : Setting<T>(name, meaning)
{
    /// <summary>librdkafka has some 200; more are no properties, but an alias gone wild.</summary>
    private const int MaxProperties = 1000;

    public override string Allowed => "any property of librdkafka but those that DriftWatch owns";

    public override bool UsersNameKeys => true;

    public override T Read(T target, ConfigNode node, string path, FaultList faults)
    {
        if (node.IsNull) return target;
        if (node.Kind != NodeKind.Mapping)
        {
            faults.Add(node.Place, path, $"found {node.Describe()}; expected a mapping from property to value");
            return target;
        }

        var properties = new Dictionary<string, string>(get(target));
        foreach (var member in Flat(node, "").Take(MaxProperties + 1))
        {
            if (properties.Count == MaxProperties)
            {
                faults.Add(member.Place, path, $"more than {MaxProperties} properties");
                break;
            }

            string at = Members.Join(path, member.Key);
            if (refusal(member.Key) is { } reason) faults.Add(member.Place, at, reason);
            else if (member.Value.Kind != NodeKind.Scalar || member.Value.IsNull) faults.Add(member.Value.Place, at, $"found {member.Value.Describe()}; expected a text or a number");
            else properties[member.Key] = member.Value.Text!;
        }

        return with(target, properties);
    }

    public override void Show(T target, ConfigNode? node, EffectiveView view)
    {
        var properties = get(target);
        if (properties.Count == 0)
        {
            view.Value(Name, "{}", node?.Place, verbatim: true);
            return;
        }

        view.Open(Name);
        var written = Flat(node ?? ConfigNode.Mapping(Place.Default), "").ToLookup(m => m.Key);
        foreach (var (key, value) in properties.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var source = written[key].LastOrDefault()?.Value;
            view.Value(key, source?.Reference ?? Secrets.Mask(key, value), source?.Place, verbatim: false);
        }

        view.Close();
    }

    public override IEnumerable<SettingRow> Rows(T defaults, string path) => [new(this, Members.Join(path, Name), "{}")];

    public override JsonObject Schema() => new()
    {
        ["type"] = new JsonArray("object", "null"),
        ["description"] = Meaning,
        ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") },
    };

    // "sasl: { username: x }" means sasl.username, as it would in any other client's file.
    private static IEnumerable<ConfigMember> Flat(ConfigNode node, string prefix) =>
        node.Members.SelectMany(m => m.Value.Kind == NodeKind.Mapping
            ? Flat(m.Value, Members.Join(prefix, m.Key))
            : [m with { Key = Members.Join(prefix, m.Key) }]);
}

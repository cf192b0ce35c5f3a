using System.Text.Json.Nodes;

namespace DriftWatch.Options.Table;

/// <summary>A key whose keys users choose, each with the same settings below: <c>models</c>.</summary>
internal sealed class MapSetting<T, TEntry>(
    string name,
    string wildcard,
    string meaning,
    Func<T, IReadOnlyDictionary<string, TEntry>> get,
    Func<T, IReadOnlyDictionary<string, TEntry>, T> with,
    Func<T, string, TEntry> start,
    Func<string, string?> nameFault,
    string inherits,
    IReadOnlyList<Setting<TEntry>> settings) : Setting<T>(name, meaning)
{
    public override string Allowed => "a mapping by name";

    public override IReadOnlyList<Setting> Children => settings;

    public override bool UsersNameKeys => true;

    public override T Read(T target, ConfigNode node, string path, FaultList faults)
    {
        if (node.IsNull) return target;
        if (node.Kind != NodeKind.Mapping)
        {
            faults.Add(node.Place, path, $"found {node.Describe()}; expected a mapping from a {wildcard} to its settings");
            return target;
        }

        Dictionary<string, TEntry> entries = [];
        foreach (var member in node.Members)
        {
            if (nameFault(member.Key) is { } fault) faults.Add(member.Place, Members.Join(path, member.Key), fault);
            entries[member.Key] = Members.Read(settings, start(target, member.Key), member.Value, Members.Join(path, member.Key), faults);
        }

        return with(target, entries);
    }

    public override void Show(T target, ConfigNode? node, EffectiveView view)
    {
        var entries = get(target);
        if (entries.Count == 0)
        {
            view.Value(Name, "{}", node?.Place, verbatim: true);
            return;
        }

        view.Open(Name);
        foreach (var (key, entry) in entries)
        {
            view.Open(key, inherits: inherits);
            Members.Show(settings, entry, node?[key], view);
            view.Close();
        }

        view.Close();
    }

    public override IEnumerable<SettingRow> Rows(T defaults, string path)
    {
        string here = Members.Join(path, Name);
        string entry = Members.Join(here, $"<{wildcard}>");
        return [new(this, here, "{}"), .. settings.SelectMany(s => s.Rows(start(defaults, ""), entry))];
    }

    public override JsonObject Schema() => new()
    {
        ["type"] = new JsonArray("object", "null"),
        ["description"] = Meaning,
        ["additionalProperties"] = Members.Schema(settings),
    };
}

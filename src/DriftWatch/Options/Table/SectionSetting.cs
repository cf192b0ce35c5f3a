using System.Text.Json.Nodes;

namespace DriftWatch.Options.Table;

/// <summary>A key with keys of its own.</summary>
internal sealed class SectionSetting<T, TSection>(
    string name, string meaning, Func<T, TSection> get, Func<T, TSection, T> with, IReadOnlyList<Setting<TSection>> settings) : Setting<T>(name, meaning)
{
    public override string Allowed => "a mapping";

    public override IReadOnlyList<Setting> Children => settings;

    public override T Read(T target, ConfigNode node, string path, FaultList faults) =>
        with(target, Members.Read(settings, get(target), node, path, faults));

    public override void Show(T target, ConfigNode? node, EffectiveView view)
    {
        view.Open(Name);
        Members.Show(settings, get(target), node, view);
        view.Close();
    }

    public override IEnumerable<SettingRow> Rows(T defaults, string path) =>
        [new(this, Members.Join(path, Name), null), .. settings.SelectMany(s => s.Rows(get(defaults), Members.Join(path, Name)))];

    public override JsonObject Schema()
    {
        var schema = Members.Schema(settings);
        schema["description"] = Meaning;
        return schema;
    }
}

/// <summary>The keys of a mapping: known ones are read, unknown ones are faults with the nearest known one.</summary>
internal static class Members
{
    public static T Read<T>(IReadOnlyList<Setting<T>> settings, T target, ConfigNode node, string path, FaultList faults)
    {
        if (node.IsNull) return target;
        if (node.Kind != NodeKind.Mapping)
        {
            faults.Add(node.Place, path, $"found {node.Describe()}; expected a mapping with {Listed(settings)}");
            return target;
        }

        foreach (var member in node.Members.Where(m => !settings.Any(s => s.Name == m.Key)))
        {
            faults.Add(member.Place, Join(path, member.Key), UnknownKey(settings, member.Key));
        }

        // In the order of the table, not of the file: models start from the defaults, wherever those stand.
        foreach (var setting in settings)
        {
            if (node[setting.Name] is { } value) target = setting.Read(target, value, Join(path, setting.Name), faults);
        }

        return target;
    }

    public static void Show<T>(IReadOnlyList<Setting<T>> settings, T target, ConfigNode? node, EffectiveView view)
    {
        foreach (var setting in settings) setting.Show(target, node?[setting.Name], view);
    }

    public static JsonObject Schema(IReadOnlyList<Setting> settings) => new()
    {
        ["type"] = new JsonArray("object", "null"),
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(settings.Select(s => KeyValuePair.Create(s.Name, (JsonNode?)s.Schema()))),
    };

    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>Names the nearest key here, or else the place where a key of that name belongs.</summary>
    private static string UnknownKey(IReadOnlyList<Setting> settings, string key)
    {
        if (Renamed.TryGetValue(key, out string? now) && settings.Any(s => s.Name == now)) return $"is called {now} now; the value stays";
        if (NearestName.Of(key, settings.Select(s => s.Name)) is { } near) return $"unknown key; did you mean {near}?";
        string[] homes = [.. SettingsTable.Paths.Where(p => p[(p.LastIndexOf('.') + 1)..] == key).Take(3)];
        return homes.Length > 0
            ? $"unknown key here; it belongs at {string.Join(" or ", homes)}"
            : $"unknown key; known here: {Listed(settings)}";
    }

    /// <summary>Keys of earlier versions.</summary>
    private static readonly Dictionary<string, string> Renamed = new() { ["minSamples"] = "minLabeled" };

    private static string Listed(IReadOnlyList<Setting> settings) => string.Join(", ", settings.Select(s => s.Name));
}

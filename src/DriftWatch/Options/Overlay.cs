using DriftWatch.Options.Table;

namespace DriftWatch.Options;

/// <summary>Lays environment variables and flags over what the file says.</summary>
internal static class Overlay
{
    /// <summary>What a variable must begin with to be ours; two underscores stand between the keys of a path.</summary>
    public const string Prefix = "DRIFTWATCH__";

    public static ConfigNode Apply(ConfigNode root, ConfigSources sources)
    {
        foreach (var (name, value) in sources.Environment.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) continue;
            root = Put(root, InTheWordsOfTheFile(name[Prefix.Length..].Split("__"), root), 0, ConfigNode.Scalar(References.WithoutLineEnd(value), new($"environment variable {name}")));
        }

        foreach (var flag in sources.Flags)
        {
            root = Put(root, Segments(flag.Path), 0, ConfigNode.Scalar(flag.Value, new(flag.Flag)));
        }

        return root;
    }

    // Copies what lies on the path only: aliases share their nodes.
    private static ConfigNode Put(ConfigNode? under, IReadOnlyList<string> path, int depth, ConfigNode value)
    {
        if (depth == path.Count) return value;
        var mapping = ConfigNode.Mapping(under is { Kind: NodeKind.Mapping } ? under.Place : value.Place);
        if (under is { Kind: NodeKind.Mapping }) mapping.Members.AddRange(under.Members);
        int index = mapping.Members.FindIndex(m => m.Key == path[depth]);
        var member = new ConfigMember(path[depth], value.Place, Put(index < 0 ? null : mapping.Members[index].Value, path, depth + 1, value));
        if (index < 0) mapping.Members.Add(member);
        else mapping.Members[index] = member;
        return mapping;
    }

    // Variables know no case: KAFKA__BOOTSTRAPSERVERS is kafka.bootstrapServers. A name that users choose takes the case of the file where it stands there.
    private static List<string> InTheWordsOfTheFile(string[] segments, ConfigNode root)
    {
        List<string> path = [];
        IReadOnlyList<Setting> known = SettingsTable.All;
        ConfigNode? node = root;
        for (int i = 0; i < segments.Length; i++)
        {
            var setting = known.FirstOrDefault(s => s.Name.Equals(segments[i], StringComparison.OrdinalIgnoreCase));
            path.Add(setting?.Name ?? segments[i]);
            node = node?[path[^1]];
            known = setting?.Children ?? [];
            if (setting is not { UsersNameKeys: true } || i + 1 == segments.Length) continue;
            if (known.Count == 0)
            {
                // A property: SASL_PASSWORD is sasl.password, as variables cannot hold dots.
                path.Add(string.Join('.', segments[(i + 1)..]).Replace('_', '.').ToLowerInvariant());
                break;
            }

            string name = segments[++i];
            path.Add(node?.Members.Find(m => m.Key.Equals(name, StringComparison.OrdinalIgnoreCase))?.Key ?? name);
            node = node?[path[^1]];
        }

        return path;
    }

    // Dots separate keys, but not inside a property: kafka.properties.sasl.password.
    private static string[] Segments(string path)
    {
        const string Properties = "kafka.properties.";
        return path.StartsWith(Properties, StringComparison.Ordinal) ? ["kafka", "properties", path[Properties.Length..]] : path.Split('.');
    }
}

using System.Text.RegularExpressions;
using DriftWatch.Options.Table;

namespace DriftWatch.Options;

/// <summary>Environment variables that look like settings and are none: nobody reads them, which nobody would notice.</summary>
internal static partial class StrangeVariables
{
    private const string Ours = "DRIFTWATCH_";

    /// <summary>Variables that commands, tests and tools read.</summary>
    private static readonly HashSet<string> Known =
    [
        ConfigSources.FileVariable, "DRIFTWATCH_KAFKA", "DRIFTWATCH_SHARED", "DRIFTWATCH_SEED", "DRIFTWATCH_SEEDS", "DRIFTWATCH_APPROVE", "DRIFTWATCH_PREVIEW", Pipeline.FailPoint.Variable,
    ];

    private static readonly string[] Settings = [.. SettingsTable.Rows.Where(r => r.Default is not null).Select(r => r.Path)];

    public static void Warn(ConfigSources sources, FaultList faults)
    {
        foreach (string name in sources.Environment.Keys.Order(StringComparer.Ordinal))
        {
            if (!name.StartsWith(Ours, StringComparison.OrdinalIgnoreCase) || name.StartsWith(Overlay.Prefix, StringComparison.OrdinalIgnoreCase)) continue;
            if (Known.Contains(name) || OfKubernetes().IsMatch(name)) continue;
            string rest = name[Ours.Length..];
            string? meant = Meant(rest);
            // What holds two underscores was certainly meant to be one; of the others only what has the very letters of one.
            if (meant is null && !rest.Contains("__", StringComparison.Ordinal)) continue;
            faults.Warn(new($"environment variable {name}"), "", meant is null
                ? $"is no setting, and nobody reads it; settings begin with {Overlay.Prefix} and have two underscores between keys"
                : $"is no setting, and nobody reads it; did you mean {Overlay.Prefix}{meant}? Two underscores stand between all keys");
        }
    }

    private static string? Meant(string rest)
    {
        if (IsSetting(rest.Split("__"))) return rest;
        string? near = rest.Contains("__", StringComparison.Ordinal) ? NearestName.Of(rest, Settings) : Settings.FirstOrDefault(path => Plain(path).Equals(Plain(rest), StringComparison.OrdinalIgnoreCase));
        return near?.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit));

    private static bool IsSetting(string[] segments)
    {
        IReadOnlyList<Setting> known = SettingsTable.All;
        bool byName = false;
        foreach (string segment in segments)
        {
            if (byName)
            {
                byName = false;
                if (known.Count == 0) return true;
                continue;
            }

            if (known.FirstOrDefault(s => s.Name.Equals(segment, StringComparison.OrdinalIgnoreCase)) is not { } setting) return false;
            (known, byName) = (setting.Children, setting.UsersNameKeys);
        }

        return !byName && known.Count == 0;
    }

    // What Kubernetes puts into pods for a service whose name begins with ours.
    [GeneratedRegex(@"_SERVICE_HOST\z|_SERVICE_PORT(_[A-Z0-9_]+)?\z|_PORT\z|_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?\z")]
    private static partial Regex OfKubernetes();
}

using DriftWatch.Options.Table;

namespace DriftWatch.Options;

/// <summary>Follows <c>${env:NAME}</c> and <c>${file:PATH}</c>, so that no secret need stand in the file.</summary>
/// <remarks>A reference is the whole value. The line end that secrets end with in files, and in variables that were made of files, is left off. Relative paths start at the configuration file.</remarks>
internal static class References
{
    private const int MaxBytes = 1 << 16;

    public static void Follow(ConfigNode root, ConfigSources sources, FaultList faults) => Follow(root, "", sources, faults, []);

    // Each node once: aliases share theirs, and nested aliases would otherwise be walked 2^n times.
    private static void Follow(ConfigNode node, string path, ConfigSources sources, FaultList faults, HashSet<ConfigNode> seen)
    {
        if (!seen.Add(node)) return;
        foreach (var member in node.Members) Follow(member.Value, Members.Join(path, member.Key), sources, faults, seen);
        foreach (var item in node.Items) Follow(item, path, sources, faults, seen);
        if (node is not { Reference: null, Text: ['$', '{', .., '}'] reference }) return;
        string[] parts = reference[2..^1].Split(':', 2);
        switch (parts)
        {
            case ["env", var name]:
                if (sources.Environment.TryGetValue(name, out string? value)) node.Follow(WithoutLineEnd(value));
                else faults.Add(node.Place, path, $"there is no environment variable {name}");
                break;
            case ["file", var file]:
                FollowFile(node, path, Path.Combine(sources.Folder, file), faults);
                break;
            default:
                faults.Add(node.Place, path, $"found \"{reference}\"; a reference is ${{env:NAME}} or ${{file:PATH}}");
                break;
        }
    }

    /// <summary>The text without its last line end.</summary>
    public static string WithoutLineEnd(string text) => text is [.. var line, '\n'] ? line.TrimEnd('\r') : text;

    private static void FollowFile(ConfigNode node, string path, string file, FaultList faults)
    {
        try
        {
            if (new FileInfo(file).Length > MaxBytes) faults.Add(node.Place, path, $"{file} is longer than {MaxBytes} bytes");
            else node.Follow(WithoutLineEnd(File.ReadAllText(file)));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            faults.Add(node.Place, path, $"{file} cannot be read: {unreadable.Message}");
        }
    }
}

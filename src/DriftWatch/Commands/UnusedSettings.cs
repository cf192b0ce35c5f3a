using DriftWatch.Options;

namespace DriftWatch.Commands;

/// <summary>Tells in one line what a configuration sets and a command does not use, so that nobody waits for its effect.</summary>
internal static class UnusedSettings
{
    /// <param name="root">What was set.</param>
    /// <param name="command">The command that does not use it.</param>
    /// <param name="paths">Keys and sections that it has no use for; <c>*</c> stands for every key that users name.</param>
    /// <param name="error">Where it is told.</param>
    public static void Tell(ConfigNode root, string command, IReadOnlyList<string> paths, TextWriter error)
    {
        List<string> set = [.. paths.SelectMany(path => Find(root, path.Split('.'), ""))];
        if (set.Count > 0) error.WriteLine($"note: {command} does not use {string.Join(", ", set)} of the configuration.");
    }

    private static IEnumerable<string> Find(ConfigNode node, ReadOnlyMemory<string> rest, string path)
    {
        if (rest.IsEmpty) return node.IsNull ? [] : [path];
        string key = rest.Span[0];
        return node.Members.Where(member => key == "*" || member.Key == key).SelectMany(member => Find(member.Value, rest[1..], path.Length == 0 ? member.Key : $"{path}.{member.Key}"));
    }
}

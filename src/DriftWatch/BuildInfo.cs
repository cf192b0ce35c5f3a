using System.Reflection;

namespace DriftWatch;

/// <summary>Says which DriftWatch this is and what it was built with, as the build wrote it into the assembly.</summary>
internal static class BuildInfo
{
    private static readonly Assembly _assembly = typeof(BuildInfo).Assembly;

    /// <summary>The released version, such as <c>0.1.0</c>.</summary>
    public static string Version { get; } = InformationalVersion().Version;

    /// <summary>The first twelve digits of the commit it was built from; empty when it was built outside a repository.</summary>
    public static string Revision { get; } = InformationalVersion().Revision;

    /// <summary>The packages inside.</summary>
    public static IReadOnlyList<BuiltWith> Packages { get; } =
        [.. _assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Where(metadata => metadata.Key == "Package")
            .Select(metadata => metadata.Value!.Split('|'))
            .Select(parts => new BuiltWith(parts[0], parts[1]))
            .OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>All of it for a person to read: one line for us, one for each package.</summary>
    public static string Describe()
    {
        var width = Packages.Max(package => package.Name.Length);
        var lines = Packages.Select(package => $"  {package.Name.PadRight(width)}  {package.Version}");
        var revision = Revision.Length == 0 ? "" : $" ({Revision})";
        return string.Join('\n', lines.Prepend($"driftwatch {Version}{revision}"));
    }

    // The SDK writes version+commit.
    private static (string Version, string Revision) InformationalVersion()
    {
        var parts = _assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', 2);
        return (parts[0], parts.Length == 2 ? parts[1][..Math.Min(12, parts[1].Length)] : "");
    }
}

/// <summary>A package that DriftWatch was built with.</summary>
/// <param name="Name">Its name in the package gallery.</param>
/// <param name="Version">The version that was asked for.</param>
internal readonly record struct BuiltWith(string Name, string Version);

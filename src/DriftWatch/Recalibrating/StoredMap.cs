using System.Globalization;
using System.Text.RegularExpressions;

namespace DriftWatch.Recalibrating;

/// <summary>A map's folder where it lies.</summary>
/// <param name="Series">The path of its series.</param>
/// <param name="Name">Its revision and the first digits of its checksum.</param>
/// <param name="Files">What is in it.</param>
internal sealed partial record StoredMap(string Series, string Name, IReadOnlyList<StoredFile> Files)
{
    /// <summary>The file without which a folder is no map: written last where files come one by one, and taken away first.</summary>
    public const string Seal = "map.json";

    public int Revision { get; } = int.Parse(Name.AsSpan(0, Name.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture);

    public DateTimeOffset Written => Files.Max(file => file.Written);

    /// <summary>The maps among files: what lies in folders that are named as a map's are.</summary>
    public static IEnumerable<StoredMap> Among(IEnumerable<StoredFile> files) =>
        files.Select(file => (File: file, Match: PathPattern().Match(file.Key))).Where(one => one.Match.Success)
            .GroupBy(one => (Series: one.Match.Groups[1].Value, Name: one.Match.Groups[2].Value), one => one.File)
            .Select(map => new StoredMap(map.Key.Series, map.Key.Name, [.. map]));

    /// <summary>The folder nearest to the root that is named so: a version may be called <c>1-0a1b2c3d</c> itself, so a model's and a version's folder come before it.</summary>
    [GeneratedRegex(@"\A([^/.][^/]*/[^/.][^/]*(?:/[^/.][^/=]*=[^/]*)?)/([1-9][0-9]{0,8}-[0-9a-f]{8})/[^/]", RegexOptions.CultureInvariant)]
    private static partial Regex PathPattern();
}

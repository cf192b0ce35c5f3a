using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DriftWatch.Artefacts;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Series;
using DriftWatch.Pipeline;

namespace DriftWatch.Recalibrating;

/// <summary>Maps as folders that never change: <c>MODEL/VERSION[/SLICE]/REVISION-CHECKSUM</c>, and beside them <c>current</c>, a file that names the newest.</summary>
/// <remarks>A folder is filled under another name and moved in whole; <c>current</c> is replaced whole. So whoever looks sees a map or none, never a part, whenever this process ends. In a store files come one by one, <c>map.json</c> last and <c>current</c> after it.</remarks>
internal sealed class MapFolder(string root, string storageUri, S3Store? store = null)
{
    /// <summary>The file that names the newest.</summary>
    public const string Current = "current";

    private const int LongestSegment = 200;

    /// <summary>All places where maps lie.</summary>
    public IReadOnlyList<IArtefactStore> Places { get; } = store is null ? [new FolderStore(root)] : [store, new FolderStore(root)];

    /// <summary>Writes a map's files into a folder of somebody's choice, over what is there.</summary>
    /// <returns>What was written.</returns>
    public static IEnumerable<string> Write(string folder, MapDocument document, string storageUri)
    {
        foreach (var (path, content) in MapFiles.Of(document, storageUri, BuildInfo.Version))
        {
            string file = Path.Combine([folder, .. path.Split('/')]);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
            yield return path;
        }
    }

    /// <summary>Writes a map's files; those that are there already stay as they are.</summary>
    /// <returns>Their folder, from the root on.</returns>
    /// <exception cref="IOException">It cannot be written, or another map is in its place.</exception>
    public string Write(DecidedMap map)
    {
        string place = string.Join('/', PathOf(map.Series), map.Name);
        WriteHere(map, place);
        Send(map, place);
        return place;
    }

    /// <summary>Where others find a map; null: only in this folder.</summary>
    public string? AddressOf(string place) => store?.AddressOf(place);

    private void WriteHere(DecidedMap map, string place)
    {
        string target = Under(place);
        if (Directory.Exists(target))
        {
            if (!File.ReadAllBytes(Path.Combine(target, "map.json")).AsSpan().SequenceEqual(map.Json)) throw new IOException($"{target} holds another map than the one with checksum {map.Checksum}: move it away.");
            return;
        }

        string parent = Path.GetDirectoryName(target)!, draft = Path.Combine(parent, $".{Guid.NewGuid():n}.part");
        Drafts.Tidy(parent);
        try
        {
            foreach (var (path, content) in MapFiles.Of(map.Document, map.Json, storageUri, BuildInfo.Version))
            {
                Drafts.Write(Path.Combine([draft, .. path.Split('/')]), content);
                FailPoint.Reach("map-half-written");
            }

            Directory.Move(draft, target);
        }
        finally
        {
            if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
        }
    }

    private void Send(DecidedMap map, string place)
    {
        if (store is null) return;
        if (store.Read($"{place}/{StoredMap.Seal}") is { } there)
        {
            if (!there.AsSpan().SequenceEqual(map.Json)) throw new IOException($"{store.AddressOf(place)} holds another map than the one with checksum {map.Checksum}: move it away.");
            return;
        }

        foreach (var (path, content) in MapFiles.Of(map.Document, map.Json, storageUri, BuildInfo.Version).OrderBy(file => file.Key == StoredMap.Seal)) store.Add($"{place}/{path}", new MemoryStream(content));
    }

    /// <summary>Takes away a map that was not published after all. Nobody points to it.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(DecidedMap map)
    {
        string place = string.Join('/', PathOf(map.Series), map.Name), target = Under(place);
        // Without its seal it is no map: that goes first.
        if (store is not null) foreach (var file in store.List(place + "/").OrderByDescending(file => file.Name == StoredMap.Seal)) store.Remove(file.Key);
        string draft = Path.Combine(Path.GetDirectoryName(target)!, $".{Guid.NewGuid():n}.part");
        if (!Directory.Exists(target)) return false;
        Directory.Move(target, draft);
        Directory.Delete(draft, recursive: true);
        return true;
    }

    /// <summary>Says which map of its series is the newest.</summary>
    /// <returns>Whether that was news.</returns>
    public bool Point(DecidedMap map)
    {
        string key = $"{PathOf(map.Series)}/{Current}";
        byte[] name = Encoding.UTF8.GetBytes(map.Name + "\n");
        bool isNews = false;
        foreach (var place in Places)
        {
            if (place.Read(key) is { } before && before.AsSpan().SequenceEqual(name)) continue;
            place.Replace(key, name);
            isNews = true;
        }

        return isNews;
    }

    /// <summary>Says that a series has no map any more. Its maps stay.</summary>
    /// <returns>Whether that was news.</returns>
    public bool PointNowhere(SeriesKey series)
    {
        string key = $"{PathOf(series)}/{Current}";
        var pointing = Places.Where(place => place.Read(key) is not null).ToList();
        foreach (var place in pointing) place.Remove(key);
        return pointing.Count > 0;
    }

    /// <summary>A map of a series by its revision, as it lies here; null: there is none.</summary>
    /// <exception cref="MapFormatException">It is none.</exception>
    public DecidedMap? Find(SeriesKey series, int revision)
    {
        byte[]? json = MapsOf(series).Where(one => one.Revision == revision).Select(one => one.Place.Read(one.Key)).FirstOrDefault(bytes => bytes is not null);
        return json is null ? null : new(MapJsonReader.Read(json), json);
    }

    /// <summary>The revisions of a series that lie here.</summary>
    public IEnumerable<int> RevisionsOf(SeriesKey series) => MapsOf(series).Select(one => one.Revision).Where(revision => revision > 0).Distinct().Order();

    private IEnumerable<(IArtefactStore Place, string Key, int Revision)> MapsOf(SeriesKey series)
    {
        string path = PathOf(series) + "/";
        return from place in Places from file in place.List(path) where file.Name == StoredMap.Seal select (place, file.Key, RevisionOf(file.Key[path.Length..]));
    }

    /// <summary>Of what lies below a series' path: 0 where it is no map of its own.</summary>
    private static int RevisionOf(string below) => below.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash && below.IndexOf('/', StringComparison.Ordinal) > dash && int.TryParse(below.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out int revision) ? revision : 0;

    /// <summary>A series as a path that every file system takes: nothing in it climbs, hides, or is too long.</summary>
    public static string PathOf(SeriesKey series) => string.Join('/', new[] { Segment(series.Model), Segment(series.Version), series.Slice is { } slice ? $"{Segment(slice.Dimension)}={Segment(slice.Value)}" : null }.OfType<string>());

    private string Under(string place) => Path.Combine([root, .. place.Split('/')]);

    private static string Segment(string name)
    {
        // No escaped text is "%", and none begins with a dot.
        string escaped = name.Length == 0 ? "%" : Uri.EscapeDataString(name);
        if (escaped[0] == '.') escaped = "%2E" + escaped[1..];
        if (escaped.Length <= LongestSegment) return escaped;
        return $"{escaped[..(LongestSegment - 17)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16]}";
    }
}

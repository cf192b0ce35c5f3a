using DriftWatch.Core.Calibration;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Recalibrating;

/// <summary>Maps as folders: whole or not there, the same twice, and nowhere but under their root.</summary>
public sealed class MapFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("driftwatch-maps-").FullName;

    [Fact]
    public void A_map_that_is_written_twice_is_there_once_and_current_names_the_newest()
    {
        var folder = new MapFolder(_root, "pvc://maps");
        var (first, second) = (Map(1, 0.9), Map(2, 0.8));

        string place = folder.Write(first);
        Assert.Equal($"fraud/7/region=eu/1-{first.Checksum["sha256:".Length..][..8]}", place);
        Assert.True(folder.Point(first));
        var before = Listing();
        Assert.Equal(place, folder.Write(first));
        Assert.False(folder.Point(first));
        Assert.Equal(before, Listing());

        folder.Write(second);
        Assert.True(folder.Point(second));
        Assert.Equal(second.Name + "\n", File.ReadAllText(Path.Combine(_root, "fraud", "7", "region=eu", "current")));
        Assert.Equal(first.Json, File.ReadAllBytes(Path.Combine(_root, place, "map.json")));
        Assert.True(File.Exists(Path.Combine(_root, place, "map.onnx")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root, ".*", SearchOption.AllDirectories));

        // What is there under its name is it, or nothing is written.
        File.WriteAllText(Path.Combine(_root, place, "map.json"), "{}");
        Assert.Throws<IOException>(() => folder.Write(first));
    }

    [Fact]
    public void What_a_killed_process_has_left_goes_after_a_day()
    {
        string old = Path.Combine(_root, ".old.part"), young = Path.Combine(_root, ".young.part"), file = Path.Combine(_root, ".file.part");
        Directory.CreateDirectory(old);
        Directory.CreateDirectory(young);
        File.WriteAllText(file, "half");
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-2));
        Directory.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));

        Drafts.Tidy(_root);

        Assert.Equal([young], Directory.GetFileSystemEntries(_root));

        // Also where nobody writes that would look: below, as at a start.
        string below = Path.Combine(_root, "fraud", "7", ".deep.part"), inside = Path.Combine(below, "triton");
        Directory.CreateDirectory(inside);
        File.WriteAllText(Path.Combine(inside, "map.json"), "half");
        Directory.SetLastWriteTimeUtc(below, DateTime.UtcNow.AddDays(-2));

        Drafts.Tidy(_root);
        Assert.True(Directory.Exists(below));
        Drafts.Tidy(_root, below: true);

        Assert.False(Directory.Exists(below));
        Assert.True(Directory.Exists(young));
    }

    [Theory]
    [InlineData("fraud", "7", null, "fraud/7")]
    [InlineData("../../etc", "..", null, "%2E.%2F..%2Fetc/%2E.")]
    [InlineData(".", "", null, "%2E/%")]
    [InlineData("a b", "v/1", "region=eu/west", "a%20b/v%2F1/region=eu%2Fwest")]
    public void Names_are_segments_that_stay_where_they_are(string model, string version, string? slice, string path)
    {
        Assert.Equal(path, MapFolder.PathOf(RequestEnvelope.SeriesOf(model, version, slice, "binary")));
        Assert.StartsWith(_root + Path.DirectorySeparatorChar, Path.GetFullPath(Path.Combine(_root, path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_names_are_cut_and_still_differ()
    {
        string one = MapFolder.PathOf(new(new string('ü', 64), "1", null, View.Binary)), other = MapFolder.PathOf(new(new string('ü', 63) + "ö", "1", null, View.Binary));

        Assert.NotEqual(one, other);
        Assert.All(one.Split('/').Concat(other.Split('/')), segment => Assert.InRange(segment.Length, 1, 200));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string[] Listing() => [.. Directory.EnumerateFileSystemEntries(_root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O}")];

    private static DecidedMap Map(int revision, double slope)
    {
        byte[] json = MapJsonWriter.Write(new()
        {
            Model = "fraud",
            Version = "7",
            Slice = "region=eu",
            View = "binary",
            Map = new LogitMap(MapMethod.Platt, slope, 0.1),
            Seen = new Interval(0.1, 0.9),
            Lineage = new(revision, null, "ep", 10, 5, new(0), new(1), null, "test"),
            ValidFrom = new(1),
        });
        return new(MapJsonReader.Read(json), json);
    }
}

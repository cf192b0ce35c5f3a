using System.Text;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Recalibration;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using DriftWatch.Sets;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace DriftWatch.Recalibrating;

/// <summary>Folders in which sets and maps grow old.</summary>
public sealed class UpkeepTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("driftwatch-upkeep-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly LogLines _log = new();
    private readonly RecalibrationOptions _options;
    private readonly SetShelf _shelf;
    private readonly MapFolder _maps;

    public UpkeepTests()
    {
        _options = new() { Folder = _root, Keep = TimeSpan.FromDays(100), MaxSetBytes = 1 << 20 };
        (_shelf, _maps) = (new(_options), new(_root, "pvc://maps"));
    }

    [Fact]
    public void What_current_maps_and_open_episodes_name_stays_and_the_rest_goes_with_its_age_and_says_so()
    {
        string current = Set("current"), open = Set("open"), decided = Set("decided"), ended = Set("ended"), young = Set("young", days: 1);
        var (first, second, third) = (Map(1), Map(2), Map(3, current));
        foreach (var map in new[] { first, second, third }) Grow(Path.Combine(_root, _maps.Write(map)));
        _maps.Point(third);
        var upkeep = Upkeep();

        upkeep.Run(() => [Requested("open"), Requested("decided"), Requested("ended"), Ended("ended"), "not JSON"u8.ToArray(), null], [third], new Dictionary<string, string?> { ["decided"] = decided, ["ended"] = ended, ["failed"] = null });

        Assert.Equal(new[] { current, open, decided, young }.Order(StringComparer.Ordinal), Sets());
        Assert.Equal((1, 1), upkeep.Removed);
        Assert.Equal($"The set {ended} was removed by retention at {Core.Time.EventTime.From(_time.GetUtcNow())}: older than recalibration.keep, 100d", _shelf.WhyGone(ended).Split(';')[0]);
        Assert.Equal([second.Name, third.Name], Directory.GetDirectories(Path.Combine(_root, "fraud", "7")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(third.Name + "\n", File.ReadAllText(Path.Combine(_root, "fraud", "7", MapFolder.Current)));
        Assert.Contains(_log.Lines, line => line.StartsWith($"Information: Removed the calibration set {Path.Combine(_options.Sets, ended)}.arrow", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.StartsWith("Information: Removed 1 calibration sets, 1 since the start; 4 of", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.StartsWith($"Information: Removed the map {Path.Combine(_root, "fraud", "7", first.Name)}: older than", StringComparison.Ordinal));
        // The note of what is gone goes too; the others lead to their sets.
        Assert.Equal(["current", "decided", "open", "young"], new[] { "current", "open", "decided", "ended", "young" }.Where(request => _shelf.Places[0].Read(SetNote.KeyOf(request)) is not null).Order(StringComparer.Ordinal));

        // Once more changes nothing, but for what became old by then.
        upkeep.Run(() => [Requested("open"), Requested("decided")], [third], new Dictionary<string, string?> { ["decided"] = decided });
        Assert.Equal((1, 1), upkeep.Removed);
        _time.Advance(TimeSpan.FromDays(100));
        upkeep.Run(() => [], [third], new Dictionary<string, string?>());
        Assert.Equal([current], Sets());
        Assert.Equal((4, 1), upkeep.Removed);
    }

    [Fact]
    public void Past_the_limit_the_oldest_go_and_what_is_named_is_warned_of()
    {
        int bytes = (int)new FileInfo(Directory.GetFiles(_options.Sets, $"{Set("a", days: 9, rows: 12_000)}.arrow").Single()).Length;
        Assert.InRange(bytes, 300_000, 500_000);
        string b = Set("b", days: 8, rows: 12_001), c = Set("c", days: 7, rows: 12_002), d = Set("d", days: 6, rows: 12_003);

        Upkeep().Run(() => [Requested("a")], [], new Dictionary<string, string?>());

        Assert.DoesNotContain(b, Sets());
        Assert.Contains(d, Sets());
        Assert.Contains("all sets together were", _shelf.WhyGone(b), StringComparison.Ordinal);
        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal));

        Set("c", days: 7, rows: 12_002);
        Upkeep().Run(() => [Requested("a"), Requested("c"), Requested("d")], [], new Dictionary<string, string?>());
        Assert.Contains(c, Sets());
        Assert.Contains(_log.Lines, line => line.StartsWith("Warning: The calibration sets that current maps and open episodes name are", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_nobody_can_tell_which_episodes_are_open_nothing_goes()
    {
        string old = Set("old");

        Upkeep().Run(() => throw new KafkaRangeException("The broker does not answer."), [], new Dictionary<string, string?>());

        Assert.Equal([old], Sets());
        Assert.Contains(_log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("The broker does not answer.", StringComparison.Ordinal));
    }

    [Fact]
    public void It_is_due_at_first_after_an_hour_and_when_what_was_written_since_has_used_up_the_room()
    {
        var upkeep = Upkeep();
        Assert.True(upkeep.IsDue);
        string kept = Set("kept", rows: 12_000);
        long room = _options.MaxSetBytes - new FileInfo(Path.Combine(_options.Sets, kept + ".arrow")).Length;
        Look();
        Assert.False(upkeep.IsDue || upkeep.HasNews);
        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.True(upkeep.IsDue);
        Look();
        upkeep.Note(room);
        Assert.True(upkeep.HasNews && !upkeep.IsDue);
        upkeep.Note(1);
        Assert.True(upkeep.IsDue);

        // What is named fills it: each set would want a look.
        foreach (int number in Enumerable.Range(1, 4)) Set($"named {number}", rows: 12_000 + number);
        Look("kept", "named 1", "named 2", "named 3", "named 4");
        upkeep.Note(_options.MaxSetBytes / 16);
        Assert.False(upkeep.IsDue);
        upkeep.Note(1);
        Assert.True(upkeep.IsDue);
        Assert.Equal(3, upkeep.Looks);

        void Look(params string[] open) => upkeep.Run(() => (open.Length > 0 ? open : ["kept"]).Select(Requested), [], new Dictionary<string, string?>());
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Upkeep Upkeep() => new(_options, _shelf.Places, _maps.Places, _time, _log);

    private IEnumerable<string> Sets() => Directory.GetFiles(_options.Sets, "*.arrow").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal);

    private string Set(string request, int days = 200, int rows = 3)
    {
        var asked = new SetRequest(request, request, "fraud", "7", null, "binary", new(0), new(1000), rows, 1, []);
        var set = SetFile.Write(_options.Sets, asked, [.. Enumerable.Range(0, rows).Select(i => new SetRow(new((ulong)i, 1), new(i), .5, i == 0))], SetFormat.Arrow, compressed: false);
        _shelf.Note(request, set.Checksum);
        foreach (string path in new[] { set.Path, Path.Combine(_options.Sets, SetNote.KeyOf(request)) }) File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime.AddDays(-days));
        return set.Checksum;
    }

    private void Grow(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, _time.GetUtcNow().UtcDateTime.AddDays(-200));
    }

    /// <summary>A map of the series <c>fraud/7</c>.</summary>
    internal static DecidedMap Map(int revision, string? set = null)
    {
        byte[] json = MapJsonWriter.Write(new()
        {
            Model = "fraud",
            Version = "7",
            View = "binary",
            Map = new LogitMap(MapMethod.Platt, 1.1, 0.1),
            Seen = new Interval(0.1, 0.9),
            Lineage = new(revision, null, "ep", 10, 5, new(0), new(1), set, "test"),
            ValidFrom = new(1),
        });
        return new(MapJsonReader.Read(json), json);
    }

    private static byte[] Requested(string episode) => Event(episode, "requested");

    private static byte[] Ended(string episode) => Event(episode, "resolved");

    private static byte[] Event(string episode, string what) => Encoding.UTF8.GetBytes($$$"""{"id":"{{{(what == "requested" ? episode : "x")}}}","type":"io.driftwatch.recalibration.{{{what}}}.v1","data":{"episode":"{{{episode}}}"}}""");
}

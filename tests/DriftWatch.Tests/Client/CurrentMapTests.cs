using System.Globalization;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Time;

namespace DriftWatch.Client;

public sealed class CurrentMapTests
{
    [Fact]
    public void Without_a_map_a_claim_stays_as_it_is() => Assert.Equal(new Calibrated(0.3, 0.3, 0), new CurrentMap("m", "1").Apply(0.3));

    [Fact]
    public void What_is_no_number_is_not_made_a_probability()
    {
        var map = new CurrentMap("m", "1");
        map.TryTake(Maps.Json(1, map: new KnotMap([0, .1, .7], [.01, .2, .2])));
        Assert.Equal(new Calibrated(double.NaN, double.NaN, 0), map.Apply(double.NaN));
    }

    [Fact]
    public void A_document_is_taken_whole_or_the_one_before_stays_and_it_says_why()
    {
        var map = new CurrentMap("m", "1");
        Assert.True(map.TryTake(Maps.Json(1, -0.3)));
        var first = map.Apply(0.5);
        Assert.Equal((1, new LogitMap(MapMethod.Intercept, 1, -0.3).Apply(0.5)), (first.Revision, first.Probability));

        byte[] damaged = Maps.Json(2, -0.4);
        damaged[Array.LastIndexOf(damaged, (byte)'4')] = (byte)'5';
        (byte[] Document, string Why)[] refused =
        [
            (damaged, "checksum"), ("{"u8.ToArray(), "taken"), (Maps.Json(2, 0.1, model: "other"), "it is of model other, version 1"), (Maps.Json(2, 0.1, version: "2"), "version 2, wanted is that of m, version 1"),
            (Maps.Json(2, 0.1, slice: "region=eu"), "slice region=eu alone"), (Maps.Json(2, map: new VectorMap(MapMethod.Vector, [.5, 1, 2], [0, .1, 0])), "vectors of 3 classes"),
        ];
        foreach (var (document, why) in refused)
        {
            Assert.False(map.TryTake(document));
            Assert.Contains(why, map.Refusal);
            Assert.EndsWith("Revision 1 stays in place.", map.Refusal);
            Assert.Equal(first, map.Apply(0.5));
        }

        Assert.Equal(refused.Length, map.Refused);
        Assert.True(map.TryTake(Maps.Json(2, -0.4)));
        Assert.Equal((2, null), (map.Apply(0.5).Revision, map.Refusal));
        Assert.True(map.TryTake(null));
        Assert.Equal(0, map.Apply(0.5).Revision);
    }

    /// <summary>Each answer is of one map, whichever is put in place meanwhile.</summary>
    [Fact]
    public async Task Maps_change_under_threads_that_apply_them()
    {
        var map = new CurrentMap("m", "1");
        byte[][] documents = [Maps.Json(1, -1), Maps.Json(2, 1)];
        double[] expected = [0.5, new LogitMap(MapMethod.Intercept, 1, -1).Apply(0.5), new LogitMap(MapMethod.Intercept, 1, 1).Apply(0.5)];
        using var stop = new CancellationTokenSource();
        var threads = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var seen = new HashSet<int>();
            while (!stop.IsCancellationRequested)
            {
                var answer = map.Apply(0.5);
                Assert.Equal(expected[answer.Revision], answer.Probability);
                seen.Add(answer.Revision);
            }

            return seen.Count;
        })).ToList();
        for (int i = 0; i < 2000; i++) map.TryTake(i % 3 == 2 ? null : documents[i % 3]);
        await stop.CancelAsync();

        Assert.Contains(await Task.WhenAll(threads), count => count > 1);
    }

    [Fact]
    public void A_file_is_followed_and_what_is_torn_or_gone_changes_nothing()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("driftwatch-map-").FullName, "map.json");
        var map = new CurrentMap("m", "1");
        using var file = new MapFile(path, map, TimeSpan.FromDays(1));
        Assert.Null(map.Document);

        Replace(Maps.Json(1, -0.3));
        Assert.Equal(1, map.Apply(0.5).Revision);
        Replace(Maps.Json(2, -0.4)[..100]);
        Assert.Equal((1, 1L), (map.Apply(0.5).Revision, map.Refused));
        Replace(Maps.Json(2, -0.4));
        Assert.Equal((2, null), (map.Apply(0.5).Revision, map.Refusal));
        File.Delete(path);
        file.Look();
        Assert.Equal(2, map.Apply(0.5).Revision);
        Directory.Delete(Path.GetDirectoryName(path)!);

        void Replace(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(map.Refused + (map.Document?.Lineage.Revision ?? 0)));
            file.Look();
        }
    }
}

/// <summary>Maps as they are published.</summary>
internal static class Maps
{
    public static byte[] Json(int revision, double intercept = 0, string model = "m", string version = "1", string? slice = null, CalibrationMap? map = null) => MapJsonWriter.Write(new MapDocument
    {
        Model = model,
        Version = version,
        Slice = slice,
        View = map is VectorMap ? "vector" : "binary",
        Map = map ?? new LogitMap(MapMethod.Intercept, 1, intercept),
        Classes = map is VectorMap ? ["a", "b", "c"] : [],
        Seen = new(0, 1),
        Lineage = new(revision, null, null, 5, 2, new EventTime(1_780_000_000_000), new EventTime(1_780_000_000_001), null, string.Create(CultureInfo.InvariantCulture, $"driftwatch test é \" {1e-7 * revision}")),
        ValidFrom = new EventTime(1_780_000_000_000),
    });
}

using DriftWatch.Core.Recalibration;

namespace DriftWatch.Client;

public sealed class MapPlacesTests
{
    [Fact]
    public void Which_map_holds_does_not_depend_on_the_order_in_which_partitions_are_read()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        MapDocument[] documents = [.. Enumerable.Range(1, 6).Select(revision => MapJsonReader.Read(Maps.Json(revision)))];
        for (int round = 0; round < 300; round++)
        {
            List<(int Partition, long Timestamp, MapDocument? Map)>[] logs = [.. Enumerable.Range(0, random.Next(1, 4)).Select(partition => Enumerable.Range(0, random.Next(0, 4)).Select(_ => (partition, (long)random.Next(5), random.Next(4) == 0 ? null : documents[random.Next(documents.Length)])).ToList())];
            var one = Read(logs, random);
            var other = Read(logs, random);
            Assert.True(one.Map == other.Map && one.Doubled?.Holds == other.Doubled?.Holds, $"seed {seed}, {round}");

            var newest = logs.Where(log => log.Count > 0).Select(log => log[^1]).ToList();
            long latest = newest.Count == 0 ? 0 : newest.Max(record => record.Timestamp);
            int? revision = newest.Where(record => record.Timestamp == latest).Max(record => record.Map?.Lineage.Revision);
            Assert.True(one.Map?.Lineage.Revision == revision, $"seed {seed}, {round}");
            Assert.True(one.Doubled is null == newest.Count(record => record.Map is not null) <= (one.Map is null ? 0 : 1), $"seed {seed}, {round}");
        }
    }

    private static MapPlaces Read(List<(int Partition, long Timestamp, MapDocument? Map)>[] logs, Random random)
    {
        var places = new MapPlaces();
        var left = logs.Select(log => new Queue<(int Partition, long Timestamp, MapDocument? Map)>(log)).Where(log => log.Count > 0).ToList();
        while (left.Count > 0)
        {
            var log = left[random.Next(left.Count)];
            var (partition, timestamp, map) = log.Dequeue();
            places.Add(partition, timestamp, map);
            if (log.Count == 0) left.Remove(log);
        }

        return places;
    }
}

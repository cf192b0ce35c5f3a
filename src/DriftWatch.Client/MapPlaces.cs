using DriftWatch.Core.Recalibration;

namespace DriftWatch.Client;

/// <summary>The newest record of one key in each partition of a compacted topic, and which of them holds.</summary>
/// <remarks>
/// A key belongs in one partition; producers that hash differently put it into several, and then the order in which partitions are read says nothing. Law: which record holds does not depend on that order.
/// Within a partition the later record counts, across them the later timestamp, of two at once the higher revision.
/// </remarks>
internal sealed class MapPlaces
{
    private readonly SortedDictionary<int, (long Timestamp, MapDocument? Map)> _newest = [];

    /// <summary>A record was read, a partition's in order.</summary>
    /// <param name="partition">Its partition.</param>
    /// <param name="timestamp">Kafka's, in milliseconds since 1970.</param>
    /// <param name="map">What it holds; null: a tombstone.</param>
    public void Add(int partition, long timestamp, MapDocument? map) => _newest[partition] = (timestamp, map);

    /// <summary>The map that holds; null: none.</summary>
    public MapDocument? Map => _newest.Count == 0 ? null : _newest[Winner].Map;

    /// <summary>The partition whose record holds, and those of others that hold a map too: it would come back once that record is gone. Null: all is well.</summary>
    public (int Holds, IReadOnlyList<int> Others)? Doubled
    {
        get
        {
            if (_newest.Count < 2) return null;
            int holds = Winner;
            int[] others = [.. _newest.Where(one => one.Key != holds && one.Value.Map is not null).Select(one => one.Key)];
            return others.Length > 0 ? (holds, others) : null;
        }
    }

    private int Winner => _newest.OrderBy(one => one.Value.Timestamp).ThenBy(one => one.Value.Map?.Lineage.Revision ?? 0).Last().Key;
}

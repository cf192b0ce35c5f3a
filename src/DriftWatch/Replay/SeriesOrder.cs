using DriftWatch.Core.Series;

namespace DriftWatch.Replay;

/// <summary>Series by model and version, all of the traffic, then in its extra views, before its slices, by the bytes of their names.</summary>
internal sealed class SeriesOrder : IComparer<SeriesKey>
{
    public static readonly SeriesOrder Instance = new();

    public int Compare(SeriesKey? x, SeriesKey? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        int order = string.CompareOrdinal(x.Model, y.Model);
        if (order == 0) order = string.CompareOrdinal(x.Version, y.Version);
        if (order == 0) order = string.CompareOrdinal(x.Slice?.Dimension, y.Slice?.Dimension);
        if (order == 0) order = string.CompareOrdinal(x.Slice?.Value, y.Slice?.Value);
        if (order == 0) order = x.View.CompareTo(y.View);
        return order == 0 ? string.CompareOrdinal(x.Class, y.Class) : order;
    }
}

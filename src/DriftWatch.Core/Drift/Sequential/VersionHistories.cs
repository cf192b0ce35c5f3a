using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>The detectors of a model's versions: a version that lives a day is judged by what the one before it taught of claims and shocks.</summary>
/// <remarks>Which that is follows from event time alone, so that the order in which records came changes nothing. Belongs to the thread of the series.</remarks>
public sealed class VersionHistories
{
    /// <summary>After so long what a slice has shown says nothing of another.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    private readonly Dictionary<(Slice? Slice, View View, string? Class), List<(string Version, EsrDetector Detector)>> _lines = [];

    internal void Join(SeriesKey series, EsrDetector detector)
    {
        var line = (series.Slice, series.View, series.Class);
        if (!_lines.TryGetValue(line, out var members)) _lines.Add(line, members = []);
        members.Add((series.Version, detector));
    }

    /// <summary>The version that has seen the newest whole block of those that end at or before a moment; null if none has seen one.</summary>
    internal EsrDetector? Before(SeriesKey series, EventTime moment) =>
        Newest(_lines[(series.Slice, series.View, series.Class)].Where(one => one.Version != series.Version), moment)?.Detector;

    /// <summary>Of several versions, the one that has seen the newest whole block of those that end at or before a moment; null if none has seen one.</summary>
    internal static (string Version, EsrDetector Detector)? Newest(IEnumerable<(string Version, EsrDetector Detector)> versions, EventTime moment)
    {
        (EventTime Start, double Information, string Version, EsrDetector Detector)? best = null;
        foreach (var (version, detector) in versions)
        {
            if (detector.Blocks?.LastUntil(moment) is not { } last) continue;
            var one = (last.Start, last.Information.Even, version, detector);
            if (best is not { } other || Follows(one, other)) best = one;
        }

        return best is { } found ? (found.Version, found.Detector) : null;
    }

    /// <summary>Of the other slices of its dimension, the one whose newest blocks show the largest shocks; null if none has shown enough of late.</summary>
    internal BlockSeries? WildestSibling(SeriesKey series, EventTime moment)
    {
        if (series.Slice is not { } slice) return null;
        (double Bound, string Name, BlockSeries Blocks)? wildest = null;
        foreach (var ((other, view, name), members) in _lines)
        {
            if (other is null || other.Dimension != slice.Dimension || other == slice || view != series.View || name != series.Class) continue;
            if (Newest(members, moment)?.Detector.Blocks is not { } blocks || blocks.LastUntil(moment)?.Start < moment - Remembered || blocks.Lend(0, moment) is not { } lent) continue;
            double bound = ShockModel.Bound([.. lent], 1, remembers: true);
            if (wildest is not { } known || bound > known.Bound || (bound == known.Bound && string.CompareOrdinal(other.Value, known.Name) > 0)) wildest = (bound, other.Value, blocks);
        }

        return wildest?.Blocks;
    }

    private static bool Follows((EventTime Start, double Information, string Version, EsrDetector Detector) one, (EventTime Start, double Information, string Version, EsrDetector Detector) other)
    {
        int order = one.Start.CompareTo(other.Start);
        if (order == 0) order = one.Information.CompareTo(other.Information);
        return (order == 0 ? string.CompareOrdinal(one.Version, other.Version) : order) > 0;
    }
}

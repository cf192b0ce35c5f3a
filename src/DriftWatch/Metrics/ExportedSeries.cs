using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Options;
using DriftWatch.Pipeline;

namespace DriftWatch.Metrics;

/// <summary>Which series go to the page: those that live, one view for each model version.</summary>
internal static class ExportedSeries
{
    /// <summary>Whole model versions.</summary>
    public static IEnumerable<SeriesSnapshot> Whole(ServiceSnapshot snapshot, MetricsOptions options, SelfFamilies self) => OfOneView(Living(snapshot, options).Where(s => s.Key.IsWhole), self);

    public static IEnumerable<SeriesSnapshot> Slices(ServiceSnapshot snapshot, MetricsOptions options, SelfFamilies self) => OfOneView(Living(snapshot, options).Where(s => s.Key.Slice is not null), self);

    /// <summary>Further views; their tags say which.</summary>
    public static IEnumerable<SeriesSnapshot> Views(ServiceSnapshot snapshot, MetricsOptions options) => Living(snapshot, options).Where(s => !s.Key.View.IsMain());

    private static IEnumerable<SeriesSnapshot> Living(ServiceSnapshot snapshot, MetricsOptions options)
    {
        foreach (var series in snapshot.Monitor.Series)
        {
            var last = Latest(series.LastPrediction, series.LastMatch);
            bool idle = snapshot.Monitor.Watermark is { } watermark && last is { } activity
                && activity + snapshot.Options.For(series.Key.Model).Join.Horizon + options.IdleAfter < watermark;
            if (!idle) yield return series;
        }
    }

    /// <summary>The tags do not say the view, so a version that is seen in two views shows the first; the other is counted as left out.</summary>
    private static IEnumerable<SeriesSnapshot> OfOneView(IEnumerable<SeriesSnapshot> all, SelfFamilies self)
    {
        HashSet<(string, string, Core.Series.Slice?)> seen = [];
        foreach (var series in all)
        {
            if (seen.Add((series.Key.Model, series.Key.Version, series.Key.Slice))) yield return series;
            else self.Refuse("view", series.Key);
        }
    }

    private static EventTime? Latest(EventTime? a, EventTime? b) => a is null ? b : b is null ? a : a > b ? a : b;
}

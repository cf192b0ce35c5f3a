using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Monitoring;

/// <summary>Brings the class-wise ECE, a function of the series of all classes, into the pictures of the model version that they belong to.</summary>
/// <remarks>
/// cwECE = (1/C) Σ_c Σ_b (n_cb ÷ n) |gap_cb| (Kull et al. 2019), of windows with the same start. A class that came later was nowhere mentioned before, which
/// is a claim of 0: it adds nothing for those predictions, so n is the number of the class that has most. Pictures are remade only where one of them changed.
/// </remarks>
internal sealed class ClassWiseErrors
{
    private readonly Dictionary<SeriesKey, (SeriesSnapshot[] From, SeriesSnapshot Made)> _made = [];

    public IReadOnlyList<SeriesSnapshot> Join(SeriesSnapshot[] all)
    {
        Dictionary<SeriesKey, List<SeriesSnapshot>>? classes = null;
        foreach (var series in all)
        {
            if (series.Key.View != View.OneClass) continue;
            var whole = series.Key with { View = View.TopLabel, Class = null };
            classes ??= [];
            if (!classes.TryGetValue(whole, out var members)) classes.Add(whole, members = []);
            members.Add(series);
        }

        if (classes is null) return all;
        for (int i = 0; i < all.Length; i++)
        {
            if (classes.TryGetValue(all[i].Key, out var members)) all[i] = Made(all[i], members);
        }

        return all;
    }

    private SeriesSnapshot Made(SeriesSnapshot whole, List<SeriesSnapshot> classes)
    {
        SeriesSnapshot[] from = [whole, .. classes];
        if (_made.TryGetValue(whole.Key, out var known) && known.From.AsSpan().SequenceEqual(from, ReferenceEqualityComparer.Instance)) return known.Made;
        var made = whole with
        {
            Total = With(whole.Total, [.. classes.Select(one => one.Total)], classes.Count),
            Windows = [.. whole.Windows.Select((width, index) => Joined(width, [.. classes.Select(one => one.Windows[index])]))],
        };
        _made[whole.Key] = (from, made);
        return made;
    }

    private static WindowSeries Joined(WindowSeries whole, WindowSeries[] classes)
    {
        var byStart = classes.SelectMany(one => one.History).ToLookup(window => window.Start);
        List<WindowSnapshot> history = [.. whole.History.Select(window => With(window, [.. byStart[window.Start]], classes.Length))];
        return whole with { History = history, NewestMature = history.FindLast(window => window.Mature) };
    }

    private static WindowSnapshot With(WindowSnapshot whole, WindowSnapshot[] classes, int count)
    {
        long labeled = classes.Length == 0 ? 0 : classes.Max(one => one.Labeled);
        if (labeled == 0) return whole;
        double sum = classes.Sum(one => (one.Metrics.Ece ?? 0) * one.Labeled);
        return whole with { Metrics = whole.Metrics.With(WindowMetrics.ClasswiseEce, sum / labeled / count) };
    }
}

using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Replay;

/// <summary>What other libraries would print of the labeled predictions of a replay, per series: in total and per window.</summary>
/// <remarks>Only where somebody asked: it keeps four bytes a pair and series, and computes each window from its pairs, when it is written.</remarks>
internal sealed class Comparison
{
    private readonly Rows<Pair> _pairs;
    private readonly IReadOnlyList<string> _libraries;
    private readonly Dictionary<SeriesKey, int[]> _rows = [];
    private SeriesKey? _series;
    private EventTime[] _times = [];
    private double[] _confidences = [];
    private bool[] _outcomes = [];

    /// <param name="pairs">All labeled predictions.</param>
    /// <param name="routes">Which series each counts for.</param>
    /// <param name="libraries">Short names.</param>
    public Comparison(Rows<Pair> pairs, RouteTable routes, IReadOnlyList<string> libraries)
    {
        _pairs = pairs;
        _libraries = libraries;
        var counts = new int[routes.Series.Count];
        for (int row = 0; row < pairs.Count; row++)
        {
            foreach (int series in SeriesOf(routes[pairs[row].Route])) counts[series]++;
        }

        int[][] rows = Array.ConvertAll(counts, count => new int[count]);
        Array.Clear(counts);
        for (int row = 0; row < pairs.Count; row++)
        {
            foreach (int series in SeriesOf(routes[pairs[row].Route])) rows[series][counts[series]++] = row;
        }

        for (int series = 0; series < rows.Length; series++) _rows.Add(routes.Series[series], rows[series]);
    }

    /// <summary>The numbers of one window; null if it holds other pairs than were seen here: outcomes were taken back or assumed.</summary>
    public IReadOnlyList<ReferenceNumber>? Of(SeriesKey series, WindowSnapshot window)
    {
        Load(series);
        int from = PlaceOf(window.Start), to = PlaceOf(window.End);
        return Of(series, window, _confidences[from..to], _outcomes[from..to]);
    }

    /// <summary>The numbers of everything.</summary>
    public IReadOnlyList<ReferenceNumber>? OfTotal(SeriesKey series, WindowSnapshot total)
    {
        Load(series);
        return Of(series, total, _confidences, _outcomes);
    }

    private IReadOnlyList<ReferenceNumber>? Of(SeriesKey series, WindowSnapshot window, double[] confidences, bool[] outcomes)
    {
        if (window.Labeled != outcomes.Length || window.Positives != outcomes.Count(outcome => outcome)) return null;
        return [.. _libraries.SelectMany(library => ReferenceLibraries.Numbers(library, series.View, confidences, outcomes))];
    }

    /// <summary>Lays the pairs of a series out by time; of one time by what they are, for rounded sums depend on the order and files may have any.</summary>
    private void Load(SeriesKey series)
    {
        if (series == _series) return;
        _series = series;
        var pairs = Array.ConvertAll(_rows.GetValueOrDefault(series, []), row => series.View == View.Folded ? Folded(_pairs[row]) : _pairs[row]);
        Array.Sort(pairs, InOrder);
        _times = Array.ConvertAll(pairs, pair => pair.Time);
        _confidences = Array.ConvertAll(pairs, pair => pair.Confidence);
        _outcomes = Array.ConvertAll(pairs, pair => pair.Outcome);
    }

    private static IEnumerable<int> SeriesOf(Core.Series.Route route) => route.Folded < 0 ? route.Series : route.Series.Append(route.Folded);

    private static Pair Folded(Pair pair) =>
        pair with { Confidence = Views.Fold(pair.Confidence), Outcome = Views.Fold(pair.Confidence, pair.Outcome) };

    private static int InOrder(Pair left, Pair right)
    {
        int order = left.Time.CompareTo(right.Time);
        if (order == 0) order = left.Confidence.CompareTo(right.Confidence);
        return order == 0 ? left.Outcome.CompareTo(right.Outcome) : order;
    }

    private int PlaceOf(EventTime time)
    {
        int low = 0, high = _times.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (_times[middle] < time) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}

using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Replay;

/// <summary>The labeled predictions of a replay, series by series, in order of time.</summary>
/// <remarks>Only where somebody asked: it keeps four bytes a pair and series, and lays out one series at a time.</remarks>
internal sealed class SeriesPairs
{
    private readonly Rows<Pair> _pairs;
    private readonly Dictionary<SeriesKey, int[]> _rows = [];
    private SeriesKey? _series;

    /// <param name="pairs">All labeled predictions.</param>
    /// <param name="routes">Which series each counts for.</param>
    public SeriesPairs(Rows<Pair> pairs, RouteTable routes)
    {
        _pairs = pairs;
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

    /// <summary>Those of the series that was loaded last.</summary>
    public EventTime[] Times { get; private set; } = [];

    public double[] Confidences { get; private set; } = [];

    public bool[] Outcomes { get; private set; } = [];

    /// <summary>Which half of the ids each is of.</summary>
    public byte[] Folds { get; private set; } = [];

    /// <summary>Lays the pairs of a series out by time; of one time by what they are, for rounded sums depend on the order and files may have any.</summary>
    public void Load(SeriesKey series)
    {
        if (series == _series) return;
        _series = series;
        var pairs = Array.ConvertAll(_rows.GetValueOrDefault(series, []), row => series.View == View.Folded ? Folded(_pairs[row]) : _pairs[row]);
        Array.Sort(pairs, InOrder);
        Times = Array.ConvertAll(pairs, pair => pair.Time);
        Confidences = Array.ConvertAll(pairs, pair => pair.Confidence);
        Outcomes = Array.ConvertAll(pairs, pair => pair.Outcome);
        Folds = Array.ConvertAll(pairs, pair => pair.Fold);
    }

    /// <summary>How many of the loaded pairs are earlier.</summary>
    public int PlaceOf(EventTime time)
    {
        int low = 0, high = Times.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (Times[middle] < time) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Whether a window can be of exactly these outcomes. It is not where outcomes were taken back or assumed: corrections, and expiry as a negative.</summary>
    public static bool AreThoseOf(WindowSnapshot window, ReadOnlySpan<bool> outcomes) =>
        window.Labeled == outcomes.Length && window.Positives == outcomes.Count(true);

    private static IEnumerable<int> SeriesOf(Core.Series.Route route) => route.Folded < 0 ? route.Series : route.Series.Append(route.Folded);

    private static Pair Folded(Pair pair) =>
        pair with { Confidence = Views.Fold(pair.Confidence), Outcome = Views.Fold(pair.Confidence, pair.Outcome) };

    private static int InOrder(Pair left, Pair right)
    {
        int order = left.Time.CompareTo(right.Time);
        if (order == 0) order = left.Confidence.CompareTo(right.Confidence);
        if (order == 0) order = left.Outcome.CompareTo(right.Outcome);
        return order == 0 ? left.Fold.CompareTo(right.Fold) : order;
    }
}

using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Replay;

/// <summary>The exact AUROC of every series, in total and per window: the share of (positive, negative) pairs that the model puts in order, ties half.</summary>
/// <remarks>
/// The stream keeps no pairs and so cannot tell; a replay holds them all. They are sorted by confidence once and dealt out in that
/// order, so each window needs only counts: n log n in all. Twice the number of ordered pairs is an integer below 2^52, and one division rounds.
/// </remarks>
internal sealed class Auroc
{
    /// <summary>Parts that confidences are dealt out to before each part is sorted by itself, within the processor's own memory.</summary>
    private const int Parts = 1 << 16;

    private readonly Dictionary<SeriesKey, int> _series = [];
    private readonly List<TimeSpan> _widths;
    private readonly Dictionary<long, int>[] _places; // of each series: of its total, then by width
    private Tally[] _tallies = new Tally[256];
    private int _count;

    /// <param name="pairs">All labeled predictions.</param>
    /// <param name="routes">Which series each counts for.</param>
    /// <param name="widths">Widths of the windows.</param>
    /// <param name="origin">Where windows start.</param>
    public Auroc(Rows<Pair> pairs, RouteTable routes, IReadOnlyList<TimeSpan> widths, EventTime origin)
    {
        _widths = [TimeSpan.Zero, .. widths];
        _places = [.. Enumerable.Range(0, routes.Series.Count * _widths.Count).Select(_ => new Dictionary<long, int>())];
        for (int i = 0; i < routes.Series.Count; i++) _series.Add(routes.Series[i], i);
        foreach (int row in ByConfidence(pairs))
        {
            var pair = pairs[row];
            foreach (int series in routes[pair.Route].Series)
            {
                Place(series, 0, 0).Add(pair.Confidence, pair.Outcome);
                for (int width = 1; width < _widths.Count; width++)
                {
                    Place(series, width, pair.Time.FloorTo(_widths[width], origin).Milliseconds).Add(pair.Confidence, pair.Outcome);
                }
            }
        }
    }

    /// <summary>The AUROC of one window; null without a positive or a negative, or if the window holds other pairs than were seen here.</summary>
    /// <remarks>That is so where outcomes were taken back or assumed: corrections, and expiry as a negative.</remarks>
    public double? Of(SeriesKey series, WindowSnapshot window) => Of(series, window.End - window.Start, window.Start.Milliseconds, window);

    /// <summary>The AUROC of everything.</summary>
    public double? OfTotal(SeriesKey series, WindowSnapshot total) => Of(series, TimeSpan.Zero, 0, total);

    private double? Of(SeriesKey series, TimeSpan width, long start, WindowSnapshot window)
    {
        int number = _widths.IndexOf(width);
        if (number < 0 || !_series.TryGetValue(series, out int index) || !_places[(index * _widths.Count) + number].TryGetValue(start, out int place)) return null;
        return _tallies[place].Result(window.Labeled, window.Positives);
    }

    private ref Tally Place(int series, int width, long start)
    {
        var places = _places[(series * _widths.Count) + width];
        if (!places.TryGetValue(start, out int place))
        {
            place = _count++;
            if (place == _tallies.Length) Array.Resize(ref _tallies, 2 * place);
            places.Add(start, place);
        }

        return ref _tallies[place];
    }

    /// <summary>Rows by confidence: dealt out to parts, in whose order they are, and sorted within each.</summary>
    private static int[] ByConfidence(Rows<Pair> pairs)
    {
        var ends = new int[Parts + 1];
        for (int row = 0; row < pairs.Count; row++) ends[PartOf(pairs[row].Confidence)]++;
        for (int part = 1; part < ends.Length; part++) ends[part] += ends[part - 1];
        var confidences = new double[pairs.Count];
        var rows = new int[pairs.Count];
        // From the end of each part to its beginning, so that what was its end becomes its start.
        for (int row = pairs.Count - 1; row >= 0; row--)
        {
            double confidence = pairs[row].Confidence;
            int place = --ends[PartOf(confidence)];
            (confidences[place], rows[place]) = (confidence, row);
        }

        for (int part = 0; part < Parts; part++) confidences.AsSpan(ends[part]..ends[part + 1]).Sort(rows.AsSpan(ends[part]..ends[part + 1]));
        return rows;
    }

    private static int PartOf(double confidence) => (int)(confidence * (Parts - 1));

    /// <summary>Counts of pairs that arrive in order of confidence.</summary>
    private record struct Tally
    {
        private double _confidence;
        private long _negatives;
        private long _positives;
        private long _tiedNegatives;
        private long _tiedPositives;
        private long _twiceOrdered;

        public void Add(double confidence, bool outcome)
        {
            if (confidence != _confidence) Settle();
            _confidence = confidence;
            if (outcome) _tiedPositives++;
            else _tiedNegatives++;
        }

        public double? Result(long labeled, long positives)
        {
            Settle();
            if (_positives != positives || _positives + _negatives != labeled || _positives == 0 || _negatives == 0) return null;
            return _twiceOrdered / (2.0 * _positives * _negatives);
        }

        private void Settle()
        {
            _twiceOrdered += _tiedPositives * ((2 * _negatives) + _tiedNegatives);
            _negatives += _tiedNegatives;
            _positives += _tiedPositives;
            (_tiedNegatives, _tiedPositives) = (0, 0);
        }
    }
}

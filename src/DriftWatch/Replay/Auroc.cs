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
    private readonly Dictionary<(int Series, TimeSpan Width, long Start), int> _places = [];
    private readonly Dictionary<SeriesKey, int> _series = [];
    private Tally[] _tallies = new Tally[256];
    private int _count;

    /// <param name="pairs">All labeled predictions.</param>
    /// <param name="routes">Which series each counts for.</param>
    /// <param name="widths">Widths of the windows.</param>
    /// <param name="origin">Where windows start.</param>
    public Auroc(Rows<Pair> pairs, RouteTable routes, IReadOnlyList<TimeSpan> widths, EventTime origin)
    {
        for (int i = 0; i < routes.Series.Count; i++) _series.Add(routes.Series[i], i);
        foreach (int row in ByConfidence(pairs))
        {
            var pair = pairs[row];
            foreach (int series in routes[pair.Route].Series)
            {
                Place(series, TimeSpan.Zero, 0).Add(pair.Confidence, pair.Outcome);
                foreach (var width in widths)
                {
                    Place(series, width, pair.Time.FloorTo(width, origin).Milliseconds).Add(pair.Confidence, pair.Outcome);
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
        if (!_series.TryGetValue(series, out int index) || !_places.TryGetValue((index, width, start), out int place)) return null;
        return _tallies[place].Result(window.Labeled, window.Positives);
    }

    private ref Tally Place(int series, TimeSpan width, long start)
    {
        if (!_places.TryGetValue((series, width, start), out int place))
        {
            place = _count++;
            if (place == _tallies.Length) Array.Resize(ref _tallies, 2 * place);
            _places.Add((series, width, start), place);
        }

        return ref _tallies[place];
    }

    private static int[] ByConfidence(Rows<Pair> pairs)
    {
        var confidences = new double[pairs.Count];
        var rows = new int[pairs.Count];
        for (int row = 0; row < rows.Length; row++) (confidences[row], rows[row]) = (pairs[row].Confidence, row);
        Array.Sort(confidences, rows);
        return rows;
    }

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

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>What AUROC needs to know of the pairs of a stretch of confidences, window by window.</summary>
/// <param name="routes">Which series each counts for.</param>
/// <param name="widths">Widths of the windows; the first is zero and stands for the total.</param>
/// <param name="origin">Where windows start.</param>
internal sealed class AurocCounts(RouteTable routes, List<TimeSpan> widths, EventTime origin)
{
    /// <summary>How many pairs ahead their memory is asked for: in order of confidence they lie anywhere.</summary>
    private const int Ahead = 16;

    private readonly Dictionary<SeriesKey, int> _series = Enumerable.Range(0, routes.Series.Count).ToDictionary(number => routes.Series[number]);
    private readonly Dictionary<long, int>[] _places = [.. Enumerable.Range(0, routes.Series.Count * widths.Count).Select(_ => new Dictionary<long, int>())]; // of each series: of its total, then by width
    private Tally[] _tallies = new Tally[256];
    private int _count;

    /// <summary>Counts of a window.</summary>
    /// <param name="Positives">Pairs that came true.</param>
    /// <param name="Negatives">The others.</param>
    /// <param name="TwiceOrdered">Two for each positive and negative in order, one for each with the same confidence.</param>
    public readonly record struct Counts(long Positives, long Negatives, long TwiceOrdered);

    /// <summary>Counts pairs in order of confidence; to be called once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // one long loop, called once
    public void Add(Rows<Pair> pairs, ReadOnlySpan<double> confidences, ReadOnlySpan<int> rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if (i + Ahead < rows.Length) Prefetch(pairs[rows[i + Ahead]]);
            ref readonly var pair = ref pairs[rows[i]];
            foreach (int series in routes[pair.Route].Series)
            {
                Place(series, 0, 0).Add(confidences[i], pair.Outcome);
                for (int width = 1; width < widths.Count; width++)
                {
                    Place(series, width, pair.Time.FloorTo(widths[width], origin).Milliseconds).Add(confidences[i], pair.Outcome);
                }
            }
        }
    }

    /// <summary>Those of one window; nothing but zeros where none was seen.</summary>
    public Counts Of(SeriesKey series, int width, long start) =>
        _series.TryGetValue(series, out int index) && _places[(index * widths.Count) + width].TryGetValue(start, out int place) ? _tallies[place].Result() : default;

    private ref Tally Place(int series, int width, long start)
    {
        var places = _places[(series * widths.Count) + width];
        if (!places.TryGetValue(start, out int place))
        {
            place = _count++;
            if (place == _tallies.Length) Array.Resize(ref _tallies, 2 * place);
            places.Add(start, place);
        }

        return ref _tallies[place];
    }

    private static unsafe void Prefetch(in Pair pair)
    {
        // No more than a hint: should the collector move what lies there, it was for nothing.
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in pair)));
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

        public Counts Result()
        {
            Settle();
            return new(_positives, _negatives, _twiceOrdered);
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

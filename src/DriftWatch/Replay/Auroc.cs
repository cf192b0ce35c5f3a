using System.Runtime.CompilerServices;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Replay;

/// <summary>The exact AUROC of every series, in total and per window: the share of (positive, negative) pairs that the model puts in order, ties half.</summary>
/// <remarks>
/// The stream keeps no pairs and so cannot tell; a replay holds them all. They are dealt out to parts by confidence, and each half of the parts is sorted and counted by a thread of its own:
/// each window needs only counts, n log n in all, and what two halves hold adds up. Twice the number of ordered pairs is an integer below 2^52, and one division rounds.
/// </remarks>
internal sealed class Auroc
{
    /// <summary>Parts that confidences are dealt out to before each part is sorted by itself, within the processor's own memory.</summary>
    private const int Parts = 1 << 16;

    private readonly List<TimeSpan> _widths;
    private readonly AurocCounts _low;
    private readonly AurocCounts _high;

    /// <param name="pairs">All labeled predictions.</param>
    /// <param name="routes">Which series each counts for.</param>
    /// <param name="widths">Widths of the windows.</param>
    /// <param name="origin">Where windows start.</param>
    public Auroc(Rows<Pair> pairs, RouteTable routes, IReadOnlyList<TimeSpan> widths, EventTime origin)
    {
        _widths = [TimeSpan.Zero, .. widths];
        int[] ends = Ends(pairs);
        int middle = 1 + Array.FindIndex(ends, end => end >= pairs.Count / 2);
        int split = ends[middle - 1];
        AurocCounts low = new(routes, _widths, origin), high = new(routes, _widths, origin);
        var (confidences, rows) = (new double[pairs.Count], new int[pairs.Count]);
        Parallel.Invoke(() => Count(low, 0..middle, 0..split), () => Count(high, middle.., split..));
        (_low, _high) = (low, high);

        void Count(AurocCounts into, Range parts, Range places)
        {
            SortByConfidence(pairs, ends.AsSpan(parts), parts.Start.Value, confidences, rows, places.End.GetOffset(rows.Length));
            into.Add(pairs, confidences.AsSpan(places), rows.AsSpan(places));
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
        if (number < 0) return null;
        var (low, high) = (_low.Of(series, number, start), _high.Of(series, number, start));
        long positives = low.Positives + high.Positives, negatives = low.Negatives + high.Negatives;
        if (positives != window.Positives || positives + negatives != window.Labeled || positives == 0 || negatives == 0) return null;
        return (low.TwiceOrdered + high.TwiceOrdered + (2 * high.Positives * low.Negatives)) / (2.0 * positives * negatives);
    }

    /// <summary>How many pairs are in each part or in those before it.</summary>
    private static int[] Ends(Rows<Pair> pairs)
    {
        var ends = new int[Parts];
        for (int row = 0; row < pairs.Count; row++) ends[PartOf(pairs[row].Confidence)]++;
        for (int part = 1; part < ends.Length; part++) ends[part] += ends[part - 1];
        return ends;
    }

    /// <summary>Lays out the confidences of a stretch of parts with their rows, in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // one long loop, called once
    private static void SortByConfidence(Rows<Pair> pairs, Span<int> ends, int from, double[] confidences, int[] rows, int beyond)
    {
        // From the end of each part to its beginning, so that what was its end becomes its start. The other stretch's ends are not looked at: another thread moves them.
        for (int row = pairs.Count - 1; row >= 0; row--)
        {
            double confidence = pairs[row].Confidence;
            int part = PartOf(confidence) - from;
            if ((uint)part >= (uint)ends.Length) continue;
            int place = --ends[part];
            (confidences[place], rows[place]) = (confidence, row);
        }

        for (int part = 0; part < ends.Length; part++)
        {
            var all = ends[part]..(part + 1 < ends.Length ? ends[part + 1] : beyond);
            confidences.AsSpan(all).Sort(rows.AsSpan(all));
        }
    }

    private static int PartOf(double confidence) => (int)(confidence * (Parts - 1));
}

using DriftWatch.Calibration;
using DriftWatch.Series;

namespace DriftWatch.EarlyWarning;

/// <summary>Gathers mature windows of one series until they make a reference.</summary>
/// <remarks>
/// State: one sketch, and of at most 32 windows a histogram over 20 regions of the first of them (for <see cref="Restlessness"/>); when there are more, every
/// second is let go and from then on every second is kept, and so on, so that they stay spread over the whole stretch.
/// </remarks>
internal sealed class ReferenceBuilder(ReferenceOptions options, View view, int minPredictions, Grid grid)
{
    private const int MostWindows = 32;

    private readonly CalibrationSketch _sketch = new(grid);
    private readonly List<WindowCounts> _windows = [];
    private byte[]? _regionOf;
    private int _regions;
    private int _seen;
    private int _stride = 1;
    private EventTime? _from;
    private EventTime _to;

    /// <summary>Where it starts; null before the first window.</summary>
    public EventTime? From => _from;

    public long Labeled => _sketch.Labeled;

    /// <summary>Takes the next mature window.</summary>
    /// <returns>The reference, once it is complete.</returns>
    public ReferenceWindow? Add(EventTime start, EventTime end, CalibrationSketch window)
    {
        if (options.From is { } from && start < from) return null;
        if (options.To is { } to && end > to) return Freeze();
        _from ??= start;
        _to = end;
        _sketch.Merge(window);
        if (window.Predictions >= minPredictions) Keep(window);
        return IsComplete(end) ? Freeze() : null;
    }

    /// <summary>Says that no window that ends at or before <paramref name="matureUntil"/> will come any more.</summary>
    /// <returns>The reference, if its configured end is reached.</returns>
    public ReferenceWindow? AdvanceTo(EventTime matureUntil) => options.To is { } to && matureUntil >= to ? Freeze() : null;

    private bool IsComplete(EventTime end)
    {
        if (options.To is not null) return false;
        var covered = end - _from!.Value;
        return (covered >= options.Least && _sketch.Labeled >= options.Labeled) || (covered >= options.Longest && _sketch.Labeled > 0);
    }

    private ReferenceWindow? Freeze() =>
        _from is { } from && ReferenceWindow.Of(from, options.To ?? _to, _sketch, view) is { } reference
            ? reference.With(whole => new(RestOfHistogram(), RestOfAccuracy(whole), RestOfCompleteness(), _windows.Count))
            : null;

    private void Keep(CalibrationSketch window)
    {
        _regionOf ??= EqualMass.Regions(window, ReferenceWindow.PredictionRegions, cell => cell.Predictions, out _regions);
        if (_seen++ % _stride != 0) return;
        if (_windows.Count == MostWindows)
        {
            for (int i = MostWindows - 1; i > 0; i -= 2) _windows.RemoveAt(i);
            _stride *= 2;
            if ((_seen - 1) % _stride != 0) return;
        }

        long[] counts = new long[_regions];
        for (int bin = 0; bin < _regionOf.Length; bin++) counts[_regionOf[bin]] += window[bin].Predictions;
        _windows.Add(new(counts, window.Predictions, window.Labeled));
    }

    private double RestOfHistogram()
    {
        if (_windows.Count < 2) return 0;
        long[] all = new long[_regions];
        foreach (var window in _windows) Add(all, window.Counts, 1);
        double most = 0;
        foreach (var window in _windows)
        {
            Add(all, window.Counts, -1);
            if (HistogramComparison.Of(window.Counts, all) is { } comparison) most = Math.Max(most, comparison.Distance);
            Add(all, window.Counts, 1);
        }

        return most;
    }

    private double RestOfAccuracy(ReferenceWindow whole)
    {
        if (_windows.Count < 2) return 0;
        double[] right = new double[_regions], predictions = new double[_regions];
        for (int bin = 0; bin < _regionOf!.Length; bin++)
        {
            bool claimed = view == View.TopLabel || _sketch.Grid.Midpoints[bin] > 0.5;
            predictions[_regionOf[bin]] += _sketch[bin].Predictions;
            right[_regionOf[bin]] += _sketch[bin].Predictions * (claimed ? whole.Frequencies[bin] : 1 - whole.Frequencies[bin]);
        }

        double most = 0;
        foreach (var window in _windows)
        {
            double expected = 0;
            for (int i = 0; i < _regions; i++) expected += window.Counts[i] * right[i] / Math.Max(1, predictions[i]);
            most = Math.Max(most, Math.Abs((expected / window.Predictions) - whole.Expected.Accuracy));
        }

        return most;
    }

    private double RestOfCompleteness()
    {
        double most = 0;
        long predictions = _windows.Sum(window => window.Predictions);
        long labeled = _windows.Sum(window => window.Labeled);
        foreach (var window in _windows)
        {
            long others = predictions - window.Predictions;
            if (others == 0) continue;
            double share = (double)labeled / predictions;
            double difference = ((double)window.Labeled / window.Predictions) - ((double)(labeled - window.Labeled) / others);
            most = Math.Max(most, (difference * difference) - (share * (1 - share) * ((1.0 / window.Predictions) + (1.0 / others))));
        }

        return most;
    }

    private static void Add(long[] to, long[] counts, int sign)
    {
        for (int i = 0; i < to.Length; i++) to[i] += sign * counts[i];
    }

    private readonly record struct WindowCounts(long[] Counts, long Predictions, long Labeled);
}

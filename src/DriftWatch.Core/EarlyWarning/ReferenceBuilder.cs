using DriftWatch.Core.Calibration;
using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>Gathers mature windows of one series until they make a reference.</summary>
/// <remarks>
/// State: one sketch, and the histograms of the 32 windows that differ most from all so far (1.5 KiB each, until the reference is complete), for
/// <see cref="Dispersion"/>: the oddest hour of a week must not be forgotten, or it is news every week.
/// </remarks>
/// <param name="options">When it is complete.</param>
/// <param name="view">What is claimed.</param>
/// <param name="minPredictions">Predictions that a window needs to be told from the others.</param>
/// <param name="grid">How confidences are cut.</param>
/// <param name="since">Windows that start before this are none of it; null: all are.</param>
internal sealed class ReferenceBuilder(ReferenceOptions options, View view, int minPredictions, Grid grid, EventTime? since = null) : IKeepsState
{
    private const int MostWindows = 32;

    private readonly CalibrationSketch _sketch = new(grid);
    private readonly List<(long[] Counts, long Predictions)> _windows = [];
    private int _seen;
    private LabeledShare? _fewest;
    private LabeledShare? _most;
    private (double Low, double High)? _accuracy;
    private EventTime? _from = since;
    private EventTime _to;

    /// <summary>Where it starts; null before the first window of the first one.</summary>
    public EventTime? From => _from;

    public long Labeled => _sketch.Labeled;

    /// <summary>Takes the next mature window.</summary>
    /// <returns>The reference, once it is complete.</returns>
    public ReferenceWindow? Add(EventTime start, EventTime end, CalibrationSketch window)
    {
        if ((options.From is { } from && start < from) || start < _from) return null;
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

    public void Exchange(StateExchange state)
    {
        _sketch.Exchange(state);
        int windows = state.KeptWithin(_windows.Count, 0, MostWindows, "windows of a reference");
        if (state.IsReading) _windows.Clear();
        for (int i = 0; i < windows; i++)
        {
            var (counts, predictions) = state.IsReading ? (new long[grid.Count], 0) : _windows[i];
            state.Exchange(counts.AsSpan());
            predictions = state.Kept(predictions);
            if (state.IsReading) _windows.Add((counts, predictions));
        }

        state.Exchange(ref _seen);
        _fewest = state.Kept(_fewest, LabeledShare.Exchange);
        _most = state.Kept(_most, LabeledShare.Exchange);
        _accuracy = state.Kept(_accuracy, static (each, ends) => (each.Kept(ends.Low), each.Kept(ends.High)));
        state.Exchange(ref _from);
        state.Exchange(ref _to);
    }

    private bool IsComplete(EventTime end)
    {
        if (options.To is not null) return false;
        var covered = end - _from!.Value;
        return (covered >= options.Least && _sketch.Labeled >= options.Labeled) || (covered >= options.Longest && _sketch.Labeled > 0);
    }

    private ReferenceWindow? Freeze() =>
        _from is { } from && ReferenceWindow.Of(from, options.To ?? _to, _sketch, view) is { } reference
            ? reference.With(whole => new(RestOfHistogram(whole), RestOfExpected(whole), RestOfAccuracy(whole), RestOfCompleteness(), _seen))
            : null;

    private void Keep(CalibrationSketch window)
    {
        _seen++;
        var share = new LabeledShare(window.Predictions, window.Labeled);
        if (_fewest is null || share.Completeness < _fewest.Value.Completeness) _fewest = share;
        if (_most is null || share.Completeness > _most.Value.Completeness) _most = share;
        if (window.Labeled >= minPredictions && Scores.Accuracy(window, view) is { } accuracy)
            _accuracy = (Math.Min(_accuracy?.Low ?? accuracy, accuracy), Math.Max(_accuracy?.High ?? accuracy, accuracy));
        _windows.Add((Count(window), window.Predictions));
        if (_windows.Count <= MostWindows) return;
        long[] all = Count(_sketch);
        _windows.Remove(_windows.MinBy(one => DistanceFromRest(one.Counts, all)));
    }

    private static double DistanceFromRest(long[] window, long[] all) =>
        HistogramComparison.Of(window, [.. all.Zip(window, (whole, part) => whole - part)])?.Distance ?? 0;

    private double RestOfHistogram(ReferenceWindow whole)
    {
        if (_seen < 2) return 0;
        long[] all = Coarsen(Count(_sketch), whole);
        return Math.Max(0, _windows.Max(one => DistanceFromRest(Coarsen(one.Counts, whole), all)));
    }

    private double RestOfExpected(ReferenceWindow whole)
    {
        if (_seen < 2) return 0;
        double[] right = new double[_sketch.Grid.Count];
        for (int bin = 0; bin < right.Length; bin++)
        {
            bool claimed = view == View.TopLabel || _sketch.Grid.Midpoints[bin] > 0.5;
            right[bin] = claimed ? whole.Frequencies[bin] : 1 - whole.Frequencies[bin];
        }

        return _windows.Max(one => Math.Abs((one.Counts.Zip(right, (count, share) => count * share).Sum() / one.Predictions) - whole.Expected.Accuracy));
    }

    private static long[] Count(CalibrationSketch sketch) => [.. Enumerable.Range(0, sketch.Grid.Count).Select(bin => sketch[bin].Predictions)];

    private static long[] Coarsen(long[] counts, ReferenceWindow whole)
    {
        long[] coarse = new long[ReferenceWindow.PredictionRegions];
        for (int bin = 0; bin < counts.Length; bin++) coarse[whole.RegionOf[bin]] += counts[bin];
        return coarse;
    }

    private double RestOfAccuracy(ReferenceWindow whole) =>
        _seen >= 2 && _accuracy is var (low, high) ? Math.Max(high - whole.Accuracy, whole.Accuracy - low) : 0;

    private double RestOfCompleteness() => _seen < 2 ? 0 : Math.Max(0, Math.Max(Beyond(_fewest!.Value), Beyond(_most!.Value)));

    private double Beyond(LabeledShare window)
    {
        long others = _sketch.Predictions - window.Predictions;
        if (others == 0) return 0;
        double share = Scores.Coverage(_sketch)!.Value;
        double difference = window.Completeness - ((double)(_sketch.Labeled - window.Labeled) / others);
        return (difference * difference) - (share * (1 - share) * ((1.0 / window.Predictions) + (1.0 / others)));
    }

    private readonly record struct LabeledShare(long Predictions, long Labeled)
    {
        public double Completeness => (double)Labeled / Predictions;

        public static LabeledShare Exchange(StateExchange state, LabeledShare one) => new(state.Kept(one.Predictions), state.Kept(one.Labeled));
    }
}

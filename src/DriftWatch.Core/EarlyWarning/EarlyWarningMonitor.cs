using DriftWatch.Core.Calibration;
using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.EarlyWarning.Watches;
using DriftWatch.Core.Series;
using DriftWatch.Core.Serving;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>What can be said of one series before, or without, a decision on its calibration: it compares windows with a frozen reference and warns.</summary>
/// <remarks>
/// <para>Predictions are compared as soon as event time has passed their window, labels when it is mature. A warning needs an effect and evidence in
/// some windows in a row; it never requests anything. The same records give the same warnings, whether event time runs or jumps.</para>
/// <para>State: four sketches, the reference, 168 levels of volume, and a table of label delays for each window that is not mature yet (at most 64; only for a
/// model's whole traffic): 20 to 60 KiB, and 50 KiB more while the reference is gathered. Where predictions carry latencies, two sketches of them: some 10 KiB.</para>
/// </remarks>
internal sealed class EarlyWarningMonitor : IKeepsState
{
    private const int DelayWindowsPerMaturity = 8;

    private readonly TimeSpan _maturity;
    private readonly WindowAccumulator _closed;
    private readonly WindowAccumulator _mature;
    private readonly CoverageWatch _coverage;
    private readonly VolumeWatch? _volume;
    private readonly TumblingTables<DelayTable>? _delays;
    private readonly Func<LatencyWatch> _makeLatency;
    private readonly EarlyWarningTerms _terms;
    private readonly View _view;
    private readonly Grid _grid;
    private ReferenceBuilder? _builder; // null once there is a reference
    private PredictionWatch _predictions;
    private OutcomeWatch _outcomes;
    private LabelWatch? _labels;
    private LatencyWatch? _latency; // null before the first latency
    private ScoreStatistics? _scores;

    public EarlyWarningMonitor(SeriesKey key, EarlyWarningTerms terms)
    {
        var (early, watch, windows, _) = terms;
        var wanted = early.Window ?? watch.Threshold.Window;
        var width = wanted > windows.Pane ? wanted : windows.Pane;
        (_terms, _view, _grid) = (terms, key.View, windows.Grid);
        _maturity = windows.Maturity;
        _builder = Builder();
        _closed = new WindowAccumulator(width, windows.Origin, windows.Grid, CloseWindow);
        _mature = new WindowAccumulator(width, windows.Origin, windows.Grid, MatureWindow);
        _predictions = new PredictionWatch(early);
        _outcomes = new OutcomeWatch(early);
        _coverage = new CoverageWatch(key, terms);
        _makeLatency = () => new LatencyWatch(early, width, windows.Origin);
        if (key.Slice is not null) return; // a slice's labels are those of its model
        _volume = new VolumeWatch(early, windows.Pane, windows.Origin);
        _labels = new LabelWatch(early, terms.ExpectsLabels);
        long delays = Math.Max(1, (long)Math.Ceiling(_maturity / (DelayWindowsPerMaturity * width)));
        _delays = new TumblingTables<DelayTable>("delays", width * delays, windows.Origin, (start, end, table) => _labels!.Judge(start, end, table, Reference));
    }

    /// <summary>What the series is compared with; null while it is being gathered.</summary>
    public ReferenceWindow? Reference { get; private set; }

    /// <summary>The monitor of a series; null where it is switched off, and for further views of what is watched already.</summary>
    public static EarlyWarningMonitor? For(SeriesKey key, EarlyWarningTerms terms) => key.View.IsMain() && terms.Options.Enabled ? new(key, terms) : null;

    /// <summary>A label was joined.</summary>
    public void AddLabel(EventTime time, double confidence, bool outcome, TimeSpan delay) => _delays?.Find(time)?.Add(delay, confidence, outcome);

    /// <summary>Takes back an <see cref="AddLabel"/> with the same arguments.</summary>
    public void RemoveLabel(EventTime time, double confidence, bool outcome, TimeSpan delay) => _delays?.Find(time)?.Remove(delay, confidence, outcome);

    /// <summary>Takes the next mature pane, in order of time, each once.</summary>
    public void Observe(EventTime paneStart, CalibrationSketch pane)
    {
        _mature.Add(paneStart, pane);
        if (Reference is { } reference && paneStart >= reference.To) _coverage.Observe(paneStart, pane, reference);
    }

    /// <summary>Takes the next pane that event time has passed: its predictions are in, its labels need not be.</summary>
    public void ObservePredictions(EventTime paneStart, CalibrationSketch pane)
    {
        _closed.Add(paneStart, pane);
        _volume?.Add(paneStart, pane.Predictions);
    }

    /// <summary>Takes the next window of latencies that event time has passed.</summary>
    public void ObserveLatency(EventTime start, LatencySketch window) => (_latency ??= _makeLatency()).Add(start, window);

    /// <summary>Says that no mature pane that ends at or before <paramref name="matureUntil"/> will come any more. Before panes that have just closed are observed.</summary>
    public void MatureTo(EventTime matureUntil)
    {
        _mature.AdvanceTo(matureUntil);
        Take(_builder?.AdvanceTo(matureUntil));
        _coverage.AdvanceTo(matureUntil);
        _delays?.AdvanceTo(matureUntil);
    }

    /// <summary>Says that no pane and no window of latencies that ends at or before <paramref name="watermark"/> will close any more.</summary>
    public void CloseTo(EventTime watermark)
    {
        _closed.AdvanceTo(watermark);
        _volume?.AdvanceTo(watermark);
        _latency?.AdvanceTo(watermark);
    }

    /// <summary>The claims are those of an accepted fix: what they were before is no measure of them. Another reference is gathered from the next window on, and what was compared with the old one is forgotten.</summary>
    /// <param name="from">Windows that start at or after this belong to the new one.</param>
    /// <returns>False where the configuration says which stretch is the reference: that stands.</returns>
    /// <remarks>Volume goes by the hours of the week, and latencies have a reference of their own: no map changes them.</remarks>
    public bool Renew(EventTime from)
    {
        var early = _terms.Options;
        if (early.Reference.To is not null) return false;
        (Reference, _builder) = (null, Builder(from));
        (_predictions, _outcomes) = (new(early), new(early));
        if (_labels is not null) _labels = new(early, _terms.ExpectsLabels);
        _coverage.Forget();
        return true;
    }

    public EarlyWarningSnapshot Capture() => new()
    {
        Reference = Reference is { } reference ? ReferenceSnapshot.Of(reference) : null,
        GatheringSince = _builder?.From,
        Gathered = _builder?.Labeled ?? 0,
        Predictions = _predictions.Newest,
        Scores = _scores,
        Outcomes = _outcomes.Newest,
        Volume = _volume?.Newest,
        Labels = _labels?.Newest,
        Latency = _latency?.Newest,
        AdaptiveAlpha = _coverage.Alpha,
        Coverage = _coverage.Detector,
        Warnings = [.. Warnings().OfType<Warning>().OrderBy(warning => warning.Kind)],
    };

    public void Exchange(StateExchange state)
    {
        ExchangeComparisons(state);
        if (state.Version > 1) ExchangePredictionSets(state);
    }

    /// <summary>All but what watches the prediction sets; in version 1 that stood among it.</summary>
    public void ExchangeComparisons(StateExchange state)
    {
        state.Mark("early warning");
        Reference = state.Kept(Reference, (each, reference) => ReferenceWindow.Exchange(each, reference, _view, _grid));
        if (Reference is not null) _builder = null;
        else if (state.IsReading) _builder = Builder();
        _builder?.Exchange(state);
        _closed.Exchange(state);
        _mature.Exchange(state);
        _predictions.Exchange(state);
        _outcomes.Exchange(state);
        if (state.Version == 1) ExchangePredictionSets(state);
        _volume?.Exchange(state);
        _labels?.Exchange(state);
        _delays?.Exchange(state);
        _scores = state.Kept(_scores, ScoreStatistics.Exchange);
        if (state.Version > 2) state.Exchange(ref _latency, _makeLatency);
    }

    /// <summary>What watches the prediction sets, which depends on settings of its own; after <see cref="ExchangeComparisons"/>, and left out where it starts over.</summary>
    public void ExchangePredictionSets(StateExchange state) => _coverage.Exchange(state, Reference);

    private ReferenceBuilder Builder(EventTime? since = null) => new(_terms.Options.Reference, _view, _terms.Options.MinPredictions, _grid, since);

    private IEnumerable<Warning?> Warnings() => [.. _predictions.Warnings, .. _outcomes.Warnings, .. _volume?.Warnings ?? [], .. _labels?.Warnings ?? [], .. _coverage.Warnings, .. _latency?.Warnings ?? []];

    private void CloseWindow(EventTime start, EventTime end, CalibrationSketch window)
    {
        // By time, not by what came first: a jump of event time must give what small steps give.
        if (Reference is { } reference && end >= reference.To + _maturity) _predictions.Judge(start, end, window, reference);
    }

    private void MatureWindow(EventTime start, EventTime end, CalibrationSketch window)
    {
        _scores = ScoreStatistics.Of(window);
        if (Reference is { } reference) _outcomes.Judge(start, end, window, reference, _coverage.Sets);
        else Take(_builder?.Add(start, end, window));
    }

    // What was gathered is not needed any more.
    private void Take(ReferenceWindow? reference)
    {
        if (reference is not null) (Reference, _builder) = (reference, null);
    }
}

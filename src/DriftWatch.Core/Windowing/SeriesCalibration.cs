using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Windowing;

/// <summary>The calibration of one series over event time: panes, tumbling windows and total.</summary>
/// <remarks>
/// <para>Time is that of the prediction; an outcome counts where its prediction does. A pane lives until the watermark has passed its end by
/// the retention R: by then no record can reach it. A window is the union of its panes, to the bit, at every moment; sealing changes no number.</para>
/// <para>Call in this order when the watermark moves: expire predictions (which may add outcomes), take what is mature, then <see cref="Seal"/>.</para>
/// </remarks>
public sealed partial class SeriesCalibration
{
    private readonly SketchPool _pool;
    private readonly PaneRing _panes;
    private readonly WindowStore[] _books; // in the order of the options
    private readonly OpenWindow _total;
    private readonly BinCounters _bins;
    private readonly CalibrationSketch _mature; // all panes that had their turn, and what has come to them since; follows from total and panes
    private bool _knowsMature = true;
    private readonly TimeSpan _pane;
    private readonly EventTime _origin;
    private readonly TimeSpan _maturity;
    private readonly TimeSpan _retention;
    private Pane? _newest; // of predictions: they come roughly in order
    private Pane? _newestOutcome; // of outcomes: they trail behind

    /// <param name="options">Widths, ages and bounds.</param>
    /// <param name="view">What the confidences mean.</param>
    /// <param name="pool">Sketches for panes, of the options' grid, shared by the series of one thread; null: one of its own.</param>
    /// <param name="keepsSketches">Whether pictures carry the sketches of the newest mature windows and of the total.</param>
    /// <param name="keepsState">Whether its state is written in chunks: a window that is sealed then keeps its sketch until it is written.</param>
    public SeriesCalibration(WindowOptions options, View view, SketchPool? pool = null, bool keepsSketches = false, bool keepsState = false)
    {
        _pool = pool ?? new SketchPool(grid: options.Grid);
        Debug.Assert(_pool.Grid.CutsAs(options.Grid), "panes are added to windows by bin");
        _pane = options.Pane;
        _origin = options.Origin;
        _maturity = options.Maturity;
        _retention = options.Retention > _maturity ? options.Retention : _maturity; // whatever the policy says, no pane is sealed before its turn
        _panes = new PaneRing(options.MaxPanes);
        _books = [.. options.Windows.Select(width => new WindowStore(width, _origin, view, options.WindowHistory, options.Grid, keepsSketches, keepsState))];
        _total = new OpenWindow(EventTime.Earliest, EventTime.Latest, view, options.Grid);
        _bins = new BinCounters(_total.Sketch.Grid, options.ExportedBins);
        _mature = new CalibrationSketch(_total.Sketch.Grid);
    }

    /// <summary>Predictions, labeled or not, since the start.</summary>
    public long Predictions => _total.Sketch.Predictions;

    /// <summary>Labeled predictions since the start.</summary>
    public long Labeled => _total.Sketch.Labeled;

    /// <summary>Panes held now.</summary>
    public int Panes => _panes.Count;

    /// <summary>Predictions and outcomes that found no pane: there were <see cref="WindowOptions.MaxPanes"/>, or it was sealed.</summary>
    public long Refused { get; private set; }

    /// <summary>Labeled predictions of the mature panes.</summary>
    public long MatureLabeled => Mature.Labeled;

    /// <summary>Sum of squared errors over the mature panes.</summary>
    public double SquaredErrorSum => Mature.SumSquaredError;

    /// <summary>Sum of the log loss over the mature panes.</summary>
    public double LogLossSum => Mature.SumLogLoss;

    /// <summary>Cumulative sums of the exported bins, over the mature panes: while labels still come, those that are in are not like those that are not.</summary>
    public IReadOnlyList<BinCounter> Bins => _bins.Capture(Mature);

    /// <summary>What has matured. After a restore it is found again: everything but the panes that wait for their turn.</summary>
    private CalibrationSketch Mature
    {
        get
        {
            if (_knowsMature) return _mature;
            _mature.Clear();
            _mature.Merge(_total.Sketch);
            foreach (var pane in _panes.Panes)
            {
                if (!pane.Judged) _mature.Subtract(pane.Sketch);
            }

            _knowsMature = true;
            return _mature;
        }
    }

    /// <summary>Counts a prediction.</summary>
    /// <returns>False if it found no room (see <see cref="Refused"/>).</returns>
    public bool AddPrediction(EventTime time, double confidence, SamplingWeight weight = default)
    {
        var pane = _newest;
        if (pane is null || time < pane.Start || time >= pane.End)
        {
            pane = GetOrCreate(time);
            if (pane is null) return false;
            _newest = pane;
        }

        var one = new Claim(pane.Sketch.Grid, confidence, weight);
        pane.AddPrediction(one);
        _total.AddPrediction(one);
        if (pane.Judged) Mature.AddPrediction(one);
        return true;
    }

    /// <summary>Adds the outcome of a prediction that was counted.</summary>
    /// <param name="time">The prediction's time.</param>
    /// <param name="confidence">The prediction's confidence.</param>
    /// <param name="outcome">Whether the event came true.</param>
    /// <param name="choice">How it came to be labeled.</param>
    /// <returns>False if the prediction had found no room (see <see cref="Refused"/>).</returns>
    public bool AddOutcome(EventTime time, double confidence, bool outcome, LabelChoice choice = default)
    {
        if (!TryFind(time, out var pane)) return false;
        var one = new Contribution(pane.Sketch.Grid, confidence, outcome, choice);
        pane.Add(one);
        _total.Add(one);
        if (pane.Judged) Mature.Add(one);
        if (pane.Judged) _bins.Add(one);
        return true;
    }

    /// <summary>Takes back an <see cref="AddOutcome"/> with the same arguments, exactly: a label was corrected.</summary>
    /// <returns>False if the prediction had found no room (see <see cref="Refused"/>).</returns>
    public bool RemoveOutcome(EventTime time, double confidence, bool outcome, LabelChoice choice = default)
    {
        if (!TryFind(time, out var pane)) return false;
        var one = new Contribution(pane.Sketch.Grid, confidence, outcome, choice);
        pane.Remove(one);
        _total.Remove(one);
        if (pane.Judged) Mature.Remove(one);
        if (pane.Judged) _bins.Remove(one);
        return true;
    }

    /// <summary>When the next pane is mature; null: none waits.</summary>
    public EventTime? NextMature => _panes.NextEnd + _maturity;

    /// <summary>The next pane that is mature (end + M ≤ watermark) and had no turn yet: in order of time, each once.</summary>
    /// <remarks>
    /// A pane that comes to be behind one that had its turn is not handed out. Without predictions there is no pane. Panes that nobody takes are
    /// sealed untaken.
    /// </remarks>
    public bool TryTakeMature(EventTime watermark, [NotNullWhen(true)] out Pane? pane)
    {
        var mature = Mature; // as it was before this turn
        if (!_panes.TryTakeMature(watermark - _maturity, out pane)) return false;
        mature.Merge(pane.Sketch);
        _bins.Add(pane.Sketch);
        return true;
    }

    /// <summary>The next pane that event time has passed (end ≤ watermark) and was not taken so: in order of time, each once. Its predictions are in, its labels need not be.</summary>
    /// <remarks>A pane that comes to be behind one that was taken is not handed out.</remarks>
    public bool TryTakeClosed(EventTime watermark, [NotNullWhen(true)] out Pane? pane) => _panes.TryTakeClosed(watermark, out pane);

    /// <summary>The end of the newest pane that ends at or before a moment; null: none is held.</summary>
    public EventTime? LastClosed(EventTime watermark) => _panes.Panes.LastOrDefault(pane => pane.End <= watermark)?.End;

    /// <summary>The end of the oldest pane that starts at or after a moment and ends at or before another; null: none is held.</summary>
    public EventTime? FirstClosed(EventTime from, EventTime watermark) => _panes.Panes.FirstOrDefault(pane => pane.Start >= from) is { } pane && pane.End <= watermark ? pane.End : null;

    /// <summary>Drops panes, and turns windows into records, that the watermark has passed by the retention.</summary>
    public void Seal(EventTime watermark)
    {
        var horizon = watermark - _retention;
        _panes.Seal(horizon, LetGo);
        foreach (var book in _books) book.Seal(horizon);
    }

    /// <summary>The windows by width, in the order of <see cref="WindowOptions.Windows"/>. Only what changed is computed again.</summary>
    /// <param name="watermark">How far event time has come; null: no window is mature.</param>
    public IReadOnlyList<WindowSeries> Windows(EventTime? watermark)
    {
        EventTime? maturity = watermark is { } w ? w - _maturity : null;
        return [.. _books.Select(book => book.Capture(maturity))];
    }

    /// <summary>A copy of all that was counted since the start.</summary>
    public CalibrationSketch CopyTotal() => _total.Sketch.Clone();

    /// <summary>Everything since the start, as one window over all of event time.</summary>
    public WindowSnapshot Total() => _total.Capture(mature: false);

    private bool TryFind(EventTime time, [NotNullWhen(true)] out Pane? pane)
    {
        pane = _newestOutcome;
        if (pane is not null && time >= pane.Start && time < pane.End) return true;
        if (_panes.TryGet(time.FloorTo(_pane, _origin), out pane))
        {
            _newestOutcome = pane;
            return true;
        }

        Refused++;
        return false;
    }

    private Pane? GetOrCreate(EventTime time)
    {
        var start = time.FloorTo(_pane, _origin);
        if (_panes.TryGet(start, out var known)) return known;
        var end = start + _pane;
        if (!_panes.HasRoomFor(end))
        {
            Refused++;
            return null;
        }

        return Add(start);
    }

    private Pane Add(EventTime start)
    {
        OpenWindow[] windows = [.. _books.Select(book => book.Covering(start)).OfType<OpenWindow>()];
        var end = start + _pane;
        var pane = new Pane(start, end, _pool.Rent(), windows, _panes.IsPast(end));
        _panes.Add(pane);
        return pane;
    }

    private void LetGo(Pane pane)
    {
        if (ReferenceEquals(pane, _newest)) _newest = null;
        if (ReferenceEquals(pane, _newestOutcome)) _newestOutcome = null;
        if (pane.IsStored) _gone.Add(pane.Start);
        if (!pane.Judged) Mature.Merge(pane.Sketch);
        if (!pane.Judged) _bins.Add(pane.Sketch);
        _pool.Return(pane.Sketch);
    }
}

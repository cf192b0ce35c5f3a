using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Drift;

/// <summary>The threshold rule with hysteresis on tumbling windows (statistics §6.7, simple mode).</summary>
/// <remarks>
/// Raises when the lower end of the ECE's interval exceeds <see cref="ThresholdOptions.Raise"/> in k windows in a row, clears when the
/// upper end is below <see cref="ThresholdOptions.Clear"/> in k windows in a row. Windows with too few labeled predictions neither
/// start nor end a run. The interval, not the value, is compared: the plug-in ECE of a calibrated model is above zero at any size.
/// State: two sketches and a counter. It states no false-alarm rate.
/// </remarks>
public sealed class ThresholdDetector(ThresholdOptions options, View view, TimeSpan maturity, EventTime origin, Grid? grid = null) : IDriftDetector
{
    private readonly CalibrationSketch _window = new(grid ?? Grid.H188);
    private readonly CalibrationSketch _run = new(grid ?? Grid.H188);
    private TumblingWindow _open = new(options.Window, origin);
    private EventTime _runStart;
    private int _runLength;
    private bool _drifting;
    private EventTime? _proofFrom;
    private int _proofLength;

    public string Rule => DriftRule.Threshold.Name;

    public void Observe(EventTime paneStart, CalibrationSketch pane, List<Finding> findings)
    {
        if (_open.MoveTo(paneStart) is { } ended) Close(ended, findings);
        _window.Merge(pane);
    }

    public void AdvanceTo(EventTime matureUntil, List<Finding> findings)
    {
        if (_open.AdvanceTo(matureUntil) is { } ended) Close(ended, findings);
    }

    public void EndEpisode()
    {
        (_drifting, _runLength) = (false, 0);
        (_proofFrom, _proofLength) = (null, 0);
        _run.Clear();
    }

    public void ProveFrom(EventTime since) => (_proofFrom, _proofLength) = (since, 0);

    public void Exchange(StateExchange state)
    {
        state.Mark("threshold");
        _window.Exchange(state);
        _run.Exchange(state);
        _open.Exchange(state);
        state.Exchange(ref _runStart);
        state.Exchange(ref _runLength);
        state.Exchange(ref _drifting);
        if (state.Version < ChunkFormat.Answers) return;
        state.Exchange(ref _proofFrom);
        state.Exchange(ref _proofLength);
    }

    private void Close(EventTime start, List<Finding> findings)
    {
        var end = start + options.Window;
        var found = Judge(start, end);
        findings.Add(found);
        if (found.Kind == FindingKind.Recovered) _proofFrom = null;
        else if (found.Kind == FindingKind.Drift && _proofFrom <= start) Prove(_proofFrom.Value, end, findings);
        _window.Clear();
    }

    /// <summary>As many windows in a row as an alarm takes, all of them after the fix.</summary>
    private void Prove(EventTime since, EventTime end, List<Finding> findings)
    {
        _proofLength = _window.Report(view).EceLower > options.Raise ? _proofLength + 1 : 0;
        if (_proofLength < options.Windows) return;
        (_proofFrom, _proofLength) = (null, 0);
        findings.Add(new(FindingKind.Continues, end + maturity, since, end, _window.Clone(), Directions.Of(_window)));
    }

    private Finding Judge(EventTime start, EventTime end)
    {
        var decided = end + maturity;
        var report = _window.Report(view);
        if (_window.Labeled < Math.Max(1, options.MinLabeled)) return new(FindingKind.Insufficient, decided, start, end);

        bool counts = _drifting ? report.EceUpper < options.Clear : report.EceLower > options.Raise;
        if (!counts)
        {
            _runLength = 0;
            _run.Clear();
            return _drifting
                ? new(FindingKind.Drift, decided, start, end, _window.Clone(), Directions.Of(_window))
                : new(FindingKind.Quiet, decided, start, end);
        }

        if (_runLength++ == 0) _runStart = start;
        _run.Merge(_window);
        bool complete = _runLength >= options.Windows;
        var finding = (_drifting, complete) switch
        {
            (false, false) => new Finding(FindingKind.Gathering, decided, _runStart, end),
            (false, true) => new Finding(FindingKind.Drift, decided, _runStart, end, _run.Clone(), Directions.Of(_run)),
            (true, false) => new Finding(FindingKind.Drift, decided, start, end, _window.Clone(), Directions.Of(_window)),
            (true, true) => new Finding(FindingKind.Recovered, decided, _runStart, end, _run.Clone()),
        };
        if (complete)
        {
            _drifting = !_drifting;
            _runLength = 0;
            _run.Clear();
        }

        return finding;
    }
}

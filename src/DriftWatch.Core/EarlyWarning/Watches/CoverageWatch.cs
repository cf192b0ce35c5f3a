using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning.Watches;

/// <summary>Watches what prediction sets made from the reference cover, pane by pane.</summary>
/// <remarks>
/// Each labeled prediction with an answer is a claim of 1 − alpha whose outcome is "covered": the model's own calibration detector, betting on
/// shifts downwards only, then watches coverage with the same stated false-alarm rate. Where dependence is measured its blocks look both ways; only too little
/// coverage is told.
/// </remarks>
internal sealed class CoverageWatch
{
    private readonly ConformalOptions _options;
    private readonly View _view;
    private readonly CalibrationSketch _covered;
    private readonly Func<IDriftDetector>? _makeDetector;
    private readonly List<Finding> _findings = [];
    private AdaptiveAlpha? _adaptive;
    private ReferenceWindow? _reference;
    private PredictionSets? _adapted;
    private IDriftDetector? _detector;
    private Warning? _warning;

    public CoverageWatch(SeriesKey key, EarlyWarningTerms terms)
    {
        var windows = terms.Windows;
        _options = terms.Options.Conformal;
        _view = key.View;
        _covered = new CalibrationSketch(windows.Grid);
        _adaptive = MakeAdaptive();
        if (key.Slice is not null) return;
        var drift = terms.Watch.Drift with { Tolerance = _options.Tolerance, LogOddsTolerance = 0, Missing = MissingLabels.Ignore, NullHypothesis = NullHypothesis.Conditional, Question = Question.Miscalibrated };
        _makeDetector = () => new EsrDetector(drift, windows.Pane, windows.Maturity, windows.Origin, components: TiltComponents.OneSided(windows.Grid, upwards: false));
        _detector = _makeDetector();
    }

    /// <summary>The sets of the reference; null before there is one, and where none can be made.</summary>
    public PredictionSets? Sets { get; private set; }

    /// <summary>The alpha to ask for now; null before there is a reference, and for top label.</summary>
    public double? Alpha => _reference is null ? null : _adaptive?.Value;

    public IEnumerable<Warning?> Warnings => [_warning];

    /// <summary>Where the detector stands; null before anything was watched.</summary>
    public DetectorSnapshot? Detector => Sets is null ? null : _detector?.Capture();

    /// <summary>Takes the next mature pane after the reference.</summary>
    public void Observe(EventTime paneStart, CalibrationSketch pane, ReferenceWindow reference)
    {
        if (_reference is null) Watch(reference);

        if (_adapted is not null && pane.Labeled > 0)
        {
            _adaptive!.Update(_adapted.Read(pane));
            _adapted = _adaptive.Sets(reference.Sketch);
        }

        if (_detector is null || Sets?.Read(pane) is not { Labeled: > 0 } reading) return;
        _covered.Clear();
        Add(true, reading.Covered);
        Add(false, reading.Labeled - reading.Covered);
        _detector.Observe(paneStart, _covered, _findings);
        Report();
    }

    /// <summary>Says that no pane that ends at or before <paramref name="matureUntil"/> will come any more.</summary>
    public void AdvanceTo(EventTime matureUntil)
    {
        if (_detector is null || Sets is null) return;
        _detector.AdvanceTo(matureUntil, _findings);
        Report();
    }

    /// <summary>Its reference is none any more: it waits for the next one.</summary>
    public void Forget()
    {
        (_reference, Sets, _adapted, _warning) = (null, null, null, null);
        (_adaptive, _detector) = (MakeAdaptive(), _makeDetector?.Invoke());
    }

    /// <summary>Keeps its state; sets follow from the reference, which the series keeps.</summary>
    public void Exchange(StateExchange state, ReferenceWindow? reference)
    {
        state.Mark("coverage");
        bool watching = state.Kept(_reference is not null);
        _adaptive?.Exchange(state);
        _detector?.Exchange(state);
        _warning = state.Kept(_warning, Warning.Exchange);
        if (state.IsReading && watching) Watch(reference ?? throw new StateFormatException("Coverage is watched without a reference."));
    }

    private AdaptiveAlpha? MakeAdaptive() => _view == View.Binary ? new(_options.Alpha, _options.Gamma) : null;

    private void Watch(ReferenceWindow reference)
    {
        _reference = reference;
        Sets = PredictionSets.Of(reference.Sketch, _options.Alpha, _view);
        _adapted = _adaptive?.Sets(reference.Sketch);
    }

    private void Add(bool covered, long times)
    {
        if (times > 0) _covered.AddRepeated(new Contribution(_covered.Grid, 1 - _options.Alpha, covered), times);
    }

    private void Report()
    {
        foreach (var finding in _findings)
        {
            if (finding is { Kind: FindingKind.Drift, Direction: Direction.ShiftDown, Evidence: { Labeled: > 0 } evidence }) _warning = Of(finding.Onset, evidence);
            else if (finding.Kind == FindingKind.Recovered) _warning = null;
        }

        _findings.Clear();
    }

    private Warning Of(EventTime onset, CalibrationSketch evidence)
    {
        double covered = (double)evidence.Positives / evidence.Labeled;
        double target = 1 - _options.Alpha;
        double z = (covered - target) / Math.Sqrt(target * _options.Alpha / evidence.Labeled);
        string what = _view == View.Binary ? "Prediction sets hold what happened" : $"The top class is right, where it is claimed with {Words.Percent(Sets!.Threshold)} or more,";
        return new(WarningKind.Coverage, $"{what} in {Words.Percent(covered)} of the cases since {Words.Time(onset)}, {Words.Percent(target)} were promised.", onset, target - covered, z);
    }
}

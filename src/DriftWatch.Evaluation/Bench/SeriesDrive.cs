using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Time;

namespace DriftWatch.Evaluation.Bench;

/// <summary>Drives a detector of the product: panes of so many predictions, at an even pace of event time.</summary>
internal sealed class SeriesDrive(EsrDetector detector, int perPane, TimeSpan pane)
{
    private readonly CalibrationSketch _pane = new(Grid.Default);
    private readonly List<Finding> _findings = [];
    private int _panes;

    /// <summary>Predictions so far.</summary>
    public int Seen { get; private set; }

    /// <summary>Episodes opened so far.</summary>
    public int Episodes { get; private set; }

    /// <summary>The newest finding that opened an episode.</summary>
    public Finding? Fired { get; private set; }

    /// <summary>At how many predictions it came.</summary>
    public int FiredAt { get; private set; }

    private bool _running;

    public static EsrDetector Independent(double tolerance) => new(
        new DriftOptions
        {
            Tolerance = tolerance,
            LogOddsTolerance = 0,
            Dependence = Dependence.Independent,
            Guarantee = Guarantee.Predictions,
            Missing = MissingLabels.Ignore,
        },
        TimeSpan.FromSeconds(10),
        TimeSpan.Zero,
        components: TiltComponents.Of(Grid.Default));

    /// <summary>Where a prediction lies on the axis of an onset.</summary>
    public double PredictionsAt(EventTime time) => time.Milliseconds / pane.TotalMilliseconds * perPane;

    public void Add(double p, bool y)
    {
        _pane.AddPrediction(p);
        _pane.AddOutcome(p, y);
        Seen++;
        if (_pane.Labeled < perPane) return;
        var start = EventTime.Earliest + (_panes++ * pane);
        detector.Observe(start, _pane, _findings);
        detector.AdvanceTo(start + pane, _findings);
        _pane.Clear();
        foreach (var finding in _findings) Take(finding);
        _findings.Clear();
    }

    private void Take(in Finding finding)
    {
        if (finding.Kind == FindingKind.Recovered) _running = false;
        if (finding.Kind != FindingKind.Drift || _running) return;
        _running = true;
        Episodes++;
        Fired = finding;
        FiredAt = Seen;
    }
}

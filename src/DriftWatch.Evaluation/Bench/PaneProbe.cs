using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Time;

namespace DriftWatch.Evaluation.Bench;

/// <summary>The rules that see panes of a sketch: the sequential detector at several tolerances, and thresholds on windows.</summary>
internal sealed class PaneProbe : Probe
{
    public const int Pane = 500;
    private const int WindowPanes = 4;

    private static readonly TiltComponents Components = TiltComponents.Of(Grid.Default);

    private readonly CalibrationSketch _pane = new(Grid.Default);
    private readonly CalibrationSketch _window = new(Grid.Default);
    private readonly double[] _gains = new double[Components.Count];
    private readonly List<Sequential?> _sequential;
    private readonly Runs[] _runs;
    private readonly RuleSpec[] _rules;
    private readonly double[] _statistics;
    private int _panes;
    private int _windowRules;

    /// <param name="sequential">Tolerances of the sequential detector.</param>
    /// <param name="windows">Whether thresholds on windows look too.</param>
    public PaneProbe(IReadOnlyList<(RuleSpec Rule, double Tolerance, double LogOdds)> sequential, bool windows)
    {
        _sequential = [.. sequential.Select(one => new Sequential(new(Components), new(one.Tolerance, one.LogOdds)))];
        _rules = [.. sequential.Select(one => one.Rule), .. windows ? RuleSet.Windows : []];
        _statistics = new double[_rules.Length];
        _windowRules = windows ? RuleSet.Windows.Count : 0;
        _runs = [.. Enumerable.Range(0, _windowRules).Select(i => new Runs(i == 0 ? 1 : 3))];
    }

    public override IReadOnlyList<RuleSpec> Rules => _rules;

    public override double Statistic(int rule) => _statistics[rule];

    public override void Drop(int rule)
    {
        if (rule < _sequential.Count) _sequential[rule] = null;
        else _windowRules--;
    }

    public override bool Add(in Draw draw)
    {
        _pane.AddPrediction(draw.P);
        _pane.AddOutcome(draw.P, draw.Y);
        if (_pane.Labeled < Pane) return false;
        for (int i = 0; i < _sequential.Count; i++)
        {
            if (_sequential[i] is { } one) _statistics[i] = Advance(one);
        }

        if (_windowRules > 0) CloseWindows();
        _pane.Clear();
        _panes++;
        return true;
    }

    private double Advance(Sequential one)
    {
        Array.Clear(_gains);
        TiltEvidence.Add(_pane, Components, one.Band, MissingLabels.Ignore, _gains);
        one.Mixture.Advance(new EventTime(_panes * 1000L), _gains, 1, Pane);
        return Math.Log(one.Mixture.Evidence);
    }

    private void CloseWindows()
    {
        int at = _sequential.Count;
        _statistics[at] = _runs[0].Next(CalibrationError.Expected(_pane) ?? 0);
        _window.Merge(_pane);
        if (_panes % WindowPanes != WindowPanes - 1) return;
        _statistics[at + 1] = _runs[1].Next(CalibrationError.Expected(_window) ?? 0);
        _statistics[at + 2] = _runs[2].Next(CalibrationError.Debiased(_window) ?? 0);
        _statistics[at + 3] = _runs[3].Next(Intervals.Expected(_window)?.Lower ?? 0);
        _window.Clear();
    }

    private sealed record Sequential(TiltMixture Mixture, NullBand Band);

    /// <summary>What all of the last so many windows exceed.</summary>
    private sealed class Runs(int length)
    {
        private readonly Queue<double> _last = new(length);

        public double Next(double value)
        {
            if (_last.Count == length) _last.Dequeue();
            _last.Enqueue(value);
            return _last.Count == length ? _last.Min() : 0;
        }
    }
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>Lets a rule that sees labeled predictions one by one watch a series.</summary>
/// <remarks>
/// Labeled predictions wait until the watermark has passed their arrival and are then judged in order of event time, so that how partitions
/// interleave decides nothing. These rules know no recovery and no onset: an alarm ends the running episode and opens the next, and the
/// evidence is the newest <see cref="Block"/> to twice as many labeled predictions, of those since the alarm before. A correction comes too
/// late for them: the first outcome stands. State: the rule's, two sketches, and what waits.
/// </remarks>
public sealed class PairRuleDetector : IDriftDetector
{
    /// <summary>Labeled predictions that evidence is gathered in.</summary>
    public const int Block = 500;

    /// <summary>What may wait; past it everything is judged at once, in the order it has.</summary>
    private const int MaxWaiting = 1 << 20;

    private readonly IPairRule _rule;
    private readonly TimeSpan _maturity;
    private readonly List<LabeledPrediction> _waiting = [];
    private Evidence _before;
    private Evidence _newest;
    private EventTime? _lastOnset;
    private RuleSignal _said;
    private bool _started;
    private bool _running;

    public PairRuleDetector(PairRule rule, PairRuleOptions options, View view, TimeSpan maturity, Grid? grid = null)
    {
        Rule = rule.Name;
        _rule = rule.Make(options, view);
        _maturity = maturity;
        (_before, _newest) = (new(grid ?? Grid.H188), new(grid ?? Grid.H188));
    }

    public string Rule { get; }

    public void Add(in LabeledPrediction pair) => _waiting.Add(pair);

    /// <summary>Panes say nothing to these rules.</summary>
    public void Observe(EventTime paneStart, CalibrationSketch pane, List<Finding> findings)
    {
    }

    public void AdvanceTo(EventTime matureUntil, List<Finding> findings)
    {
        if (_waiting.Count == 0) return;
        var watermark = _waiting.Count < MaxWaiting ? matureUntil + _maturity : EventTime.Latest;
        _waiting.Sort(LabeledPrediction.ByArrival);
        int ready = 0;
        while (ready < _waiting.Count && _waiting[ready].Arrived < watermark) Judge(_waiting[ready++], findings);
        _waiting.RemoveRange(0, ready);
    }

    public void EndEpisode() => _running = false;

    public DetectorSnapshot Capture() => new() { Rule = Rule, Statistic = _rule.Chart?.Statistic, Limit = _rule.Chart?.Limit };

    public void Exchange(StateExchange state)
    {
        state.Mark("pairs");
        _rule.Exchange(state);
        state.Exchange(_waiting, static (StateExchange each, ref LabeledPrediction pair) => pair = LabeledPrediction.Exchange(each, pair));
        _before.Exchange(state);
        _newest.Exchange(state);
        state.Exchange(ref _lastOnset);
        state.Exchange(ref _said);
        state.Exchange(ref _started);
        state.Exchange(ref _running);
    }

    private void Judge(in LabeledPrediction pair, List<Finding> findings)
    {
        if (_newest.Labeled == Block)
        {
            (_before, _newest) = (_newest, _before);
            _newest.Clear();
        }

        _newest.Add(pair);
        var signal = _rule.Update(pair.Confidence, pair.Outcome);
        if (signal == RuleSignal.Change) Alarm(pair, findings);
        else if (!_running && (signal != _said || !_started)) findings.Add(Say(signal, pair));
        (_said, _started) = (signal, true);
    }

    private static Finding Say(RuleSignal signal, in LabeledPrediction pair) => new(
        signal == RuleSignal.Warning ? FindingKind.Gathering : FindingKind.Quiet, pair.Arrived, pair.Predicted, pair.Predicted);

    private void Alarm(in LabeledPrediction pair, List<Finding> findings)
    {
        var evidence = _before.Sketch.Clone();
        evidence.Merge(_newest.Sketch);
        var (onset, until) = (EventTime.Min(_before.From, _newest.From), EventTime.Max(_before.Until, _newest.Until));
        // An episode is known by its onset: no two of a series may share one.
        if (_lastOnset is { } last && onset <= last) onset = last + TimeSpan.FromMilliseconds(1);
        _lastOnset = onset;
        if (_running) findings.Add(new(FindingKind.Recovered, pair.Arrived, onset, EventTime.Max(onset, until)));
        findings.Add(new(FindingKind.Drift, pair.Arrived, onset, EventTime.Max(onset, until), evidence, Directions.Of(evidence)) { Detector = Capture() });
        _running = true;
        _before.Clear();
        _newest.Clear();
    }

    /// <summary>Labeled predictions that came one after the other, and when they were made.</summary>
    private sealed class Evidence(Grid grid)
    {
        public CalibrationSketch Sketch { get; } = new(grid);

        public long Labeled => Sketch.Labeled;

        public EventTime From { get; private set; } = EventTime.Latest;

        public EventTime Until { get; private set; } = EventTime.Earliest;

        public void Add(in LabeledPrediction pair)
        {
            Sketch.AddPrediction(pair.Confidence);
            Sketch.AddOutcome(pair.Confidence, pair.Outcome);
            From = EventTime.Min(From, pair.Predicted);
            Until = EventTime.Max(Until, pair.Predicted);
        }

        public void Clear()
        {
            Sketch.Clear();
            (From, Until) = (EventTime.Latest, EventTime.Earliest);
        }

        public void Exchange(StateExchange state)
        {
            Sketch.Exchange(state);
            From = state.Kept(From);
            Until = state.Kept(Until);
        }
    }
}

using DriftWatch.Core.Agreement;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Serving;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Monitoring;

/// <summary>Everything kept for one series: its calibration, the rule that watches it, and where its episode stands.</summary>
internal sealed partial class SeriesMonitor
{
    private readonly SeriesKey _key;
    private readonly ModelTerms _terms;
    private readonly TimeSpan _maturity;
    private readonly TimeSpan _retention;
    private readonly SeriesCalibration _calibration;
    private readonly IDriftDetector _detector;
    private readonly RecalibrationPolicy _policy;
    private readonly EarlyWarningMonitor? _early;
    private readonly GapSequence? _gap;
    private readonly RequestGate _gate;
    private readonly AlarmFamily _family;
    private readonly int _member;
    private readonly List<Finding> _findings = [];
    private readonly List<(EventTime End, Interval? Gap)> _gaps = [];
    private LatencyMonitor? _latency; // null before the first latency
    private SourceTally? _sources; // null where nobody asks who labels
    private long _predictions;
    private long _matched;
    private long _expired;
    private EventTime _firstPrediction = new(long.MaxValue);
    private EventTime? _lastPrediction;
    private EventTime? _lastMatch;
    private EventTime? _returned; // the end of its first pane after it had gone
    private EventTime? _lastPane; // with predictions, that event time has passed
    private SeriesSnapshot? _captured;
    private EventTime? _capturedAt;

    public SeriesMonitor(SeriesKey key, ModelTerms terms, SketchPool pool, RequestGate gate, AlarmFamily family, SharedOnset sharedOnset, bool keepsState = false)
    {
        var windows = terms.Windows;
        (_key, _terms, _gate, _family) = (key, terms, gate, family);
        (_maturity, _retention) = (windows.Maturity, windows.Retention);
        _calibration = new SeriesCalibration(windows, key.View, pool, key.IsWhole, keepsState);
        if (key.IsWhole) _gap = new GapSequence();
        if (key.IsWhole && terms.Model.Join.Sources.Count > 0) _sources = MakeSources();
        _detector = terms.Watch.Detector(key, windows, family, sharedOnset);
        if (_detector.Judges) _member = family.Join();
        _early = EarlyWarningMonitor.For(key, terms.EarlyWarning);
        _policy = new RecalibrationPolicy(terms.Monitor.Source, key, terms.Watch, gate);
    }

    /// <summary>Predictions and outcomes that found no pane.</summary>
    public long Refused => _calibration.Refused;

    public void AddPrediction(EventTime time, double confidence, SamplingWeight weight = default)
    {
        _calibration.AddPrediction(time, confidence, weight);
        _predictions++;
        if (time < _firstPrediction) See(time);
        if (!(_lastPrediction >= time)) _lastPrediction = time;
        _captured = null;
    }

    /// <summary>How long a prediction that was added took; parts and other looks leave it to the whole.</summary>
    public void AddLatency(EventTime time, ServingLatency latency)
    {
        if (!_key.IsWhole) return;
        (_latency ??= MakeLatency()).Add(time, latency);
        _captured = null;
    }

    public void AddOutcome(in LabeledPrediction pair)
    {
        if (_calibration.AddOutcome(pair.Predicted, pair.Confidence, pair.Outcome, pair.Choice)) _early?.AddLabel(pair.Predicted, pair.Confidence, pair.Outcome, pair.Arrived - pair.Predicted);
        _detector.Add(pair);
        _matched++;
        if (!(_lastMatch >= pair.Predicted)) _lastMatch = pair.Predicted;
        _captured = null;
    }

    /// <summary>Takes in what sources say of one of its predictions in place of what they said.</summary>
    public void Hear(in VerdictChange change)
    {
        _sources?.Move(change.Before, change.After);
        _captured = null;
    }

    private SourceTally MakeSources() => new(_terms.Model.Join.Sources);

    private void See(EventTime first)
    {
        _firstPrediction = first;
        if (_detector.Judges) _family.Saw(_member, first);
        Across?.Reckon();
    }

    /// <summary>Takes the place of an outcome that was counted before.</summary>
    /// <param name="pair">With the outcome that stands now.</param>
    /// <param name="before">The outcome that stood.</param>
    /// <param name="chosen">How it came to that.</param>
    /// <param name="delays">How late both labels were; null where nobody asks (views of a model that is watched already).</param>
    public void CorrectOutcome(in LabeledPrediction pair, bool before, LabelChoice chosen, (TimeSpan Before, TimeSpan After)? delays = null)
    {
        var (time, confidence, after) = (pair.Predicted, pair.Confidence, pair.Outcome);
        bool removed = _calibration.RemoveOutcome(time, confidence, before, chosen);
        bool added = _calibration.AddOutcome(time, confidence, after, pair.Choice);
        if (removed && delays is { } old) _early?.RemoveLabel(time, confidence, before, old.Before);
        if (added && delays is { } current) _early?.AddLabel(time, confidence, after, current.After);
        _captured = null;
    }

    /// <summary>Takes back an outcome that was counted before and is not known after all.</summary>
    public void RemoveOutcome(EventTime time, double confidence, bool outcome, LabelChoice chosen)
    {
        _calibration.RemoveOutcome(time, confidence, outcome, chosen);
        _matched--;
        _captured = null;
    }

    /// <summary>A prediction whose label never came.</summary>
    /// <param name="time">Its time.</param>
    /// <param name="confidence">Its confidence.</param>
    /// <param name="assumed">The outcome that it counts with; null: none.</param>
    public void Expire(EventTime time, double confidence, bool? assumed)
    {
        _expired++;
        _captured = null;
        if (assumed is not { } outcome) return;
        _calibration.AddOutcome(time, confidence, outcome);
        _detector.Add(new(time + _retention, time, confidence, outcome));
    }

    /// <summary>When its next pane is mature; null: none waits.</summary>
    public EventTime? NextMature => _calibration.NextMature;

    /// <summary>Judges the panes that are mature at <paramref name="watermark"/>, in order, once, and seals the old ones.</summary>
    public void AdvanceTo(EventTime watermark, List<(Finding Finding, SeriesMonitor Of)> findings)
    {
        if (_gap is not null) _gaps.Add((EventTime.Earliest, _gap.Current));
        while (_calibration.TryTakeMature(watermark, out Pane? pane))
        {
            if (_gap is not null)
            {
                _gap.Observe(pane.Sketch);
                _gaps.Add((pane.End, _gap.Current));
            }

            if (_policy.ProofUntil is { } until && pane.End > until) EndProof(until, findings);
            _early?.Observe(pane.Start, pane.Sketch);
            Across?.Take(_key.Version, pane.Start, pane.Sketch, _early?.Reference);
            // By time, so that a jump of event time gives what small steps give.
            if (_early?.Reference is { } reference && pane.Start >= reference.To) _detector.SetReference(reference.Calibration, reference.To);
            _detector.Observe(pane.Start, pane.Sketch, _findings);
        }

        _detector.AdvanceTo(watermark - _maturity, _findings);
        if (_policy.ProofUntil is { } end && end <= watermark - _maturity) EndProof(end, findings);
        if (_early is not null) See(_early, watermark);
        _latency?.AdvanceTo(watermark);
        _early?.CloseTo(watermark);
        // As it was when the data that was judged ended, so that a jump of event time tells what small steps do.
        Renewed = RenewedBy(findings);
        foreach (var finding in _findings) findings.Add((finding with { GapAtAllTimes = _gaps.FindLast(each => each.End <= finding.Until).Gap }, this));
        if (_findings.Count > 0) _captured = null;
        _findings.Clear();
        _gaps.Clear();
        if (_key.IsWhole && _calibration.LastClosed(watermark) is { } last && !(_lastPane >= last))
        {
            // A version that had gone, and is back: a rollback.
            if (Succession is not null) _returned = last;
            (_lastPane, Succession) = (last, null);
        }

        _calibration.Seal(watermark);
    }

    /// <summary>Says that no pane that ends at or before a moment will come any more, before panes that are mature are judged.</summary>
    public void JudgeTo(EventTime matureUntil) => _detector.AdvanceTo(matureUntil, _findings);

    private void See(EarlyWarningMonitor early, EventTime watermark)
    {
        early.MatureTo(watermark - _maturity);
        while (_calibration.TryTakeClosed(watermark, out Pane? pane)) early.ObservePredictions(pane.Start, pane.Sketch);
    }

    private LatencyMonitor MakeLatency() => new(_terms.Model.Latency.Window, _terms.Windows.Origin, _early is { } early ? early.ObserveLatency : null);

    /// <summary>Acts on a finding of its own.</summary>
    public RecalibrationRequest? Apply(in Finding finding, EpisodeLog episodes)
    {
        var before = _policy.Episode;
        bool ran = _policy.Running;
        var request = _policy.Apply(finding);
        // A rule knows that it has found the end; other ends it is told.
        if (ran && !_policy.Running && finding.Kind != FindingKind.Recovered) _detector.EndEpisode();
        if (_policy.Episode is { } episode) episodes.Note(before, episode);
        return request;
    }

    /// <summary>Its running episode, as other series of its version see it; null: none runs.</summary>
    public RelatedEpisode? Related => _policy.Related;

    /// <summary>Labeled predictions of panes that were mature.</summary>
    public long MatureLabeled => _calibration.MatureLabeled;

    /// <summary>When it began.</summary>
    public EventTime FirstPrediction => _firstPrediction;

    /// <summary>When its traffic began: of a version that had gone and came back, then.</summary>
    public EventTime Began => _returned ?? _firstPrediction;

    /// <summary>The end of its newest pane with predictions, of those that event time has passed; null: there was none.</summary>
    public EventTime? LastPane => _lastPane;

    /// <summary>The end of its first pane that begins at <paramref name="from"/> or later, of those that event time has passed and that are still held; null: there is none.</summary>
    public EventTime? FirstPane(EventTime from, EventTime watermark) => _calibration.FirstClosed(from, watermark);

    /// <summary>After how long without predictions it has gone, where another version has come.</summary>
    public TimeSpan SupersededAfter => _terms.Model.Requests.SupersededAfter;

    /// <summary>Which version has come in its place, and since when that is known; null: it goes on.</summary>
    public Succession? Succession { get; set; }

    /// <summary>Says so.</summary>
    public Finding? Superseded => Succession is { } known ? new(FindingKind.Superseded, known.At, _lastPane!.Value, known.At) { Successor = known.By } : null;

    /// <summary>What judges the model over all its versions; null: nothing does, or it is not the whole traffic of one.</summary>
    public AcrossVersionsMonitor? Across { get; set; }

    /// <summary>Whose it is.</summary>
    public SeriesKey Key => _key;

    /// <summary>What watches it.</summary>
    public IDriftDetector Detector => _detector;

    /// <summary>All traffic before its slices, then by name: an order that does not depend on who came first.</summary>
    public static int Compare(SeriesMonitor left, SeriesMonitor right) =>
        string.CompareOrdinal(left._key.Slice?.ToString(), right._key.Slice?.ToString()) is not 0 and var bySlice
            ? bySlice
            : string.CompareOrdinal(left._key.ToString(), right._key.ToString());

    public SeriesSnapshot Capture(EventTime? watermark, IReadOnlyList<Slice>? explainedBy = null)
    {
        // Maturity moves with the watermark even when nothing is counted, so both must stand still for a picture to last.
        if (_captured is { } same && _capturedAt == watermark) return same;
        _capturedAt = watermark;
        return _captured = new SeriesSnapshot
        {
            Key = _key,
            State = _policy.State,
            Detector = _detector.Capture(),
            ExplainedBy = explainedBy,
            GapAtAllTimes = _gap?.Current,
            EarlyWarning = _early?.Capture(),
            Latency = _latency?.Capture(watermark),
            Sources = _sources?.Capture(),
            InsufficientData = _policy.InsufficientData,
            Predictions = _predictions,
            Matched = _matched,
            Expired = _expired,
            LastPrediction = _lastPrediction,
            LastMatch = _lastMatch,
            LastRequest = _policy.LastRequest,
            Requests = _policy.Requests,
            Suppressed = _policy.Suppressed.OrderBy(each => each.Key, StringComparer.Ordinal).ToDictionary(),
            Windows = _calibration.Windows(watermark),
            Total = _calibration.Total(),
            TotalSketch = _key.IsWhole ? _calibration.CopyTotal() : null,
            Bins = _key.IsWhole ? _calibration.Bins : [],
            SquaredErrorSum = _calibration.SquaredErrorSum,
            LogLossSum = _calibration.LogLossSum,
        };
    }
}

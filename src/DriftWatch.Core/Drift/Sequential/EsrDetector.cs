using DriftWatch.Core.Calibration;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>The default rule: evidence against the null band, gathered at the pace of panes and blocks, with a stated false-alarm rate (statistics §6).</summary>
/// <remarks>
/// <para>Evidence is a mixture of logit-tilt e-processes with Shiryaev–Roberts restarts over panes, tempered by what outcomes of a day may share; where
/// dependence is not known, half of it comes from whole blocks, of which none decides alone. It is compared with the budget of false alarms.</para>
/// <para>An episode ends by evidence too: when "outcomes are still beyond the tolerance, the way they were" is refuted, or when the contrary fires.</para>
/// <para>Panes come in order of event time, each once, when they are mature: in which order their records came changes nothing.</para>
/// </remarks>
public sealed partial class EsrDetector : IDriftDetector
{
    /// <summary>By how much less evidence than an alarm needs says that it gathers.</summary>
    internal const double PendingShare = 100;

    private static readonly TimeSpan Reminder = TimeSpan.FromHours(1);
    private static readonly TimeSpan Settled = TimeSpan.FromDays(7);

    private readonly DriftOptions _options;
    private readonly TimeSpan _pane;
    private readonly bool _gathers; // the judged pane is wider than those that come
    private readonly TimeSpan _maturity;
    private readonly EventTime _origin;
    private readonly Grid _grid;
    private readonly AlarmFamily? _family;
    private readonly SharedOnset? _shared;
    private readonly bool _leads;
    private readonly SeriesKey? _series;
    private readonly AlarmBudget _budget;
    private readonly TiltComponents? _wanted;
    private readonly ConfidenceProfile? _census;
    private readonly Completeness _completeness = new();
    private CalibrationSketch? _gathered;
    private TumblingWindow _gathering;
    private (CalibrationReference Gaps, EventTime From)? _reference;
    private SeriesEvidence? _evidence; // null until it is known what is tolerated
    private Alarm? _alarm;
    private EventTime _judgedTo;
    private (EventTime Seen, EventTime Judged)? _first; // starts of its first data, and of the first that evidence is made of

    /// <param name="options">The policy.</param>
    /// <param name="pane">Width of the panes that will come.</param>
    /// <param name="maturity">Their age when they come: by so much the decision is later than the data.</param>
    /// <param name="origin">Where panes and blocks start.</param>
    /// <param name="family">The series that share the false-alarm rate; null: this one alone.</param>
    /// <param name="components">What is bet on; null: the 56 of the specification, regions chosen by where the claims are.</param>
    /// <param name="sharedOnset">What the model version's whole traffic and its slices share; null: nothing.</param>
    /// <param name="leads">Whether it watches the whole traffic, and the others that share it parts of it.</param>
    /// <param name="grid">How the panes cut confidences; null: as what is bet on does.</param>
    /// <param name="series">Whose it is, to be known to the versions that follow; null: nobody's.</param>
    public EsrDetector(DriftOptions options, TimeSpan pane, TimeSpan maturity, EventTime origin = default, AlarmFamily? family = null, TiltComponents? components = null, SharedOnset? sharedOnset = null, bool leads = false, Grid? grid = null, SeriesKey? series = null)
    {
        _series = series;
        if (series is not null) sharedOnset?.Histories?.Join(series, this);
        _grid = grid ?? components?.Grid ?? Grid.H188;
        (_shared, _leads) = (sharedOnset, leads);
        if (leads && sharedOnset is not null) sharedOnset.Whole = this;
        (_options, _maturity, _origin, _family, _wanted) = (options, maturity, origin, family, components);
        _pane = options.PaneFor(maturity, pane);
        _gathers = _pane > pane;
        _gathering = new(_pane, origin);
        _budget = new(options);
        if (components is null && options.Tolerance is null) _census = new();
    }

    public string Rule => DriftRule.ESr.Name;

    /// <summary>The evidence now; an alarm needs <see cref="Threshold"/>.</summary>
    public double Evidence => _evidence?.Total ?? 0;

    public double Threshold => _budget.Threshold * (_family?.CountAt(_judgedTo) ?? 1);

    /// <summary>Whether an episode lasts.</summary>
    public bool Firing => _alarm is not null;

    /// <summary>The evidence of "worse than it was"; null without a reference.</summary>
    public double? EvidenceRelative => _evidence?.Relative;

    /// <summary>What is tolerated; null before it is known.</summary>
    public NullBand? Band => _evidence?.Band;

    /// <summary>Since when the episode lasts; null if there is none.</summary>
    public EventTime? AlarmSince => _alarm?.Onset;

    public (EventTime Onset, NullBand Band)? Explainable => AlarmSince is { } onset && Band is { } band ? (onset, band) : null;

    public void SetReference(CalibrationReference reference, EventTime from)
    {
        if (_reference is not null) return;
        _reference = (reference, from);
        _evidence?.Compare(reference, from);
    }

    public void ForgetReference()
    {
        _reference = null;
        _evidence?.CompareNoMore();
    }

    public void Observe(EventTime paneStart, CalibrationSketch pane, List<Finding> findings)
    {
        if (!_gathers)
        {
            Judge(paneStart, pane, findings);
            return;
        }

        if (_gathering.MoveTo(paneStart) is { } ended) JudgeGathered(ended, findings);
        (_gathered ??= new(_grid)).Merge(pane);
    }

    public void AdvanceTo(EventTime matureUntil, List<Finding> findings)
    {
        if (_gathering.AdvanceTo(matureUntil) is { } ended) JudgeGathered(ended, findings);
        // A block can close only when nothing of it is still being gathered.
        CloseBlock(_gathering.Start is { } waiting && waiting < matureUntil ? waiting : matureUntil, findings);
    }

    public void EndEpisode()
    {
        if (_alarm is null) return;
        _alarm = null;
        _evidence!.Reset();
        _evidence.Trim(_leads ? null : _shared?.KeepFrom);
    }

    public CalibrationSketch? DataSince(EventTime onset) => _evidence?.Since(onset)?.Sketch;

    private void JudgeGathered(EventTime start, List<Finding> findings)
    {
        Judge(start, _gathered!, findings);
        _gathered!.Clear();
    }

    private void Judge(EventTime start, CalibrationSketch pane, List<Finding> findings)
    {
        var end = start + _pane;
        _judgedTo = end;
        var former = _evidence is null ? Former(start) : null;
        if (_census is { IsComplete: false } census)
        {
            // What is bet on follows from claims alone, so the pane that completes them is judged by them: no outcome had a say.
            census.Add(pane);
            if (!census.IsComplete)
            {
                _first ??= (start, end);
                findings.Add(new(FindingKind.Insufficient, end + _maturity, start, end));
                return;
            }
        }

        if (_evidence is null)
        {
            _evidence = Settle();
            if (former?.Blocks is { } history) _evidence.Blocks?.Inherit(history, start);
            else if (_series is not null && _options.Block is null && _shared?.Histories?.WildestSibling(_series, start) is { } sibling) _evidence.Blocks?.Borrow(sibling, start);
            _first = (_first?.Seen ?? start, start);
        }

        CloseBlock(start, findings);
        if (_evidence.Blocks is null) BeginProof(start);
        _completeness.Add(pane, _options.NullHypothesis == NullHypothesis.Marginal);
        _evidence.Add(start, pane, _alarm);
        if (_evidence.Temper is null) findings.Add(new(FindingKind.Insufficient, end + _maturity, start, end));
        else Decide(_evidence, end, findings);
        if (_leads && _shared is not null) _shared.KeepFrom = _alarm?.Onset ?? _evidence.EarliestOnset;
    }

    /// <summary>From when on data count that evidence under way is made of, or that are not judged yet; null: none do.</summary>
    internal EventTime? NeedsFrom =>
        _evidence is { Temper: not null } evidence ? SeriesEvidence.Earlier(_alarm?.Onset ?? evidence.EarliestOnset, _gathering.Start) : EventTime.Earliest;

    /// <summary>The data that evidence under way is made of; null: there are none.</summary>
    internal (EventTime Start, CalibrationSketch Sketch)? Held => NeedsFrom is { } from ? _evidence?.Since(from) : null;

    /// <summary>The end of what was judged.</summary>
    internal EventTime JudgedTo => _judgedTo;

    internal Grid Grid => _grid;

    /// <summary>Goes on from where another one is, of a version that was the whole model so far; an episode that lasts there is left to it.</summary>
    internal void TakeOver(EsrDetector other)
    {
        StateExchange.Read(this, StateExchange.Write(other));
        EndEpisode();
    }

    internal BlockSeries? Blocks => _evidence?.Blocks;

    /// <summary>The detector of the version before. Where its claims are known, or those of the whole traffic of a slice, nothing waits for those of this one.</summary>
    private EsrDetector? Former(EventTime start)
    {
        var former = _series is null ? null : _shared?.Histories?.Before(_series, start);
        // What is tolerated may hang on the claims, where log-odds alone were set. Slices that begin with their whole learn with it: in the first days the same weather could fool them all.
        var knows = former ?? (_options.LogOddsTolerance is null && _shared?.Whole is { } whole && whole._first?.Judged + Settled <= start ? whole : null);
        if (_census is { IsComplete: false } && knows?._census is { IsComplete: true } known) _census.Inherit(known);
        return former;
    }

    private void CloseBlock(EventTime until, List<Finding> findings)
    {
        if (_evidence?.CloseBlock(until, _alarm) is not { } end) return;
        // A block that a fix came into tells nothing of it.
        BeginProof(end);
        Decide(_evidence, end, findings);
    }

    public DetectorSnapshot Capture() => Standing.Capture();

    private EsrStanding Standing => new(_options, _budget, _census, _completeness, _evidence, _alarm)
    {
        Threshold = Threshold,
        SharedBy = _family?.CountAt(_judgedTo) ?? 1,
        SharedAcrossVersions = _family?.IsAcrossVersionsAt(_judgedTo) ?? false,
        HasReference = _reference is not null,
        JudgedTo = _judgedTo,
        First = _first,
    };

    /// <remarks>What is tolerated and bet on follows from options, census and reference, and is settled again.</remarks>
    public void Exchange(StateExchange state)
    {
        state.Mark("e-sr");
        _census?.Exchange(state, _grid);
        _completeness.Exchange(state);
        state.Exchange(ref _gathered, () => new(_grid));
        _gathering.Exchange(state);
        _reference = state.Kept(_reference, (each, reference) => (CalibrationReference.Exchange(each, reference.Gaps, _grid), each.Kept(reference.From)));
        bool settled = state.Kept(_evidence is not null);
        if (settled && _census is { IsComplete: false }) throw new StateFormatException("There is evidence before it is known what the model claims.");
        if (state.IsReading) _evidence = settled ? Settle() : null;
        _evidence?.Exchange(state);
        _alarm = state.Kept(_alarm, (each, alarm) => Alarm.Exchange(each, alarm, _evidence ?? throw new StateFormatException("There is an alarm without evidence.")));
        // Not kept: it follows from the policy.
        if (state.IsReading && _alarm is { Found.Detector: { } detector } alarmed) _alarm = alarmed with { Found = alarmed.Found with { Detector = detector with { ToleranceForm = _evidence!.Band.Form, NullHypothesis = _options.NullHypothesis } } };
        state.Exchange(ref _judgedTo);
        if (state.Version >= ChunkFormat.OnsetIntervals) _first = state.Kept(_first, static (each, first) => (each.Kept(first.Seen), each.Kept(first.Judged)));
    }

    private SeriesEvidence Settle()
    {
        var band = _census?.Band(_options.LogOddsTolerance) ?? new NullBand(_options.Tolerance ?? 0, _options.LogOddsTolerance ?? 0);
        var components = _wanted ?? _census?.Components(_grid) ?? TiltComponents.Of(_grid);
        var evidence = new SeriesEvidence(_options, _pane, _origin, band, components);
        if (_reference is { } reference) evidence.Compare(reference.Gaps, reference.From);
        return evidence;
    }
}

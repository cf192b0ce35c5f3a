using DriftWatch.Calibration;
using DriftWatch.EarlyWarning;

namespace DriftWatch.Drift;

/// <summary>The default rule: evidence against the null band, gathered at the pace of panes and blocks, with a stated false-alarm rate (statistics §6).</summary>
/// <remarks>
/// <para>Evidence is a mixture of logit-tilt e-processes with Shiryaev–Roberts restarts over panes, tempered by the overdispersion of the outcomes; where
/// dependence is not known, half of it comes from self-normalised blocks, which need no temper. It is compared with the budget of false alarms.</para>
/// <para>An episode ends by evidence too: when "outcomes are still beyond the tolerance, the way they were" is refuted, or when the contrary fires.</para>
/// <para>Panes come in order of event time, each once, when they are mature: in which order their records came changes nothing.</para>
/// </remarks>
public sealed class EsrDetector : IDriftDetector
{
    private const double PendingShare = 100;

    /// <summary>From here on missing labels are worth telling.</summary>
    private const double NotableShare = 0.02;

    private static readonly TimeSpan Reminder = TimeSpan.FromHours(1);

    private readonly DriftOptions _options;
    private readonly TimeSpan _pane;
    private readonly TimeSpan _maturity;
    private readonly AlarmFamily? _family;
    private readonly Overdispersion _overdispersion;
    private readonly BlockSeries? _blocks;
    private readonly BlockMixture? _blockMixture;
    private readonly AlarmBudget _paneBudget;
    private readonly AlarmBudget _blockBudget;
    private readonly AlarmBudget _lifetimeBudget = new(new DriftOptions { Guarantee = Guarantee.Lifetime });
    private readonly EvidenceLog _log = new();
    private readonly Completeness _completeness = new();
    private readonly ClaimsCensus? _census;
    private readonly EventTime _origin;
    private readonly bool _gathers; // the judged pane is wider than those that come
    private CalibrationSketch? _gathered;
    private EventTime? _gatheredFrom;
    private TiltComponents? _components;
    private TiltMixture? _tilts;
    private TiltMixture? _lifetime;
    private TiltMixture? _ignoring;
    private TiltMixture? _relative;
    private NullBand? _band;
    private NullBand? _relativeBand;
    private CalibrationReference? _reference;
    private Alarm? _alarm;
    private EventTime _judgedTo;
    private EventTime _relativeFrom;
    private double[] _gains = [];

    /// <param name="options">The policy.</param>
    /// <param name="pane">Width of the panes that will come.</param>
    /// <param name="maturity">Their age when they come: by so much the decision is later than the data.</param>
    /// <param name="origin">Where panes and blocks start.</param>
    /// <param name="family">The series that share the false-alarm rate; null: this one alone.</param>
    /// <param name="components">What is bet on; null: the 56 of the specification, regions chosen by where the claims are.</param>
    public EsrDetector(DriftOptions options, TimeSpan pane, TimeSpan maturity, EventTime origin = default, AlarmFamily? family = null, TiltComponents? components = null)
    {
        (_options, _maturity, _origin) = (options, maturity, origin);
        _pane = options.PaneFor(maturity, pane);
        _gathers = _pane > pane;
        _family = family;
        _overdispersion = new(origin);
        _paneBudget = new(options);
        _blockBudget = new(options);
        if (options.Dependence is Dependence.Auto or Dependence.Blocks)
        {
            bool betting = options.Dependence == Dependence.Blocks;
            _blocks = new(options.Block ?? TimeSpan.FromDays(1), options.Block is null && !betting, origin);
            _blockMixture = BlockMixture.Against(betting);
        }

        if (components is null && options.Tolerance is null) _census = new();
        else Settle(components, options.Tolerance ?? 0, options.LogOddsTolerance ?? 0);
    }

    public string Rule => DriftRule.ESr.Name();

    /// <summary>The evidence now; an alarm needs <see cref="Threshold"/>.</summary>
    public double Evidence => Mix(_tilts?.Evidence ?? 0, _blockMixture?.Evidence ?? 0);

    public double Threshold => _paneBudget.Threshold * (_family?.CountAt(_judgedTo) ?? 1);

    /// <summary>Whether an episode lasts.</summary>
    public bool Firing => _alarm is not null;

    /// <summary>The evidence of "worse than it was"; null without a reference.</summary>
    public double? EvidenceRelative => _relative is null ? null : Mix(_relative.Evidence, 0);

    /// <summary>Whether it knows what "worse than it was" is measured against.</summary>
    public bool HasReference => _reference is not null;

    /// <summary>Sets what "worse than it was" is measured against.</summary>
    /// <param name="reference">The gaps then.</param>
    /// <param name="from">Panes that start at or after this are compared with it.</param>
    public void SetReference(CalibrationReference reference, EventTime from)
    {
        (_reference, _relativeFrom) = (reference, from);
        Compare();
    }

    public void Observe(EventTime paneStart, CalibrationSketch pane, List<Finding> findings)
    {
        if (!_gathers)
        {
            Judge(paneStart, pane, findings);
            return;
        }

        var start = paneStart.FloorTo(_pane, _origin);
        if (_gatheredFrom is { } open && open != start) JudgeGathered(open, findings);
        _gatheredFrom = start;
        (_gathered ??= new(pane.Grid)).Merge(pane);
    }

    public void AdvanceTo(EventTime matureUntil, List<Finding> findings)
    {
        if (_gatheredFrom is { } open && open + _pane <= matureUntil) JudgeGathered(open, findings);
        // A block can close only when nothing of it is still being gathered.
        CloseBlocks(_gatheredFrom is { } waiting && waiting < matureUntil ? waiting : matureUntil, findings);
    }

    private void JudgeGathered(EventTime start, List<Finding> findings)
    {
        Judge(start, _gathered!, findings);
        _gathered!.Clear();
        _gatheredFrom = null;
    }

    private void Judge(EventTime start, CalibrationSketch pane, List<Finding> findings)
    {
        var end = start + _pane;
        _judgedTo = end;
        if (_band is null)
        {
            _census!.Add(pane);
            if (_census.IsComplete)
            {
                var (tolerance, logOdds) = _census.Tolerances();
                Settle(_census.Components(pane.Grid), tolerance, _options.LogOddsTolerance ?? logOdds);
            }

            findings.Add(new(FindingKind.Insufficient, end + _maturity, start, end));
            return;
        }

        if (_components is null || !ReferenceEquals(_components.Grid, pane.Grid)) Bind(TiltComponents.Of(pane.Grid));
        CloseBlocks(start, findings);
        _completeness.Add(pane);
        _log.Add(start, pane);
        _blocks?.Add(start, pane, _band, _options.Missing);
        double? temper = Temper();
        if (_options.Dependence != Dependence.Blocks && temper is { } phi) AdvanceTilts(start, pane, phi);
        if (_overdispersion.Observe(start, end, pane.Positives - pane.SumConfidence, pane.SumVariance))
            _overdispersion.Learn(mayFall: _alarm is null && !Pending);
        if (Temper() is null && _options.Dependence == Dependence.Auto) findings.Add(new(FindingKind.Insufficient, end + _maturity, start, end));
        else Decide(end, findings);
    }

    private void AdvanceTilts(EventTime start, CalibrationSketch pane, double phi)
    {
        double budget = _paneBudget.Spend(_pane, pane.Labeled);
        if (_alarm is { } alarm) alarm.Tilts?.Advance(pane, _band!, _options.Missing, phi, budget);
        if (_ignoring is null && _options.Missing == MissingLabels.WorstCase && pane.Labeled < pane.Predictions)
        {
            _ignoring = new(_components!);
            _ignoring.CopyFrom(_tilts!);
        }

        Advance(_tilts!, _band!, _options.Missing);
        // The same gains, spent so that the probability of ever reaching 1/α is α: what a report over many series needs.
        _lifetime!.Advance(start, _gains, phi, _lifetimeBudget.Spend(_pane, pane.Labeled));
        if (_ignoring is not null) Advance(_ignoring, _band!, MissingLabels.Ignore);
        if (_relative is not null && start >= _relativeFrom) Advance(_relative, _relativeBand!, _options.Missing);

        void Advance(TiltMixture mixture, NullBand band, MissingLabels missing)
        {
            Array.Clear(_gains);
            TiltEvidence.Add(pane, _components!, band, missing, _gains);
            mixture.Advance(start, _gains, phi, budget);
        }
    }

    private void CloseBlocks(EventTime until, List<Finding> findings)
    {
        if (_blocks is null || !_blocks.TryClose(until, !_blockMixture!.UnderWay && _alarm is null, out var block)) return;
        double budget = _blockBudget.Spend(block.Value.End - block.Value.Start, block.Value.Labeled);
        _alarm?.Blocks?.Advance(block.Value, budget);
        _blockMixture.Advance(block.Value, budget);
        Decide(block.Value.End, findings);
    }

    private void Decide(EventTime at, List<Finding> findings)
    {
        var decided = at + _maturity;
        if (_alarm is { } alarm)
        {
            Follow(alarm, at, findings);
            return;
        }

        double decisive = _options.Question == Question.Drifted ? EvidenceRelative ?? 0 : Evidence;
        if (decisive >= Threshold)
        {
            var onset = Onset();
            if (_log.Labeled(onset) >= _options.MinLabeled)
            {
                Fire(at, onset, null, findings);
                return;
            }
        }

        _log.Forget(Earliest(_tilts?.EarliestOnset, _blockMixture?.EarliestOnset));
        findings.Add(new(decisive >= Threshold / PendingShare ? FindingKind.Gathering : FindingKind.Quiet, decided, at - _pane, at));
    }

    private void Follow(Alarm alarm, EventTime at, List<Finding> findings)
    {
        var decided = at + _maturity;
        double contrary = Mix(
            Sum(_tilts, j => alarm.Pattern.IsContraryTo(DriftPattern.Of(_components!, j, alarm.Claims))),
            Sum(_blockMixture, j => alarm.Pattern.IsContraryTo(PatternOfBlock(j, alarm.Claims))));
        bool turned = contrary >= Threshold;
        if (turned || Mix(alarm.Tilts?.Evidence ?? 0, alarm.Blocks?.Evidence ?? 0) >= _paneBudget.RecoveryThreshold)
        {
            var since = _log.Since(turned ? Onset() : alarm.RecoveringSince(at, _pane));
            findings.Add(new(FindingKind.Recovered, decided, since?.Start ?? at, at, since?.Sketch) { Detector = Capture() });
            _alarm = null;
            if (turned) Fire(at, Onset(), alarm, findings);
            else Restart();
            return;
        }

        if (at - alarm.Reminded < Reminder) return;
        _alarm = alarm with { Reminded = at };
        var evidence = _log.Since(alarm.Onset);
        findings.Add(alarm.Found with { Kind = FindingKind.Drift, Decided = decided, Until = at, Evidence = evidence?.Sketch });
    }

    private void Fire(EventTime at, EventTime onset, Alarm? before, List<Finding> findings)
    {
        var (start, evidence) = _log.Since(onset) ?? (at, new CalibrationSketch(_components!.Grid));
        bool byBlocks = Strongest(out int strongest);
        var pattern = byBlocks ? PatternOfBlock(strongest, evidence) : DriftPattern.Of(_components!, strongest, evidence);
        var direction = pattern.Direction;
        (double, double)? region = null;
        if (!byBlocks && _components!.Region(strongest) is { } local && IsConfined(evidence, local)) (direction, region) = (Direction.Local, local);
        bool slope = direction is Direction.Overconfident or Direction.Underconfident;
        var found = new Finding(FindingKind.Drift, at + _maturity, start, at, evidence, direction, Math.Log(Evidence))
        {
            Region = region,
            Question = EvidenceRelative >= Threshold ? Question.Drifted : Question.Miscalibrated,
            Temperature = slope && !byBlocks && _components!.Family(strongest) == TiltFamily.Sharp ? 1 / (1 + _components.Amplitude(strongest)) : null,
            LogThreshold = Math.Log(Threshold),
            Detector = Capture(),
        };
        findings.Add(found);
        bool betting = _options.Dependence == Dependence.Blocks;
        var (functional, up) = byBlocks ? _blockMixture!.Component(strongest) : Nearest(pattern.Direction);
        _alarm = new Alarm(onset, at, pattern, evidence, found with { Evidence = null })
        {
            Tilts = betting ? null : new TiltRecovery(pattern),
            Blocks = _blockMixture is null ? null : BlockMixture.ForRecovery(betting, functional, up),
        };
        // What follows is judged afresh: the contrary may fire, and evidence that it goes on is shown.
        _tilts?.Reset();
        _ignoring?.Reset();
        _relative?.Reset();
        _blockMixture?.Reset();
    }

    private void Restart()
    {
        _tilts?.Reset();
        _ignoring?.Reset();
        _relative?.Reset();
        _blockMixture?.Reset();
        _log.Forget(null);
    }

    public DetectorSnapshot Capture()
    {
        bool any = Evidence > 0;
        bool byBlocks = Strongest(out int strongest);
        var waits = WaitsFor();
        return new()
        {
            Rule = Rule,
            LogEvidence = any ? Math.Log(Evidence) : null,
            LogThreshold = Math.Log(Threshold),
            LogEvidenceIgnoringMissing = IgnoringMissing is > 0 and var ignoring ? Math.Log(ignoring) : null,
            LogEvidenceLifetime = _lifetime?.Evidence is > 0 and var lifetime ? Math.Log(lifetime) : null,
            LogEvidenceRelative = EvidenceRelative is > 0 and var relative ? Math.Log(relative) : null,
            LogRecovery = _alarm is { } alarm && Mix(alarm.Tilts?.Evidence ?? 0, alarm.Blocks?.Evidence ?? 0) is > 0 and var recovery ? Math.Log(recovery) : null,
            LogRecoveryThreshold = _alarm is null ? null : Math.Log(_paneBudget.RecoveryThreshold),
            Direction = _alarm is { } lasting ? lasting.Found.Direction : Leaning(byBlocks, strongest)?.Direction,
            Region = _alarm is { } firing ? firing.Found.Region : any && !byBlocks ? _components?.Region(strongest) : null,
            Temperature = _alarm?.Found.Temperature,
            Onset = _alarm?.Onset ?? (Pending ? Onset() : null),
            Overdispersion = Temper(),
            Block = _blocks?.Width,
            Blocks = _blocks?.Count,
            BlockAutocorrelation = _blocks?.Autocorrelation,
            Tolerance = _band?.Tolerance,
            LogOddsTolerance = _band?.LogOddsTolerance,
            Completeness = _completeness.Share,
            Waiting = Waiting(waits),
            WaitsFor = waits,
            SharedBy = _family?.CountAt(_judgedTo) ?? 1,
        };
    }

    /// <summary>What the strongest component says of what has gathered; null while nothing has.</summary>
    private DriftPattern? Leaning(bool byBlocks, int strongest) =>
        !Pending || _log.Since(Onset()) is not { } gathered ? null
        : byBlocks ? PatternOfBlock(strongest, gathered.Sketch)
        : DriftPattern.Of(_components!, strongest, gathered.Sketch);

    private DetectorWait WaitsFor()
    {
        if (_band is null) return DetectorWait.LearningClaims;
        if (_alarm is not null) return DetectorWait.None;
        if (_options.Dependence == Dependence.Auto && _overdispersion.Factor is null) return DetectorWait.LearningDependence;
        bool misses = _options.Missing == MissingLabels.WorstCase && 1 - _completeness.Share > Math.Max(_band.Tolerance, NotableShare);
        return misses ? DetectorWait.MissingLabels : DetectorWait.None;
    }

    private string? Waiting(DetectorWait waits) => waits switch
    {
        DetectorWait.LearningClaims => $"Learns what the model claims: {_census!.Predictions} of {ClaimsCensus.Enough} predictions.",
        DetectorWait.LearningDependence => $"Learns how outcomes depend on each other: {_overdispersion.Seen} of {Overdispersion.Enough} hours.",
        DetectorWait.MissingLabels => $"Waits for labels: {1 - _completeness.Share:0 %} are missing when panes mature, and {(IgnoringMissing >= Threshold / PendingShare && !Pending ? "at their worst they would explain what is seen" : "any gap smaller than that could be theirs")}.",
        _ => null,
    };

    private double? IgnoringMissing => _ignoring is null ? null : Mix(_ignoring.Evidence, _blockMixture?.Evidence ?? 0);

    private bool Pending => Evidence >= Threshold / PendingShare;

    private double? Temper() => _options.Dependence switch
    {
        Dependence.Clusters => _options.ClusterSize,
        Dependence.Auto => _overdispersion.Factor,
        _ => 1,
    };

    private double Mix(double tilts, double blocks) => _options.Dependence switch
    {
        Dependence.Auto => (tilts + blocks) / 2,
        Dependence.Blocks => blocks,
        _ => tilts,
    };

    /// <summary>Whether the strongest component is one of the blocks'.</summary>
    private bool Strongest(out int component)
    {
        component = _tilts?.Strongest ?? 0;
        if (_blockMixture is null) return false;
        int block = _blockMixture.Strongest;
        if (_options.Dependence != Dependence.Blocks && _tilts is not null && _tilts[component] >= _blockMixture[block]) return false;
        component = block;
        return true;
    }

    private EventTime Onset() => Strongest(out int strongest) ? _blockMixture!.OnsetOf(strongest) : _tilts!.OnsetOf(strongest);

    private DriftPattern PatternOfBlock(int component, CalibrationSketch claims)
    {
        var (functional, up) = _blockMixture!.Component(component);
        return DriftPattern.Of(functional, up, claims);
    }

    private static (BlockFunctional Functional, bool Up) Nearest(Direction direction) => direction switch
    {
        Direction.ShiftUp => (BlockFunctional.Shift, true),
        Direction.ShiftDown => (BlockFunctional.Shift, false),
        Direction.Underconfident => (BlockFunctional.Slope, true),
        _ => (BlockFunctional.Slope, false),
    };

    /// <summary>Whether most of what is off lies in one region.</summary>
    private static bool IsConfined(CalibrationSketch evidence, (double Low, double High) region)
    {
        double inside = 0, total = 0;
        for (int bin = 0; bin < evidence.Grid.Count; bin++)
        {
            var cell = evidence[bin];
            if (cell.Labeled == 0) continue;
            double residual = cell.Gap * cell.Labeled;
            total += residual;
            if (evidence.Grid.Midpoints[bin] >= region.Low && evidence.Grid.Midpoints[bin] < region.High) inside += residual;
        }

        // The others cancel by chance alone: what is left of them must be small beside the region's.
        return Math.Abs(total - inside) <= 0.5 * Math.Abs(inside);
    }

    private static double Sum(TiltMixture? mixture, Func<int, bool> of)
    {
        double sum = 0;
        for (int j = 0; j < (mixture?.Components.Count ?? 0); j++) sum += mixture![j] > 0 && of(j) ? mixture[j] : 0;
        return sum;
    }

    private static double Sum(BlockMixture? mixture, Func<int, bool> of)
    {
        double sum = 0;
        for (int j = 0; j < (mixture?.Count ?? 0); j++) sum += mixture![j] > 0 && of(j) ? mixture[j] : 0;
        return sum;
    }

    private static EventTime? Earliest(EventTime? left, EventTime? right) =>
        left is null ? right : right is null || left < right ? left : right;

    private void Settle(TiltComponents? components, double tolerance, double logOddsTolerance)
    {
        _band = new(tolerance, logOddsTolerance);
        if (components is not null) Bind(components);
    }

    private void Bind(TiltComponents components)
    {
        _components = components;
        _gains = new double[components.Count];
        _tilts = new(components);
        _lifetime = new(components);
        Compare();
    }

    private void Compare()
    {
        if (_reference is null || _components is null || _band is null) return;
        _relativeBand = new(_band.Tolerance, _band.LogOddsTolerance, _reference);
        _relative = new(_components);
    }

    /// <summary>An episode that lasts.</summary>
    private sealed record Alarm(EventTime Onset, EventTime Fired, DriftPattern Pattern, CalibrationSketch Claims, Finding Found)
    {
        public TiltRecovery? Tilts { get; init; }

        public BlockMixture? Blocks { get; init; }

        /// <summary>When the series was last told that it goes on.</summary>
        public EventTime Reminded { get; init; } = Fired;

        public EventTime RecoveringSince(EventTime at, TimeSpan pane) => Blocks?.EarliestOnset ?? at - pane;
    }
}

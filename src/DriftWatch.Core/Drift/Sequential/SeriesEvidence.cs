using System.Diagnostics;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>All evidence on one series: what panes and blocks say against the null band, against the reference, and if missing labels were like the others.</summary>
/// <remarks>It knows nothing of episodes: it gathers, names what is strongest, and forgets when told.</remarks>
internal sealed class SeriesEvidence : IKeepsState
{
    private readonly DriftOptions _options;
    private readonly TimeSpan _pane;
    private readonly BlockSeries? _blocks;
    private readonly BlockMixture? _blockMixture;
    private readonly EvidenceBets _bets;
    private readonly AlarmBudget _paneBudget;
    private readonly AlarmBudget _blockBudget;
    private readonly AlarmBudget _lifetimeBudget = new(new DriftOptions { Guarantee = Guarantee.Lifetime });
    private readonly NullBand _band;
    private readonly TiltComponents _components;
    private readonly TiltMixture _tilts;
    private readonly TiltMixture _lifetime;
    private readonly double[] _gains;
    private readonly EvidenceLog _log;
    private readonly StakeScale? _stakes; // where claims are to be true on average over everybody
    private TiltMixture? _ignoring;
    private TiltMixture? _relative;
    private NullBand? _relativeBand;
    private EventTime _relativeFrom;
    private CalibrationReference? _natural; // how many labels were missing there; null where that decides nothing, or is not known yet
    private CalibrationSketch? _held; // of the first block, while nobody knows how much happens in one

    /// <param name="options">The policy.</param>
    /// <param name="pane">Width of the panes that will come.</param>
    /// <param name="origin">Where blocks start.</param>
    /// <param name="band">The null hypothesis.</param>
    /// <param name="components">What is bet on.</param>
    public SeriesEvidence(DriftOptions options, TimeSpan pane, EventTime origin, NullBand band, TiltComponents components)
    {
        (_options, _pane, _band, _components) = (options, pane, band, components);
        if (options.NullHypothesis == NullHypothesis.Marginal) _stakes = new();
        _paneBudget = new(options);
        _blockBudget = new(options);
        _tilts = new(components, dates: true);
        _lifetime = new(components);
        _gains = new double[components.Count];
        _log = new(components.Grid);
        if (options.Dependence is Dependence.Auto or Dependence.Blocks)
        {
            _blocks = new(options.Block ?? Day, options.Block is not null, origin, Weighs);
            _blockMixture = BlockMixture.Against(Rule);
        }

        _bets = new(components, options.Dependence == Dependence.Blocks ? null : _tilts, _blockMixture);
    }

    /// <summary>A block where nothing else was said.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public NullBand Band => _band;

    /// <summary>What each bet says.</summary>
    public EvidenceBets Bets => _bets;

    /// <summary>The evidence against the null band.</summary>
    /// <remarks>Where labels are taken to be missing as in the reference, what it would be if all were like the others bounds it: labels that come more often than there are no evidence.</remarks>
    public double Total => Mix(Bounded(_tilts.Evidence, _ignoring?.Evidence), _blockMixture?.Evidence ?? 0);

    /// <summary>The evidence of "worse than it was"; null without a reference.</summary>
    public double? Relative => _relative is null ? null : Mix(_relative.Evidence, 0);

    /// <summary>The evidence if missing labels were like the others; null where none were missing.</summary>
    public double? IgnoringMissing => _ignoring is null ? null : Mix(_ignoring.Evidence, _blockMixture?.Evidence ?? 0);

    /// <summary>The evidence as one e-process over the life of the series.</summary>
    public double Lifetime => _lifetime.Evidence;

    /// <summary>φ in force, of a shift; null while it is not known.</summary>
    public double? Temper => _options.Dependence switch
    {
        Dependence.Clusters => _options.ClusterSize,
        Dependence.Auto => _blocks!.TempersFrom(_tilts.Candidate)?.Shift,
        Dependence.Independent or Dependence.Blocks => 1,
        _ => throw new UnreachableException(),
    };

    public BlockSeries? Blocks => _blocks;

    /// <summary>Sets what "worse than it was" is measured against, for panes that start at or after <paramref name="from"/>.</summary>
    public void Compare(CalibrationReference reference, EventTime from)
    {
        _relativeBand = _band.RelativeTo(reference);
        _relative = new(_components);
        _relativeFrom = from;
        if (_options.Missing == MissingLabels.Reference) _natural = reference;
    }

    /// <summary>Nothing is known any more of how it was.</summary>
    public void CompareNoMore() => (_relativeBand, _relative, _natural) = (null, null, null);

    /// <summary>Takes the next pane.</summary>
    /// <param name="start">When it starts.</param>
    /// <param name="pane">What it holds.</param>
    /// <param name="alarm">The episode that lasts: the evidence that it is over advances with the rest.</param>
    public void Add(EventTime start, CalibrationSketch pane, Alarm? alarm)
    {
        _log.Add(start, pane);
        if (_stakes is { IsKnown: false } unknown)
        {
            unknown.Note(pane);
            return;
        }

        _blocks?.Add(start, pane, _band, _options.Missing, alarm?.Onset ?? _blockMixture!.Candidate, Weighs ? _stakes!.Whole : null);
        if (_options.Dependence == Dependence.Blocks) return;
        var tempers = _options.Dependence == Dependence.Auto ? _blocks!.TempersFrom(alarm?.Onset ?? _tilts.Candidate) : Tempers.Of(Temper!.Value);
        if (tempers is { } known)
        {
            Advance(start, _pane, pane, known, alarm);
            return;
        }

        (_held ??= new(pane.Grid)).Merge(pane);
    }

    /// <summary>Closes the block that ends at or before <paramref name="until"/>, if there is one.</summary>
    /// <returns>Its end.</returns>
    public EventTime? CloseBlock(EventTime until, Alarm? alarm)
    {
        // Before it is over: what tempers the block must not know it.
        Tempers? plausible = _held is null ? null : _blocks!.TempersOfOpen;
        if (_blocks is null || !_blocks.TryClose(until, out var block)) return null;
        if (_held is { } held)
        {
            Advance(block.Value.Start, _blocks.Width, held, plausible!.Value, alarm);
            _held = null;
        }

        double budget = _blockBudget.Spend(block.Value.End - block.Value.Start, block.Value.Labeled);
        alarm?.Blocks?.Advance(block.Value, budget);
        _blockMixture!.Advance(block.Value, budget);
        return block.Value.End;
    }

    /// <summary>The evidence of the components that count, mixed like <see cref="Total"/>.</summary>
    public double Sum(Func<EvidenceComponent, bool> among)
    {
        double tilts = 0, ignoring = 0, blocks = 0;
        foreach (var component in _bets.All)
        {
            if (!among(component)) continue;
            if (component.IsBlock) blocks += _bets[component];
            else
            {
                tilts += _bets[component];
                if (_ignoring is not null) ignoring += _ignoring[component.Index];
            }
        }

        return Mix(Bounded(tilts, _ignoring is null ? null : ignoring), blocks);
    }

    /// <summary>The evidence that an episode is over, from its beginning on.</summary>
    public (TiltRecovery? Tilts, BlockMixture? Blocks) RecoveryFrom(EvidenceComponent found, DriftPattern pattern)
    {
        var (functional, up) = found.IsBlock ? _blockMixture!.Component(found.Index) : pattern.Functional;
        return (_options.Dependence == Dependence.Blocks ? null : new TiltRecovery(pattern), _blockMixture is null ? null : BlockMixture.ForRecovery(Rule, functional, up));
    }

    /// <summary>The evidence that an episode is over, now.</summary>
    public double RecoveryOf(Alarm alarm) => Mix(alarm.Tilts?.Evidence ?? 0, alarm.Blocks?.Evidence ?? 0);

    /// <summary>Outcomes are otherwise from here on: an episode began, or is over.</summary>
    public void Change(EventTime at) => _blocks?.Change(at);

    public long LabeledSince(EventTime onset) => _log.Labeled(onset);

    public (EventTime Start, CalibrationSketch Sketch)? Since(EventTime onset) => _log.Since(onset);

    /// <summary>The earliest onset in progress; null if there is none.</summary>
    public EventTime? EarliestOnset => Earlier(_tilts.EarliestOnset, _blockMixture?.EarliestOnset);

    /// <summary>Lets go of data from before any onset in progress.</summary>
    /// <param name="keepFrom">Data that others still need.</param>
    public void Trim(EventTime? keepFrom) => _log.Forget(Earlier(EarliestOnset, keepFrom));

    /// <summary>Starts over. The data stay: see <see cref="Trim"/>.</summary>
    public void Reset()
    {
        _tilts.Reset();
        _ignoring?.Reset();
        _relative?.Reset();
        _blockMixture?.Reset();
    }

    /// <remarks>What is bet on and against is settled before: by the options, the census and the reference.</remarks>
    public void Exchange(StateExchange state)
    {
        state.Mark("evidence");
        if (state.Version < ChunkFormat.DetectorOfShocks) FormerDependence.SkipScales(state);
        _blocks?.Exchange(state);
        _blockMixture?.Exchange(state);
        _paneBudget.Exchange(state);
        _blockBudget.Exchange(state);
        _lifetimeBudget.Exchange(state);
        _tilts.Exchange(state);
        _lifetime.Exchange(state);
        state.Exchange(ref _ignoring, () => new(_components));
        _relative?.Exchange(state);
        if (state.Version >= ChunkFormat.DetectorOfShocks) state.Exchange(ref _held, () => new(_components.Grid));
        _stakes?.Exchange(state);
        state.Mark("log");
        _log.Exchange(state);
    }

    /// <summary>The evidence that an episode is over, as it is kept.</summary>
    public (TiltRecovery? Tilts, BlockMixture? Blocks) ExchangeRecovery(StateExchange state, TiltRecovery? tilts, BlockMixture? blocks)
    {
        state.Exchange(ref tilts, () => new(_components.Grid));
        return (tilts, state.Kept(blocks, (each, mixture) => BlockMixture.ExchangeRecovery(each, mixture, Rule)));
    }

    // Bets on blocks must not lose more than they have: with weights a block may be off by any amount.
    private bool Weighs => _stakes is not null && Rule != BlockRule.Betting;

    private BlockRule Rule => _options switch
    {
        { Dependence: Dependence.Blocks } => BlockRule.Betting,
        { Block: not null } => BlockRule.Repeating,
        _ => BlockRule.Remembering,
    };

    private void Advance(EventTime start, TimeSpan width, CalibrationSketch pane, in Tempers tempers, Alarm? alarm)
    {
        var (phi, end) = (tempers, start + width);
        double budget = _paneBudget.Spend(width, pane.Labeled);
        var natural = _natural is not null && start >= _relativeFrom ? _natural.LabeledAtMost : default;
        // At its worst, what is missing would let no episode end.
        alarm?.Tilts?.Advance(pane, _band, natural.IsEmpty ? _options.Missing : MissingLabels.Ignore, phi, budget, _stakes);
        // What a label says that was asked for by chance is not known of those that have none.
        if (_ignoring is null && _stakes is null && _options.Missing != MissingLabels.Ignore && (pane.Labeled < pane.Predictions || !natural.IsEmpty))
        {
            _ignoring = new(_components);
            _ignoring.CopyFrom(_tilts);
        }

        // Both at once where labels that are missing are all that sets them apart.
        bool together = _ignoring is not null && _stakes is null && natural.IsEmpty && !pane.HasAnnounced;
        Span<double> labeledOnly = stackalloc double[_gains.Length];
        Gain(_band, _options.Missing, natural, together ? labeledOnly : default);
        _tilts.Advance(start, end, _gains, phi, budget);
        // A report over many series takes nothing for granted.
        if (!natural.IsEmpty) Gain(_band, _options.Missing, default);
        // The same gains, spent so that the probability of ever reaching 1/α is α: what a report over many series needs.
        _lifetime.Advance(start, end, _gains, phi, _lifetimeBudget.Spend(width, pane.Labeled));
        if (_ignoring is not null)
        {
            if (!together) Gain(_band, MissingLabels.Ignore, default);
            _ignoring.Advance(start, end, together ? labeledOnly : _gains, phi, budget);
        }

        if (_relative is not null && start >= _relativeFrom)
        {
            Gain(_relativeBand!, _options.Missing, default);
            _relative.Advance(start, end, _gains, phi, budget);
        }

        _stakes?.Note(pane);

        void Gain(NullBand band, MissingLabels missing, ReadOnlySpan<double> labeledAtMost, Span<double> labeledOnly = default)
        {
            Array.Clear(_gains);
            if (_stakes is null) TiltEvidence.Add(pane, _components, band, missing, _gains, labeledAtMost, labeledOnly);
            else MarginalEvidence.Add(pane, _components, band, _stakes, _gains);
        }
    }

    /// <summary>The earlier of two moments, of which there may be none.</summary>
    internal static EventTime? Earlier(EventTime? left, EventTime? right) => left is null || right < left ? right ?? left : left;

    private double Bounded(double tilts, double? ignoring) => _natural is null || ignoring is not { } bound ? tilts : Math.Min(tilts, bound);

    private double Mix(double tilts, double blocks) => _options.Dependence switch
    {
        Dependence.Auto => (tilts + blocks) / 2,
        Dependence.Blocks => blocks,
        Dependence.Independent or Dependence.Clusters => tilts,
        _ => throw new UnreachableException(),
    };
}

using System.Diagnostics;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Evidence from whole blocks, with Shiryaev–Roberts restarts: valid whatever happens inside a block (statistics §6.10).</summary>
/// <remarks>
/// <para><b>Remembering</b>: z = (X − tolerated) ÷ s with s from the blocks before the onset, widened by their memory; gain λz − λ²/2, and no more than λ²/2 or three nats, so that no block decides alone. A heuristic with simulations
/// behind it: s is an upper bound of what blocks show, not known.</para>
/// <para><b>Repeating</b>, where it was said how long blocks are: z = λ (X − tolerated) ÷ s with s from the blocks before; gain z − z²/2, and ½ from z = 1 on, so that it never falls. If X
/// is symmetric about a centre within the tolerance, given the past, E e^gain ≤ 1 whatever its spread, tails and the dependence inside the block
/// (de la Peña). At most half a nat a block: a year between false alarms takes ten blocks or more.</para>
/// <para><b>Betting</b>: gain ln(1 + l (X − tolerated)), l small enough that the stake is never lost. Needs no symmetry, only that the mean is within the
/// tolerance: a theorem for any dependence, and slow.</para>
/// <para>As a test that an episode is over, the same bets are made against "the gap is still beyond the tolerance".</para>
/// </remarks>
internal sealed class BlockMixture : IKeepsState
{
    private const double Most = 1e300;
    private const double ShiftShare = 0.8;
    private const double MostOfABlock = 3;
    private static readonly double[] Scales = [.25, .5, 1, 2];
    private static readonly double[] Drifts = [.5, 1, 2, 4];
    private static readonly double[] Stakes = [.25, .5, 1, 2, 4];

    private readonly List<(BlockFunctional Functional, bool Up, double Amount, double Weight)> _components = [];
    private readonly double[] _evidence;
    private readonly double[] _sinceOnset;
    private readonly EventTime[] _onset;
    private readonly ChangePoints? _changes;
    private readonly BlockRule _rule;
    private readonly bool _recovering;

    private BlockMixture(BlockRule rule, bool recovering, IEnumerable<(BlockFunctional, bool, double, double)> components)
    {
        (_rule, _recovering) = (rule, recovering);
        _components.AddRange(components);
        _evidence = new double[_components.Count];
        _sinceOnset = new double[_components.Count];
        _onset = new EventTime[_components.Count];
        if (!recovering) _changes = new(_components.Count);
    }

    /// <summary>Bets that a gap is beyond the tolerance, to either side.</summary>
    public static BlockMixture Against(BlockRule rule) => new(rule, false,
    [
        .. from up in (bool[])[false, true]
           from amount in Amounts(rule)
           select (BlockFunctional.Shift, up, amount, (rule == BlockRule.Betting ? 0.5 : ShiftShare / 2) / Amounts(rule).Length),
        .. from up in (bool[])[false, true]
           from amount in rule == BlockRule.Betting ? [] : Amounts(rule)
           select (BlockFunctional.Slope, up, amount, (1 - ShiftShare) / 2 / Amounts(rule).Length),
    ]);

    /// <summary>Bets that a gap is no longer beyond the tolerance.</summary>
    public static BlockMixture ForRecovery(BlockRule rule, BlockFunctional functional, bool up)
    {
        double[] amounts = Amounts(rule);
        return new(rule, true, amounts.Select(amount => (functional, up, amount, 1.0 / amounts.Length)));
    }

    public int Count => _components.Count;

    public double this[int component] => _components[component].Weight * _evidence[component];

    public double Evidence => Enumerable.Range(0, Count).Sum(i => this[i]);

    public int Strongest => Enumerable.Range(0, Count).MaxBy(i => this[i]);

    /// <summary>The onset that the evidence points to: that of the strongest component, once it has gained a nat since; null before.</summary>
    public EventTime? Candidate => Strongest is var strongest && _sinceOnset[strongest] > 1 ? _onset[strongest] : null;

    public (BlockFunctional Functional, bool Up) Component(int component) => (_components[component].Functional, _components[component].Up);

    public EventTime OnsetOf(int component) => _onset[component];

    /// <summary>Where the onset of a component lies; null where that is not known.</summary>
    public OnsetInterval? IntervalOf(int component) => _changes?.Of(component);

    /// <summary>The earliest onset of a component that is ahead; null if none is.</summary>
    public EventTime? EarliestOnset
    {
        get
        {
            EventTime? earliest = null;
            for (int i = 0; i < Count; i++)
            {
                if (_sinceOnset[i] > 0 && !(earliest <= _onset[i])) earliest = _onset[i];
            }

            return earliest;
        }
    }

    /// <param name="block">A block that is over.</param>
    /// <param name="budget">What a calibrated series may spend on it.</param>
    public void Advance(in ClosedBlock block, double budget)
    {
        _changes?.Begin(block.Start, block.End);
        for (int i = 0; i < Count; i++)
        {
            var (functional, up, amount, _) = _components[i];
            double gain = _rule == BlockRule.Betting ? Bet(block, functional, up, amount) : Normalised(block[functional], up, amount);
            _evidence[i] = Math.Min(Most, (_evidence[i] + budget) * Math.Exp(gain));
            _changes?.Note(i, _sinceOnset[i]);
            if (_sinceOnset[i] <= 0) (_sinceOnset[i], _onset[i]) = (0, block.Start);
            _sinceOnset[i] += gain;
        }
    }

    public void Reset()
    {
        Array.Clear(_evidence);
        Array.Clear(_sinceOnset);
        _changes?.Reset();
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(_evidence.AsSpan());
        state.Exchange(_sinceOnset.AsSpan());
        foreach (ref var onset in _onset.AsSpan()) state.Exchange(ref onset);
        if (_changes is not null) state.Exchange(_changes);
    }

    /// <summary>One for recovery: what it bets on is kept with it.</summary>
    public static BlockMixture ExchangeRecovery(StateExchange state, BlockMixture? mixture, BlockRule rule)
    {
        var (functional, up) = mixture?.Component(0) ?? default;
        (functional, up) = (state.Kept(functional), state.Kept(up));
        var kept = mixture ?? ForRecovery(rule, functional, up);
        kept.Exchange(state);
        return kept;
    }

    private static double[] Amounts(BlockRule rule) => rule switch
    {
        BlockRule.Remembering => Drifts,
        BlockRule.Repeating => Scales,
        BlockRule.Betting => Stakes,
        _ => throw new UnreachableException(),
    };

    private double Normalised(BlockGap gap, bool up, double amount)
    {
        if (gap.Scale is not { } scale) return 0;
        double z = (_recovering ? gap.Within(up) : gap.Beyond(up)) / scale;
        if (_rule == BlockRule.Remembering) return Math.Max(-700, Math.Min((amount * z) - (amount * amount / 2), Math.Min(amount * amount / 2, MostOfABlock)));
        z *= amount;
        return z < 1 ? Math.Max(-700, z - (z * z / 2)) : 0.5;
    }

    private double Bet(in ClosedBlock block, BlockFunctional functional, bool up, double amount)
    {
        var gap = block[functional];
        // The most that the stake can lose: all outcomes on the other side.
        double worst = (_recovering ? !up : up) ? block.MeanClaim : 1 - block.MeanClaim;
        double tolerated = up ? gap.ToleratedUp : gap.ToleratedDown;
        worst = Math.Max(1e-9, _recovering ? worst - tolerated : worst + tolerated);
        return Math.Log(1 + (Math.Min(amount, 0.95 / worst) * (_recovering ? gap.Within(up) : gap.Beyond(up))));
    }
}

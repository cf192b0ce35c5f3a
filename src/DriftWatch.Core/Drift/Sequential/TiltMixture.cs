using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>A mixture of e-processes with Shiryaev–Roberts restarts: the detector's memory (statistics §6.3).</summary>
/// <remarks>
/// <para>M ← (M + start) · e^L per component; the evidence is the weighted mean of M. If E e^L ≤ 1 given the past, evidence − Σ start is a
/// supermartingale: the probability that evidence reaches A is at most Σ start ÷ A, and on average Σ start has reached A before it does (e-detectors: Shin,
/// Ramdas and Rinaldo).</para>
/// <para>State: 16 bytes a component. Capping M and L only lowers them, so it costs no validity.</para>
/// </remarks>
public sealed class TiltMixture : IKeepsState
{
    private const double Most = 1e300;
    private const double Steepest = 300;

    private readonly TiltComponents _components;
    private readonly double[] _evidence;
    private readonly float[] _sinceOnset; // V: the component's own gain since its onset
    private readonly int[] _onset; // seconds from _epoch
    private readonly ChangePoints? _changes;
    private EventTime? _epoch;

    /// <param name="components">What is bet on.</param>
    /// <param name="dates">Whether it keeps what an interval for an onset takes.</param>
    public TiltMixture(TiltComponents components, bool dates = false)
    {
        if (dates) _changes = new(components.Count);
        _components = components;
        _evidence = new double[components.Count];
        _sinceOnset = new float[components.Count];
        _onset = new int[components.Count];
    }

    public TiltComponents Components => _components;

    /// <summary>Takes the gains of one pane, all divided by the same.</summary>
    public void Advance(EventTime start, ReadOnlySpan<double> gains, double temper, double budget) => Advance(start, start, gains, Tempers.Of(temper), budget);

    /// <summary>Takes the gains of one pane.</summary>
    /// <param name="start">When the pane starts.</param>
    /// <param name="end">When it ends.</param>
    /// <param name="gains">Logarithm of each component's gain.</param>
    /// <param name="tempers">Gains are divided by them, as the outcomes are worth that many times less.</param>
    /// <param name="budget">What a calibrated series may spend on false alarms by this pane.</param>
    public void Advance(EventTime start, EventTime end, ReadOnlySpan<double> gains, in Tempers tempers, double budget)
    {
        _changes?.Begin(start, end);
        var epoch = _epoch ??= start;
        int now = (int)Math.Min(int.MaxValue, (start - epoch).TotalSeconds);
        for (int j = 0; j < gains.Length; j++)
        {
            double gain = gains[j] / tempers[_components.Family(j)];
            _evidence[j] = Math.Min(Most, (_evidence[j] + budget) * Math.Exp(Math.Min(gain, Steepest)));
            _changes?.Note(j, _sinceOnset[j]);
            if (_sinceOnset[j] <= 0)
            {
                _sinceOnset[j] = 0;
                _onset[j] = now;
            }

            _sinceOnset[j] = (float)Math.Min(float.MaxValue, _sinceOnset[j] + gain);
        }
    }

    /// <summary>The evidence of one component, its weight included.</summary>
    public double this[int component] => _components.Weight(component) * _evidence[component];

    /// <summary>The evidence: the weighted mean over components.</summary>
    public double Evidence
    {
        get
        {
            double sum = 0;
            for (int j = 0; j < _evidence.Length; j++) sum += this[j];
            return sum;
        }
    }

    /// <summary>The component with the most evidence.</summary>
    public int Strongest
    {
        get
        {
            int strongest = 0;
            for (int j = 1; j < _evidence.Length; j++)
            {
                if (this[j] > this[strongest]) strongest = j;
            }

            return strongest;
        }
    }

    /// <summary>Start of the first pane since which a component has gained on balance.</summary>
    public EventTime OnsetOf(int component) => (_epoch ?? default) + TimeSpan.FromSeconds(_onset[component]);

    /// <summary>Where the onset of a component lies; null where that is not kept.</summary>
    internal OnsetInterval? IntervalOf(int component) => _changes?.Of(component);

    /// <summary>The onset that the evidence points to: that of the strongest component, once it has gained a nat since; null before.</summary>
    public EventTime? Candidate => Strongest is var strongest && _sinceOnset[strongest] > 1 ? OnsetOf(strongest) : null;

    /// <summary>The earliest onset of a component that is ahead now; null if none is.</summary>
    public EventTime? EarliestOnset
    {
        get
        {
            EventTime? earliest = null;
            for (int j = 0; j < _evidence.Length; j++)
            {
                if (_sinceOnset[j] > 0 && !(earliest <= OnsetOf(j))) earliest = OnsetOf(j);
            }

            return earliest;
        }
    }

    /// <summary>Forgets everything: a new beginning.</summary>
    public void Reset()
    {
        Array.Clear(_evidence);
        Array.Clear(_sinceOnset);
        Array.Clear(_onset);
        _changes?.Reset();
        _epoch = null;
    }

    /// <summary>Takes over the memory of another mixture of the same components.</summary>
    public void CopyFrom(TiltMixture other)
    {
        other._evidence.CopyTo(_evidence, 0);
        other._sinceOnset.CopyTo(_sinceOnset, 0);
        other._onset.CopyTo(_onset, 0);
        _epoch = other._epoch;
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(ref _epoch);
        state.Exchange(_evidence.AsSpan());
        state.Exchange(_sinceOnset.AsSpan());
        state.Exchange(_onset.AsSpan());
        if (_changes is not null) state.Exchange(_changes);
    }
}

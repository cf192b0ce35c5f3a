using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>Tabular CUSUM around a mean and deviation learnt from the first values (E. S. Page 1954).</summary>
/// <remarks>
/// After <see cref="CusumOptions.MinInstances"/> values their mean μ and standard deviation s are frozen. U ← max(0, U + (x − μ) − k s),
/// D ← max(0, D − (x − μ) − k s); a change is U or D &gt; h s. At the defaults it errs every few hundred values, as its own documentation says.
/// </remarks>
public sealed class Cusum(CusumOptions options) : IGradedRule
{
    private RunningMean _first;
    private double _up;
    private double _down;
    private bool _changed;

    /// <summary>To be compared with <see cref="CusumOptions.Threshold"/>.</summary>
    public double Statistic => Greater / Math.Sqrt(_first.Variance) is var steps && double.IsFinite(steps) ? steps : 0;

    private double Greater => Math.Max(options.Side == RuleSide.Down ? 0 : _up, options.Side == RuleSide.Up ? 0 : _down);

    public RuleSignal Update(double x)
    {
        if (_changed) Reset();
        if (_first.Count < options.MinInstances) _first.Add(x);
        if (_first.Count < options.MinInstances) return RuleSignal.None;
        double sigma = Math.Sqrt(_first.Variance);
        double deviation = x - _first.Mean;
        _up = Math.Max(0, _up + deviation - (options.Slack * sigma));
        _down = Math.Max(0, _down - deviation - (options.Slack * sigma));
        _changed = Greater > options.Threshold * sigma;
        return _changed ? RuleSignal.Change : RuleSignal.None;
    }

    public void Exchange(StateExchange state)
    {
        _first.Exchange(state);
        state.Exchange(ref _up);
        state.Exchange(ref _down);
        state.Exchange(ref _changed);
    }

    private void Reset()
    {
        (_first, _up, _down) = (default, 0, 0);
        _changed = false;
    }
}

/// <summary>Parameters of <see cref="Cusum"/>; the defaults are River's.</summary>
public sealed record CusumOptions
{
    /// <summary>Values that mean and deviation are learnt from. The default value is 30.</summary>
    public int MinInstances { get; init; } = 30;

    /// <summary>k: deviation that is forgiven at every value, in standard deviations. The default value is 0.5.</summary>
    public double Slack { get; init; } = 0.5;

    /// <summary>h: cumulated deviation that is a change, in standard deviations. The default value is 5.</summary>
    public double Threshold { get; init; } = 5;

    /// <summary>Which way a mean must move to count. The default value is both.</summary>
    public RuleSide Side { get; init; } = RuleSide.Both;
}

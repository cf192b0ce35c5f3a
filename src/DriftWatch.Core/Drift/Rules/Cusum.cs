using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>Tabular CUSUM around a mean and deviation learnt from the first values (E. S. Page 1954).</summary>
/// <remarks>
/// After <see cref="CusumOptions.MinInstances"/> values their mean μ and standard deviation s are frozen. U ← max(0, U + (x − μ) − k s),
/// D ← max(0, D − (x − μ) − k s); a change is U or D &gt; h s. At the defaults it errs every few hundred values, as its own documentation says.
/// </remarks>
public sealed class Cusum(CusumOptions options) : IChangeRule
{
    public static PairRule<CusumOptions> Row { get; } = new("cusum", RuleInputs.All, options => new Cusum(options))
    {
        Title = "CUSUM",
        Key = "cusum",
        Settings =
        [
            RuleParameter.Whole<CusumOptions>("minInstances", 2, 1_000_000_000, o => o.MinInstances, (o, v) => o with { MinInstances = v },
                "Labeled predictions that mean and standard deviation are learnt from, after which they are frozen.", state: "decides what mean and deviation were learnt from"),
            RuleParameter.Number<CusumOptions>("slack", 0, 1000, o => o.Slack, (o, v) => o with { Slack = v },
                "Deviation that is forgiven at every prediction, in standard deviations.", state: "is in every sum"),
            RuleParameter.Number<CusumOptions>("threshold", 1e-6, 1e9, o => o.Threshold, (o, v) => o with { Threshold = v },
                "Cumulated deviation that is an alarm, in standard deviations. At 5 it alarms every few hundred predictions of a calibrated model.", state: null),
            RuleParameter.Side<CusumOptions>(o => o.Side, (o, v) => o with { Side = v }),
        ],
    };

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
public sealed record CusumOptions : RuleOptions
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

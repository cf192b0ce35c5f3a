using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>Page–Hinkley: cumulated deviations from the running mean, seen from their extreme (E. S. Page 1954, with a forgetting factor).</summary>
/// <remarks>
/// The mean m includes the newest value; U ← αU + (x − m) − δ, D ← αD + (x − m) + δ. A change is U − min U &gt; λ or max D − D &gt; λ once
/// <see cref="PageHinkleyOptions.MinInstances"/> values were seen. Constant time and seven numbers of state. δ and λ are in units of the
/// values, so what is rare depends on their spread.
/// </remarks>
public sealed class PageHinkley(PageHinkleyOptions options) : IChangeRule
{
    public static PairRule<PageHinkleyOptions> Row { get; } = new("page-hinkley", RuleInputs.All, options => new PageHinkley(options))
    {
        Title = "Page–Hinkley",
        Key = "pageHinkley",
        ComparedAt = [RuleInput.Residual, RuleInput.Error],
        Settings =
        [
            RuleParameter.Whole<PageHinkleyOptions>("minInstances", 1, 1_000_000_000, o => o.MinInstances, (o, v) => o with { MinInstances = v },
                "Labeled predictions before it may alarm.", state: null),
            RuleParameter.Number<PageHinkleyOptions>("delta", 0, 1, o => o.Delta, (o, v) => o with { Delta = v },
                "Deviation from the mean that is forgiven at every prediction.", state: "is in every sum"),
            RuleParameter.Number<PageHinkleyOptions>("threshold", 1e-6, 1e9, o => o.Threshold, (o, v) => o with { Threshold = v },
                "Cumulated deviation that is an alarm; larger is rarer and slower.", state: null),
            RuleParameter.Number<PageHinkleyOptions>("alpha", 0, 1, o => o.Alpha, (o, v) => o with { Alpha = v },
                "What the sums keep from one prediction to the next.", state: "is in every sum"),
            RuleParameter.Side<PageHinkleyOptions>(o => o.Side, (o, v) => o with { Side = v }),
        ],
    };

    private RunningMean _mean;
    private double _up;
    private double _down;
    private double _upMin = double.PositiveInfinity;
    private double _downMax = -1;
    private bool _changed;

    /// <summary>To be compared with <see cref="PageHinkleyOptions.Threshold"/>.</summary>
    public double Statistic => _mean.Count < options.MinInstances ? 0 : Math.Max(
        options.Side == RuleSide.Down ? 0 : _up - _upMin,
        options.Side == RuleSide.Up ? 0 : _downMax - _down);

    public RuleSignal Update(double x)
    {
        if (_changed) Reset();
        _mean.Add(x);
        double deviation = x - _mean.Mean;
        _up = (options.Alpha * _up) + deviation - options.Delta;
        _down = (options.Alpha * _down) + deviation + options.Delta;
        _upMin = Math.Min(_upMin, _up);
        _downMax = Math.Max(_downMax, _down);
        _changed = Statistic > options.Threshold;
        return _changed ? RuleSignal.Change : RuleSignal.None;
    }

    public void Exchange(StateExchange state)
    {
        _mean.Exchange(state);
        state.Exchange(ref _up);
        state.Exchange(ref _down);
        state.Exchange(ref _upMin);
        state.Exchange(ref _downMax);
        state.Exchange(ref _changed);
    }

    private void Reset()
    {
        (_mean, _up, _down, _upMin, _downMax) = (default, 0, 0, double.PositiveInfinity, -1);
        _changed = false;
    }
}

/// <summary>Parameters of <see cref="PageHinkley"/>; the defaults are River's.</summary>
public sealed record PageHinkleyOptions : RuleOptions
{
    /// <summary>Values before a change may be said. The default value is 30.</summary>
    public int MinInstances { get; init; } = 30;

    /// <summary>δ: deviation that is forgiven at every value, in units of the values. The default value is 0.005.</summary>
    public double Delta { get; init; } = 0.005;

    /// <summary>λ: cumulated deviation that is a change, in units of the values. The default value is 50.</summary>
    public double Threshold { get; init; } = 50;

    /// <summary>α: what the sums keep from one value to the next. The default value is 0.9999.</summary>
    public double Alpha { get; init; } = 1 - 0.0001;

    /// <summary>Which way a mean must move to count. The default value is both.</summary>
    public RuleSide Side { get; init; } = RuleSide.Both;
}

/// <summary>Which way a mean must move to count.</summary>
public enum RuleSide : byte
{
    Both,
    Up,
    Down,
}

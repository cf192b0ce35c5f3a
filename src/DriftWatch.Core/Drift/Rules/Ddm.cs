using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>Drift detection method: an error rate far above its best (Gama, Medas, Castillo, Rodrigues 2004). Values are 0 and 1.</summary>
/// <remarks>
/// p = error rate since the last change, s = √(p(1 − p)/n). After <see cref="DdmOptions.WarmStart"/> values the least p + s is remembered
/// as (p₀, s₀); a warning is p + s &gt; p₀ + 2 s₀, a change p + s &gt; p₀ + 3 s₀. The minimum over a long stream makes it slow: it
/// compares with the luckiest moment, and needs an error <em>increase</em>.
/// </remarks>
public sealed class Ddm(DdmOptions options) : IChangeRule
{
    public static PairRule<DdmOptions> Row { get; } = new("ddm", RuleInputs.FromZeroToOne, options => new Ddm(options))
    {
        Title = "DDM",
        Key = "ddm",
        Settings =
        [
            RuleParameter.Whole<DdmOptions>("warmStart", 1, 1_000_000_000, o => o.WarmStart, (o, v) => o with { WarmStart = v },
                "Labeled predictions after which it begins to judge.", state: "decides which rate was the best"),
            RuleParameter.Number<DdmOptions>("warningThreshold", 0, 1000, o => o.WarningThreshold, (o, v) => o with { WarningThreshold = v },
                "Standard deviations above the best rate that are a warning.", state: null),
            RuleParameter.Number<DdmOptions>("driftThreshold", 0, 1000, o => o.DriftThreshold, (o, v) => o with { DriftThreshold = v },
                "Standard deviations above the best rate that are an alarm.", state: null),
        ],
    };

    private RunningMean _errors;
    private double _bestRate = double.PositiveInfinity;
    private double _bestDeviation = double.PositiveInfinity;
    private double _now;
    private bool _changed;

    /// <summary>Standard deviations above the best rate, to be compared with <see cref="DdmOptions.DriftThreshold"/>.</summary>
    public double Statistic => _bestDeviation is > 0 and < double.PositiveInfinity ? (_now - _bestRate) / _bestDeviation : 0;

    public RuleSignal Update(double x)
    {
        if (_changed) Reset();
        _errors.Add(x);
        double rate = _errors.Mean;
        double deviation = Math.Sqrt(rate * (1 - rate) / _errors.Count);
        if (_errors.Count <= options.WarmStart) return RuleSignal.None;
        _now = rate + deviation;
        if (rate + deviation <= _bestRate + _bestDeviation) (_bestRate, _bestDeviation) = (rate, deviation);
        _changed = rate + deviation > _bestRate + (options.DriftThreshold * _bestDeviation);
        if (_changed) return RuleSignal.Change;
        return rate + deviation > _bestRate + (options.WarningThreshold * _bestDeviation) ? RuleSignal.Warning : RuleSignal.None;
    }

    public void Exchange(StateExchange state)
    {
        _errors.Exchange(state);
        state.Exchange(ref _bestRate);
        state.Exchange(ref _bestDeviation);
        state.Exchange(ref _now);
        state.Exchange(ref _changed);
    }

    private void Reset()
    {
        (_errors, _bestRate, _bestDeviation) = (default, double.PositiveInfinity, double.PositiveInfinity);
        _changed = false;
    }
}

/// <summary>Parameters of <see cref="Ddm"/>; the defaults are River's.</summary>
public sealed record DdmOptions : RuleOptions
{
    /// <summary>Values after which it begins to judge. The default value is 30.</summary>
    public int WarmStart { get; init; } = 30;

    /// <summary>Standard deviations above the best that are a warning. The default value is 2.</summary>
    public double WarningThreshold { get; init; } = 2;

    /// <summary>Standard deviations above the best that are a change. The default value is 3.</summary>
    public double DriftThreshold { get; init; } = 3;
}

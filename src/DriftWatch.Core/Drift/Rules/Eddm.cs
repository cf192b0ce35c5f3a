using DriftWatch.Core.State;
using static System.FormattableString;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>Early drift detection method: errors that come closer together (Baena-García et al. 2006). Values are 0 and 1.</summary>
/// <remarks>
/// m and s are mean and standard deviation of the distances between errors. At every error after <see cref="EddmOptions.WarmStart"/> values
/// the greatest m + 2s is remembered; where it is not exceeded and there were more than as many errors, a ratio to it below
/// <see cref="EddmOptions.Beta"/> is a change and below <see cref="EddmOptions.Alpha"/> a warning, which stays until an error says otherwise.
/// </remarks>
public sealed class Eddm(EddmOptions options) : IChangeRule
{
    public static PairRule<EddmOptions> Row { get; } = new("eddm", RuleInputs.Errors, options => new Eddm(options))
    {
        Title = "EDDM",
        Key = "eddm",
        Settings =
        [
            RuleParameter.Whole<EddmOptions>("warmStart", 1, 1_000_000_000, o => o.WarmStart, (o, v) => o with { WarmStart = v },
                "Labeled predictions, and errors, after which it begins to judge.", state: "decides which distance was the greatest"),
            RuleParameter.Number<EddmOptions>("alpha", 0, 1, o => o.Alpha, (o, v) => o with { Alpha = v },
                "Distance between errors, as a share of the greatest, below which it warns.", state: null),
            RuleParameter.Number<EddmOptions>("beta", 0, 1, o => o.Beta, (o, v) => o with { Beta = v },
                "The share below which it alarms.", state: null),
        ],
        Fault = o => o.Alpha < o.Beta ? ("alpha", Invariant($"{o.Alpha:R} is less than beta ({o.Beta:R}); it would alarm before it warns")) : null,
    };

    private RunningMean _distances;
    private long _values;
    private long _lastError;
    private double _greatest = -1;
    private double _level = double.PositiveInfinity;
    private RuleSignal _signal;

    /// <summary>One over the ratio, to be compared with 1 ÷ <see cref="EddmOptions.Beta"/>.</summary>
    public double Statistic => 1 / _level;

    public RuleSignal Update(double x)
    {
        if (_signal == RuleSignal.Change) Reset();
        _values++;
        if (x == 1) AddError();
        return _signal;
    }

    public void Exchange(StateExchange state)
    {
        _distances.Exchange(state);
        state.Exchange(ref _values);
        state.Exchange(ref _lastError);
        state.Exchange(ref _greatest);
        state.Exchange(ref _level);
        state.Exchange(ref _signal);
    }

    private void AddError()
    {
        _distances.Add(_values - _lastError);
        _lastError = _values;
        if (_values <= options.WarmStart) return;
        double spread = _distances.Mean + (2 * Math.Sqrt(_distances.Variance));
        if (spread > _greatest) _greatest = spread;
        else if (_distances.Count > options.WarmStart)
        {
            _level = spread / _greatest;
            _signal = _level < options.Beta ? RuleSignal.Change : _level < options.Alpha ? RuleSignal.Warning : RuleSignal.None;
        }
    }

    private void Reset()
    {
        (_distances, _values, _lastError, _greatest) = (default, 0, 0, -1);
        (_level, _signal) = (double.PositiveInfinity, RuleSignal.None);
    }
}

/// <summary>Parameters of <see cref="Eddm"/>; the defaults are River's.</summary>
public sealed record EddmOptions : RuleOptions
{
    /// <summary>Values, and errors, after which it begins to judge. The default value is 30.</summary>
    public int WarmStart { get; init; } = 30;

    /// <summary>A ratio below this is a warning. The default value is 0.95.</summary>
    public double Alpha { get; init; } = 0.95;

    /// <summary>A ratio below this is a change. The default value is 0.9.</summary>
    public double Beta { get; init; } = 0.9;
}

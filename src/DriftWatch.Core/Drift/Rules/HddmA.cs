using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>HDDM with moving averages: the mean of all values against the best mean so far, by Hoeffding's bound (Frías-Blanco et al. 2015).</summary>
/// <remarks>
/// Values lie in [0, 1]. z = mean of all n_z values since the last change; x = the earlier mean (of n_x values) with the least upper bound
/// x + √(ln(1/δ)/(2 n_x)). A change is z − x ≥ √(½ m ln(2/δ)), m = (n_z − n_x)/(n_x n_z). One test of that level at every value: the
/// confidence is that of a single look, not of the stream.
/// </remarks>
public sealed class HddmA(HddmOptions options) : IChangeRule
{
    public static PairRule<HddmOptions> Row { get; } = new("hddm-a", RuleInputs.FromZeroToOne, options => new HddmA(options))
    {
        Title = "HDDM_A",
        Key = "hddmA",
        Settings = HddmOptions.Parameters,
    };

    private readonly double _cut = Math.Log(1.0 / (options.CutConfidence ?? options.DriftConfidence));
    private readonly double _drift = Math.Log(2.0 / options.DriftConfidence);
    private readonly double _warning = Math.Log(2.0 / options.WarningConfidence);
    private RunningMean _all;
    private RunningMean _least;
    private RunningMean _greatest;
    private bool _changed;

    /// <summary>To be compared with ln(2 ÷ <see cref="HddmOptions.DriftConfidence"/>).</summary>
    public double Statistic => Math.Max(Grade(_least, _all.Mean - _least.Mean), options.TwoSided ? Grade(_greatest, _greatest.Mean - _all.Mean) : 0);

    public RuleSignal Update(double x)
    {
        if (_changed) (_all, _least, _greatest, _changed) = (default, default, default, false);
        _all.Add(x);
        if (_all.Count == 1) _least = _greatest = _all;
        double bound = Bound(_all.Count);
        if (_least.Mean + Bound(_least.Count) >= _all.Mean + bound) _least = _all;
        if (_greatest.Mean - Bound(_greatest.Count) <= _all.Mean - bound) _greatest = _all;

        _changed = Rose(_drift) || (options.TwoSided && Fell(_drift));
        if (_changed) return RuleSignal.Change;
        return Rose(_warning) || (options.TwoSided && Fell(_warning)) ? RuleSignal.Warning : RuleSignal.None;
    }

    public void Exchange(StateExchange state)
    {
        _all.Exchange(state);
        _least.Exchange(state);
        _greatest.Exchange(state);
        state.Exchange(ref _changed);
    }

    private bool Rose(double logConfidence) => _least.Count != _all.Count && _all.Mean - _least.Mean >= Distance(_least.Count, logConfidence);

    private bool Fell(double logConfidence) => _greatest.Count != _all.Count && _greatest.Mean - _all.Mean >= Distance(_greatest.Count, logConfidence);

    private double Grade(in RunningMean before, double distance) =>
        distance > 0 && before.Count != _all.Count ? 2 * distance * distance * before.Count * _all.Count / (_all.Count - before.Count) : 0;

    private double Bound(long count) => Math.Sqrt(1.0 / (2 * count) * _cut);

    private double Distance(long count, double logConfidence)
    {
        double m = (double)(_all.Count - count) / count * (1.0 / _all.Count);
        return Math.Sqrt(m / 2 * logConfidence);
    }
}

/// <summary>Parameters of <see cref="HddmA"/> and <see cref="HddmW"/>; the defaults are River's.</summary>
public sealed record HddmOptions : RuleOptions
{
    /// <summary>Level of the test whose rejection is a change. The default value is 0.001.</summary>
    public double DriftConfidence { get; init; } = 0.001;

    /// <summary>Level of the bound by which the best mean is chosen; null: <see cref="DriftConfidence"/>, as River has it.</summary>
    public double? CutConfidence { get; init; }

    /// <summary>Level of the test whose rejection is a warning. The default value is 0.005.</summary>
    public double WarningConfidence { get; init; } = 0.005;

    /// <summary>Weight of the newest value in the moving averages of <see cref="HddmW"/>. The default value is 0.05.</summary>
    public double Lambda { get; init; } = 0.05;

    /// <summary>Whether a falling mean counts too. The default value is false: only rising errors do.</summary>
    public bool TwoSided { get; init; }

    /// <summary>Those that both rules have.</summary>
    internal static IReadOnlyList<RuleParameter> Parameters =>
    [
        RuleParameter.Number<HddmOptions>("driftConfidence", 1e-300, 1, o => o.DriftConfidence, (o, v) => o with { DriftConfidence = v },
            "Level of the test whose rejection is an alarm: of one look, and it looks at every prediction.", state: "decides which mean was the best"),
        RuleParameter.Number<HddmOptions>("warningConfidence", 1e-300, 1, o => o.WarningConfidence, (o, v) => o with { WarningConfidence = v },
            "Level of the test whose rejection is a warning.", state: null),
        RuleParameter.Flag<HddmOptions>("twoSided", o => o.TwoSided, (o, v) => o with { TwoSided = v },
            "Whether a falling mean counts too.", state: null),
    ];
}

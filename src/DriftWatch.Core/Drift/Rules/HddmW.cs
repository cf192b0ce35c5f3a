using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>HDDM with exponentially weighted averages, by McDiarmid's bound (Frías-Blanco et al. 2015). Values lie in [0, 1].</summary>
/// <remarks>
/// An average of weight λ has bound √(b ln(1/δ)/2), b ← λ² + (1 − λ)² b, b₀ = 1. Where the average of all values plus its bound is the
/// least so far, it becomes the reference and a second average starts anew with the value after; a change is a second average above the
/// reference by more than √((b₁ + b₂) ln(1/δ)/2).
/// </remarks>
public sealed class HddmW : IChangeRule
{
    public static PairRule<HddmOptions> Row { get; } = new("hddm-w", RuleInputs.FromZeroToOne, options => new HddmW(options))
    {
        Title = "HDDM_W",
        Key = "hddmW",
        Settings =
        [
            .. HddmOptions.Parameters,
            RuleParameter.Number<HddmOptions>("lambda", 1e-6, 1, o => o.Lambda, (o, v) => o with { Lambda = v },
                "Weight of the newest prediction in the moving averages.", state: "weighs every mean"),
        ],
    };

    private readonly HddmOptions _options;
    private readonly double _cut;
    private readonly double _drift;
    private readonly double _warning;
    private Average _all;
    private Reference _rise;
    private Reference _fall;
    private bool _changed;

    public HddmW(HddmOptions options)
    {
        _options = options;
        _cut = Math.Log(1 / (options.CutConfidence ?? options.DriftConfidence));
        _drift = Math.Log(1 / options.DriftConfidence);
        _warning = Math.Log(1 / options.WarningConfidence);
        Reset();
    }

    /// <summary>To be compared with ln(1 ÷ <see cref="HddmOptions.DriftConfidence"/>).</summary>
    public double Statistic => Math.Max(_rise.Grade(1), _options.TwoSided ? _fall.Grade(-1) : 0);

    public RuleSignal Update(double x)
    {
        if (_changed) Reset();
        _all.Add(x, _options.Lambda);
        double bound = Math.Sqrt(_all.BoundCondition * _cut / 2);
        _rise.Follow(_all, -(_all.Mean + bound), x, _options.Lambda);
        _fall.Follow(_all, _all.Mean - bound, x, _options.Lambda);

        _changed = _rise.Differs(_drift, 1) || (_options.TwoSided && _fall.Differs(_drift, -1));
        if (_changed) return RuleSignal.Change;
        return _rise.Differs(_warning, 1) || (_options.TwoSided && _fall.Differs(_warning, -1)) ? RuleSignal.Warning : RuleSignal.None;
    }

    public void Exchange(StateExchange state)
    {
        _all.Exchange(state);
        _rise.Exchange(state);
        _fall.Exchange(state);
        state.Exchange(ref _changed);
    }

    private void Reset()
    {
        _all = Average.Empty;
        _rise = _fall = new Reference { Before = Average.Empty, After = Average.Empty, Best = double.NegativeInfinity };
        _changed = false;
    }

    private struct Average
    {
        public static readonly Average Empty = new() { BoundCondition = 1 };

        public double Mean;
        public double BoundCondition;
        public bool Started;

        public void Add(double x, double lambda)
        {
            Mean = Started ? (lambda * x) + ((1 - lambda) * Mean) : x;
            Started = true;
            BoundCondition = (lambda * lambda) + ((1 - lambda) * (1 - lambda) * BoundCondition);
        }

        public void Exchange(StateExchange state)
        {
            state.Exchange(ref Mean);
            state.Exchange(ref BoundCondition);
            state.Exchange(ref Started);
        }
    }

    /// <summary>The best average so far, and the average of what came after it.</summary>
    private struct Reference
    {
        public Average Before;
        public Average After;
        public double Best;

        public void Follow(in Average all, double goodness, double x, double lambda)
        {
            if (goodness > Best) (Best, Before, After) = (goodness, all, Average.Empty);
            else After.Add(x, lambda);
        }

        public void Exchange(StateExchange state)
        {
            Before.Exchange(state);
            After.Exchange(state);
            state.Exchange(ref Best);
        }

        public readonly double Grade(int sign) =>
            Before.Started && After.Started && sign * (After.Mean - Before.Mean) is > 0 and var distance
                ? 2 * distance * distance / (Before.BoundCondition + After.BoundCondition)
                : 0;

        public readonly bool Differs(double logConfidence, int sign) =>
            Before.Started && After.Started
            && sign * (After.Mean - Before.Mean) > Math.Sqrt((Before.BoundCondition + After.BoundCondition) * logConfidence / 2);
    }
}

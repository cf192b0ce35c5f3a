using DriftWatch.Core.Hashing;
using DriftWatch.Core.State;
using static System.FormattableString;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>Calibration CUSUM with dynamic probability control limits (Franck, Driscoll, Szajnfarber, Woodall 2025, arXiv 2510.25573).</summary>
/// <remarks>
/// <para>Bets on outcomes whose probability is c(p) = δ p^γ ÷ (δ p^γ + (1 − p)^γ) where p is claimed, and on its opposite, 1/δ and 1/γ. A labeled prediction adds
/// W = ln c(p)/p where it came true, ln (1 − c(p))/(1 − p) where not, to C ← max(0, C + W); the greater of the two sums is what is looked at.</para>
/// <para>What is rare depends on the claims, so the limit follows them (Zhang and Woodall 2015): <see cref="CalibrationCusumOptions.Paths"/> sums see the same claims, with outcomes
/// drawn from the claims themselves. With k = α·paths, α = every ÷ runLength, a change is a sum above the k-th greatest of theirs. A path that would have been one is out of the running, and
/// a copy of another takes its place: so a calibrated series that has not alarmed alarms at the next look with chance α, whatever its claims are. Where values are equal it is less.</para>
/// <para>State: two numbers a path, one if it looks one way only. The draws are splitmix64's, whose one word is state too.</para>
/// </remarks>
public sealed class CalibrationCusum : IPairRule
{
    /// <summary>Claims nearer to 0 and 1 count as this near: an outcome against certainty would be infinite evidence for anything.</summary>
    private const double Nearest = 1e-9;

    private readonly CalibrationCusumOptions _options;
    private readonly int _rank; // k
    private readonly double[] _towards;
    private readonly double[] _against; // the opposite; empty where that is not looked for
    private double _sum;
    private double _opposite;
    private double? _limit; // of the newest look
    private int _since; // labeled predictions since then
    private ulong _draws;
    private bool _changed;

    public CalibrationCusum(CalibrationCusumOptions options)
    {
        if (Row.Fault(options) is var (parameter, message)) throw new ArgumentException($"{parameter}: {message}", nameof(options));
        _options = options;
        _rank = (int)((long)options.Every * options.Paths / options.RunLength);
        _towards = new double[options.Paths];
        _against = new double[options.TwoSided ? options.Paths : 0];
        _draws = (ulong)options.Seed;
    }

    public static PairRule<CalibrationCusumOptions> Row { get; } = new("calibration-cusum", options => new CalibrationCusum(options))
    {
        Title = "calibration CUSUM",
        Key = "calibrationCusum",
        Meaning = "The `calibration-cusum` rule: a CUSUM of log-likelihood ratios for calibration, with control limits that are simulated from the claims as they come (Franck and others, arXiv 2510.25573). It reads the labeled prediction itself, so `input` does not concern it. It costs about 3 µs and keeps 16 KB a series at 1 000 paths.",
        Settings =
        [
            RuleParameter.Number<CalibrationCusumOptions>("delta", 0.01, 100, o => o.Delta, (o, v) => o with { Delta = v },
                "δ: what the odds of outcomes are multiplied by in the drift that is looked for. Drift as large as this is found fastest.", state: "is in every sum"),
            RuleParameter.Number<CalibrationCusumOptions>("gamma", 0.01, 100, o => o.Gamma, (o, v) => o with { Gamma = v },
                "γ: what the log-odds of outcomes are multiplied by, before δ: below 1 the claims are too extreme, above 1 too tame. With 1 it looks for δ alone, and drift of both signs that cancels is not seen.", state: "is in every sum"),
            RuleParameter.Flag<CalibrationCusumOptions>("twoSided", o => o.TwoSided, (o, v) => o with { TwoSided = v },
                "Whether the opposite drift, 1/δ and 1/γ, is looked for too.", state: "decides what is summed"),
            RuleParameter.Whole<CalibrationCusumOptions>("runLength", 2, 1_000_000_000, o => o.RunLength, (o, v) => o with { RunLength = v },
                "Labeled predictions between two false alarms of a calibrated series, on average, if outcomes are independent; at most `every` times `paths`.", state: null),
            RuleParameter.Whole<CalibrationCusumOptions>("every", 1, 1_000_000, o => o.Every, (o, v) => o with { Every = v },
                "It looks at every so many labeled predictions; at 1, as in the paper, `paths` must be as many as `runLength`.", state: null),
            RuleParameter.Whole<CalibrationCusumOptions>("paths", 100, 10_000, o => o.Paths, (o, v) => o with { Paths = v },
                "Simulated sums that the limit is read from. More make it steadier; time and memory grow with them.", state: "is how much is kept"),
            RuleParameter.Whole<CalibrationCusumOptions>("seed", 0, int.MaxValue, o => o.Seed, (o, v) => o with { Seed = v },
                "What the simulation is drawn from: the same seed and records give the same alarms.", state: null),
        ],
        Fault = o => o is { Delta: 1, Gamma: 1 } ? ("delta", "found 1 with gamma 1, which is calibration itself; set one of them to something else")
            : o.Every >= o.RunLength ? ("every", $"{o.Every} is not less than runLength ({o.RunLength}); every look would be an alarm")
            : (long)o.Every * o.Paths < o.RunLength ? ("runLength", $"{o.RunLength} is more than every ({o.Every}) times paths ({o.Paths}); so rare an alarm cannot be read from so few paths")
            : null,
        Promises = o => Invariant($"one false alarm in {o.RunLength} labeled predictions of this series on average, if outcomes are independent"),
    };

    public (double Statistic, double Limit)? Chart => _limit is { } limit ? (Statistic, limit) : null;

    private double Statistic => Math.Max(_sum, _opposite);

    public RuleSignal Update(double confidence, bool outcome)
    {
        if (_changed) Reset();
        double p = Math.Clamp(confidence, Nearest, 1 - Nearest);
        var towards = Weights.Of(p, Math.Log(_options.Delta), _options.Gamma);
        var against = Weights.Of(p, -Math.Log(_options.Delta), 1 / _options.Gamma);
        _sum = Math.Max(0, _sum + towards.Of(outcome));
        if (_options.TwoSided) _opposite = Math.Max(0, _opposite + against.Of(outcome));
        Simulate(p, towards, against);
        if (++_since < _options.Every) return RuleSignal.None;
        _since = 0;
        Look();
        return _changed ? RuleSignal.Change : RuleSignal.None;
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(_towards);
        state.Exchange(_against);
        state.Exchange(ref _sum);
        state.Exchange(ref _opposite);
        state.Exchange(ref _limit);
        state.Exchange(ref _since);
        state.Exchange(ref _draws);
        state.Exchange(ref _changed);
    }

    private void Reset()
    {
        Array.Clear(_towards);
        Array.Clear(_against);
        (_sum, _opposite, _limit, _since, _changed) = (0, 0, null, 0, false);
    }

    /// <summary>Moves every path by an outcome of its own; a draw is enough for two.</summary>
    private void Simulate(double p, in Weights towards, in Weights against)
    {
        // Looked up by outcome, since no processor guesses what is drawn.
        Span<double> forTowards = [towards.Negative, towards.Positive], forAgainst = [against.Negative, against.Positive];
        uint positives = (uint)(p * (1L << 32));
        ulong draw = 0, state = _draws;
        for (int i = 0; i < _towards.Length; i++)
        {
            draw = (i & 1) == 0 ? SplitMix64.Next(ref state) : draw >> 32;
            int outcome = (uint)draw < positives ? 1 : 0;
            _towards[i] = double.MaxNative(0, _towards[i] + forTowards[outcome]);
            if (i < _against.Length) _against[i] = double.MaxNative(0, _against[i] + forAgainst[outcome]);
        }

        _draws = state;
    }

    private double Path(int i) => i < _against.Length ? Math.Max(_towards[i], _against[i]) : _towards[i];

    private void Look()
    {
        // The k + 1 greatest, in falling order.
        Span<double> greatest = _rank < 256 ? stackalloc double[_rank + 1] : new double[_rank + 1];
        greatest.Fill(double.NegativeInfinity);
        for (int i = 0; i < _towards.Length; i++)
        {
            double value = Path(i);
            if (!(value > greatest[^1])) continue;
            int at = greatest.Length - 1;
            for (; at > 0 && greatest[at - 1] < value; at--) greatest[at] = greatest[at - 1];
            greatest[at] = value;
        }

        _limit = greatest[_rank - 1];
        _changed = Statistic > _limit;
        if (!_changed) Replace(Math.Max(Statistic, greatest[_rank]));
    }

    /// <summary>Copies take the place of the paths above: of these and the series, which are alike where the model is calibrated, no more than k.</summary>
    private void Replace(double limit)
    {
        for (int i = 0; i < _towards.Length; i++)
        {
            while (Path(i) > limit)
            {
                int other = (int)(SplitMix64.Next(ref _draws) % (ulong)_towards.Length);
                _towards[i] = _towards[other];
                if (_against.Length > 0) _against[i] = _against[other];
            }
        }
    }

    /// <summary>What an outcome adds to a sum: ln of its probability under the alternative ÷ under the claim.</summary>
    private readonly record struct Weights(double Positive, double Negative)
    {
        public static Weights Of(double p, double logDelta, double gamma)
        {
            double logOdds = logDelta + (gamma * Math.Log(p / (1 - p)));
            return new(-Softplus(-logOdds) - Math.Log(p), -Softplus(logOdds) - Math.Log(1 - p));
        }

        public double Of(bool outcome) => outcome ? Positive : Negative;

        /// <summary>ln(1 + eˣ), of which −ln of a probability is made: without overflow.</summary>
        private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
    }
}

/// <summary>Parameters of <see cref="CalibrationCusum"/>.</summary>
public sealed record CalibrationCusumOptions : RuleOptions
{
    /// <summary>δ: what odds are multiplied by in the drift that is looked for. The default value is 1.5.</summary>
    public double Delta { get; init; } = 1.5;

    /// <summary>γ: what log-odds are multiplied by. The default value is 1.</summary>
    public double Gamma { get; init; } = 1;

    /// <summary>Whether 1/δ and 1/γ are looked for too. The default value is true.</summary>
    public bool TwoSided { get; init; } = true;

    /// <summary>Labeled predictions between false alarms, on average. The default value is 100 000.</summary>
    public int RunLength { get; init; } = 100_000;

    /// <summary>Labeled predictions between looks. The default value is 200.</summary>
    public int Every { get; init; } = 200;

    /// <summary>Simulated sums. The default value is 1000.</summary>
    public int Paths { get; init; } = 1000;

    /// <summary>What the simulation is drawn from. The default value is 1.</summary>
    public int Seed { get; init; } = 1;
}

using DriftWatch.Core.Hashing;

namespace DriftWatch.Evaluation.Bench;

/// <summary>Calibration CUSUM with dynamic limits (Franck and others 2025, arXiv 2510.25573), so that one pass serves all limits.</summary>
/// <remarks>
/// The sums and the simulation are those of <see cref="Core.Drift.Rules.CalibrationCusum"/>: the alternatives are δ, γ and 1/δ, 1/γ, and <see cref="Paths"/> sums see the same claims with outcomes drawn from them. That rule's limit is a
/// quantile of these sums, and one so rare that a calibrated series passes it once in millions cannot be read from a thousand of them. Here the limit is h above the greatest but <see cref="Rank"/>: a sum of log-likelihood ratios is
/// beyond h with a chance that falls as e^−h, so this is the quantile e^h times rarer, and h is what is tuned. Looked at every <see cref="Every"/> predictions, as the rule is.
/// </remarks>
internal sealed class CalibrationCusumProbe(RuleSpec spec, double delta, double gamma) : Probe
{
    public const int Paths = 100, Rank = 5, Every = 200;

    private readonly double[] _towards = new double[Paths], _against = new double[Paths], _greatest = new double[Paths];
    private double _sum, _opposite, _statistic;
    private int _since;
    private ulong _draws; // set by the first claim: chance of its own for each stream

    public override IReadOnlyList<RuleSpec> Rules { get; } = [spec];

    public override double Statistic(int rule) => _statistic;

    public override bool Add(in Draw draw)
    {
        if (_draws == 0) _draws = BitConverter.DoubleToUInt64Bits(draw.Z);
        var (towardsYes, towardsNo) = Weights(draw, Math.Log(delta), gamma);
        var (againstYes, againstNo) = Weights(draw, -Math.Log(delta), 1 / gamma);
        _sum = Math.Max(0, _sum + (draw.Y ? towardsYes : towardsNo));
        _opposite = Math.Max(0, _opposite + (draw.Y ? againstYes : againstNo));
        // Looked up by outcome: no processor guesses what is drawn.
        Span<double> towards = [towardsNo, towardsYes], against = [againstNo, againstYes];
        uint positives = (uint)(draw.P * (1L << 32));
        ulong word = 0;
        for (int i = 0; i < Paths; i++)
        {
            word = (i & 1) == 0 ? SplitMix64.Next(ref _draws) : word >> 32;
            int outcome = (uint)word < positives ? 1 : 0;
            _towards[i] = double.MaxNative(0, _towards[i] + towards[outcome]);
            _against[i] = double.MaxNative(0, _against[i] + against[outcome]);
        }

        if (++_since < Every) return false;
        _since = 0;
        for (int i = 0; i < Paths; i++) _greatest[i] = -Math.Max(_towards[i], _against[i]);
        Array.Sort(_greatest);
        _statistic = Math.Max(_sum, _opposite) + _greatest[Rank - 1];
        return true;
    }

    /// <summary>ln of an outcome's probability under the alternative ÷ under the claim, of one that came true and one that did not.</summary>
    private static (double Yes, double No) Weights(in Draw draw, double logDelta, double gamma)
    {
        double logOdds = logDelta + (gamma * draw.Z), no = Softplus(draw.Z) - Softplus(logOdds);
        return (no + logOdds - draw.Z, no);
    }

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}

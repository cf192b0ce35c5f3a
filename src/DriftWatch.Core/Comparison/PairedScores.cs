using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Comparison;

/// <summary>Sums over labeled requests that both versions scored. Whole numbers: they add up in any order, and are taken back without a trace.</summary>
/// <remarks>
/// The gain of a request is the log loss of the current version less that of the candidate, in nats. Both values that it can take are known before the outcome: ln(q/p) and ln((1 − q)/(1 − p)). They lie on both sides of 0 and as far apart as the
/// log-odds of the claims, b = |logit q − logit p|; so gain ÷ max(1, b) lies in [−1, 1] whatever happens, and for claims within a nat of each other it is the gain itself.
/// </remarks>
internal record struct PairedScores
{
    private const double Scale = 1L << 30;

    /// <summary>Requests.</summary>
    public long Count;

    /// <summary>Σ of bounded gains, in units of 2⁻³⁰.</summary>
    private long _sum;

    /// <summary>Σ of their squares, in units of 2⁻⁶⁰.</summary>
    private UInt128 _squares;

    private UInt128 _lossOfCurrent;
    private UInt128 _lossOfCandidate;

    /// <summary>Σ of bounded gains.</summary>
    public readonly double Sum => _sum / Scale;

    /// <summary>Σ of their squares.</summary>
    public readonly double Squares => (double)_squares / Scale / Scale;

    /// <summary>Σ of log losses, in nats.</summary>
    public readonly double LossOfCurrent => FixedPoint.LogLossToDouble(_lossOfCurrent);

    /// <inheritdoc cref="LossOfCurrent"/>
    public readonly double LossOfCandidate => FixedPoint.LogLossToDouble(_lossOfCandidate);

    public static PairedScores Of(in PairedClaim claim, bool outcome)
    {
        double current = Clipped(claim.Current), candidate = Clipped(claim.Candidate);
        double before = -Math.Log(outcome ? current : 1 - current), after = -Math.Log(outcome ? candidate : 1 - candidate);
        double apart = Math.Abs(LogOdds(candidate) - LogOdds(current));
        long gain = (long)Math.Round(Math.Clamp((before - after) / Math.Max(1, apart), -1, 1) * Scale);
        return new()
        {
            Count = 1,
            _sum = gain,
            _squares = (UInt128)(Int128)((Int128)gain * gain),
            _lossOfCurrent = FixedPoint.FromLogLoss(before),
            _lossOfCandidate = FixedPoint.FromLogLoss(after),
        };
    }

    public static PairedScores operator +(in PairedScores left, in PairedScores right) => new()
    {
        Count = left.Count + right.Count,
        _sum = left._sum + right._sum,
        _squares = left._squares + right._squares,
        _lossOfCurrent = left._lossOfCurrent + right._lossOfCurrent,
        _lossOfCandidate = left._lossOfCandidate + right._lossOfCandidate,
    };

    public static PairedScores operator -(in PairedScores left, in PairedScores right) => new()
    {
        Count = left.Count - right.Count,
        _sum = left._sum - right._sum,
        _squares = left._squares - right._squares,
        _lossOfCurrent = left._lossOfCurrent - right._lossOfCurrent,
        _lossOfCandidate = left._lossOfCandidate - right._lossOfCandidate,
    };

    public void Exchange(StateExchange state)
    {
        state.Exchange(ref Count);
        state.Exchange(ref _sum);
        state.Exchange(ref _squares);
        state.Exchange(ref _lossOfCurrent);
        state.Exchange(ref _lossOfCandidate);
    }

    private static double Clipped(double probability) => Math.Clamp(probability, Contribution.LogLossClip, 1 - Contribution.LogLossClip);

    private static double LogOdds(double probability) => Math.Log(probability) - Math.Log(1 - probability);
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Comparison;

/// <summary>How far two versions are apart on the requests that both scored; needs no label. Whole numbers: they add up in any order.</summary>
public record struct Disagreement
{
    private UInt128 _above; // Σ of differences where the candidate claims more
    private UInt128 _below;

    /// <summary>Requests that both scored.</summary>
    public long Requests { get; private set; }

    /// <summary>Requests on which they predict different classes; their probabilities are not compared.</summary>
    public long OtherClass { get; private set; }

    /// <summary>Requests on which they disagree: different classes, or probabilities further apart than the configured distance.</summary>
    public long Beyond { get; private set; }

    /// <summary>The share of requests on which they disagree; null without any.</summary>
    public readonly double? Share => Requests > 0 ? (double)Beyond / Requests : null;

    /// <summary>Mean of the candidate's probability less the current one's, of requests with one class; null without any.</summary>
    public readonly double? MeanDifference => Compared > 0 ? FixedPoint.ToDouble((Int128)_above - (Int128)_below) / Compared : null;

    /// <summary>Mean distance of the two probabilities; null without any.</summary>
    public readonly double? MeanDistance => Compared > 0 ? FixedPoint.ToDouble(_above + _below) / Compared : null;

    private readonly long Compared => Requests - OtherClass;

    /// <summary>One request.</summary>
    /// <param name="claim">Both claims; null: of different classes.</param>
    /// <param name="distance">From which on they disagree.</param>
    public static Disagreement Of(PairedClaim? claim, double distance)
    {
        if (claim is not { } both) return new() { Requests = 1, OtherClass = 1, Beyond = 1 };
        double apart = both.Candidate - both.Current;
        ulong exact = FixedPoint.FromUnit(Math.Abs(apart));
        return new() { Requests = 1, Beyond = Math.Abs(apart) > distance ? 1 : 0, _above = apart > 0 ? exact : 0UL, _below = apart > 0 ? 0UL : exact };
    }

    public static Disagreement operator +(in Disagreement left, in Disagreement right) => new()
    {
        Requests = left.Requests + right.Requests,
        OtherClass = left.OtherClass + right.OtherClass,
        Beyond = left.Beyond + right.Beyond,
        _above = left._above + right._above,
        _below = left._below + right._below,
    };

    internal void Exchange(StateExchange state)
    {
        Requests = state.Kept(Requests);
        OtherClass = state.Kept(OtherClass);
        Beyond = state.Kept(Beyond);
        state.Exchange(ref _above);
        state.Exchange(ref _below);
    }
}

using static DriftWatch.Core.Recalibration.LogisticLoss;

namespace DriftWatch.Core.Recalibration;

/// <summary>Logistic regression on ln p and −ln(1 − p). A slope that comes out negative is taken as 0 and the rest fitted again, as the reference implementation does.</summary>
public static class BetaFit
{
    public static Fitted Of(FitPoints points)
    {
        if (points.Refusal is { } refusal) return Fitted.Refused(refusal);
        if (points.All.Length == 1) return Fitted.Refused("there is one distinct claim: it has no slope");
        if (points.IsSeparated) return Fitted.Refused("one claim parts all outcomes that came true from all that did not: no slope fits best");
        double[] positive = Column(points, point => point.Positive), negative = Column(points, point => point.Negative), ones = Column(points, _ => 1);
        double[] low = Column(points, point => BetaMap.Logarithms(point.Claim).Low), high = Column(points, point => BetaMap.Logarithms(point.Claim).High);

        var both = points.All.Length > 2 ? Newton.Minimize(LogisticLoss.Of(positive, negative, null, low, high, ones), [1, 1, 0]) : null;
        if (both is { At: [>= 0, >= 0, _] }) return Fitted.Of(new BetaMap(both.At[0], both.At[1], both.At[2]), both.Errors);
        // Two claims, or a band of claims that parts the outcomes: one slope is all that they tell.
        var lower = both is { At: [< 0, ..] } ? null : Newton.Minimize(LogisticLoss.Of(positive, negative, null, low, ones), [1, 0]);
        var upper = both is { At: [>= 0, ..] } ? null : Newton.Minimize(LogisticLoss.Of(positive, negative, null, high, ones), [1, 0]);
        var best = upper is null || upper.Loss > lower?.Loss ? lower : upper;
        return best is null ? Fitted.Refused("no slopes fit best")
            : best.At[0] < 0 ? Fitted.Refused("outcomes run against the claims: both slopes come out negative")
            : Fitted.Of(ReferenceEquals(best, lower) ? new BetaMap(best.At[0], 0, best.At[1]) : new BetaMap(0, best.At[0], best.At[1]));
    }
}

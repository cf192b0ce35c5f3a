using static DriftWatch.Core.Recalibration.LogisticLoss;

namespace DriftWatch.Core.Recalibration;

/// <summary>Moves and stretches the log-odds.</summary>
/// <remarks>
/// With Platt's targets (1999) an outcome counts as (n₊ + 1) ÷ (n₊ + 2) or 1 ÷ (n₋ + 2) in place of 1 or 0, which keeps slopes of few labeled predictions finite and, of many, pulls them where claims are certain: T of golden vector B by 1.5 %.
/// So they are taken below <see cref="FewLabeled"/>, unless it is said otherwise.
/// </remarks>
public static class PlattFit
{
    /// <summary>Below so many labeled predictions the targets are Platt's.</summary>
    public const int FewLabeled = 200;

    /// <param name="points">What to fit.</param>
    /// <param name="targets">Whether targets are Platt's; null: where labeled predictions are few.</param>
    /// <returns>A map, and the standard errors of slope and intercept.</returns>
    public static Fitted Of(FitPoints points, bool? targets = null)
    {
        if (points.Refusal is { } refusal) return Fitted.Refused(refusal);
        if (points.All.Length == 1) return Fitted.Refused("there is one distinct claim: it has no slope");
        bool shrunk = targets ?? points.Effective < FewLabeled;
        if (!shrunk && points.IsSeparated) return Fitted.Refused("one claim parts all outcomes that came true from all that did not: no slope fits best");
        double high = shrunk ? (points.Positive + 1) / (points.Positive + 2) : 1, low = shrunk ? 1 / (points.Negative + 2) : 0;
        var loss = LogisticLoss.Of(
            Column(points, point => (point.Positive * high) + (point.Negative * low)),
            Column(points, point => (point.Positive * (1 - high)) + (point.Negative * (1 - low))),
            null,
            Column(points, point => LogitMap.Logit(point.Claim)),
            Column(points, _ => 1));
        return Newton.Minimize(loss, [1, 0]) is { } least
            ? Fitted.Of(new LogitMap(MapMethod.Platt, least.At[0], least.At[1]), least.Errors)
            : Fitted.Refused("no slope and intercept fit best");
    }
}

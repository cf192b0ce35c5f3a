using static DriftWatch.Core.Recalibration.LogisticLoss;

namespace DriftWatch.Core.Recalibration;

/// <summary>Divides all log-odds by T. Fitted as 1 ÷ T, in which the loss is convex.</summary>
public static class TemperatureFit
{
    /// <returns>A map whose slope is 1 ÷ T, and the standard error of that slope.</returns>
    public static Fitted Of(FitPoints points)
    {
        if (points.Refusal is { } refusal) return Fitted.Refused(refusal);
        double[] logits = Column(points, point => LogitMap.Logit(point.Claim));
        if (Array.TrueForAll(logits, logit => logit == 0)) return Fitted.Refused("all claims are ½: no temperature changes them");
        var loss = LogisticLoss.Of(Column(points, point => point.Positive), Column(points, point => point.Negative), null, logits);
        return Newton.Minimize(loss, [1]) is { } least
            ? Fitted.Of(new LogitMap(MapMethod.Temperature, least.At[0], 0), least.Errors)
            : Fitted.Refused("every outcome is on the side that its claim is on (or on the other): no temperature fits best");
    }
}

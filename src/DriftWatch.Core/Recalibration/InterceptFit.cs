using static DriftWatch.Core.Recalibration.LogisticLoss;

namespace DriftWatch.Core.Recalibration;

/// <summary>Moves all log-odds by the same: calibration in the large. The commonest drift is one of the base rate.</summary>
public static class InterceptFit
{
    public static Fitted Of(FitPoints points)
    {
        if (points.Refusal is { } refusal) return Fitted.Refused(refusal);
        double[] logits = Column(points, point => LogitMap.Logit(point.Claim)), ones = Column(points, _ => 1);
        var loss = LogisticLoss.Of(Column(points, point => point.Positive), Column(points, point => point.Negative), logits, ones);
        return Newton.Minimize(loss, [0]) is { } least
            ? Fitted.Of(new LogitMap(MapMethod.Intercept, 1, least.At[0]), least.Errors)
            : Fitted.Refused("claims are so certain, and so wrong, that no shift of the log-odds fits best");
    }
}

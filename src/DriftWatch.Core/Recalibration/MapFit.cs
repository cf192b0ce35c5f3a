using System.Diagnostics;

namespace DriftWatch.Core.Recalibration;

/// <summary>Fits by method.</summary>
public static class MapFit
{
    public static Fitted Of(MapMethod method, FitPoints points) => method switch
    {
        MapMethod.Intercept => InterceptFit.Of(points),
        MapMethod.Temperature => TemperatureFit.Of(points),
        MapMethod.Platt => PlattFit.Of(points),
        MapMethod.Beta => BetaFit.Of(points),
        MapMethod.Isotonic => IsotonicFit.Of(points),
        MapMethod.Histogram => HistogramFit.Of(points),
        MapMethod.Vector => Fitted.Refused("vector scaling takes vectors"),
        _ => throw new UnreachableException(),
    };

    public static Fitted Of(MapMethod method, VectorSet set) => method switch
    {
        MapMethod.Temperature => VectorTemperatureFit.Of(set),
        MapMethod.Vector => VectorScalingFit.Of(set),
        _ => Fitted.Refused($"{method.Name()} maps one claim, not vectors"),
    };
}

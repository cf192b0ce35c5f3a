namespace DriftWatch.Core.Recalibration;

/// <summary>σ(slope × logit p + intercept): intercept (slope 1), temperature (intercept 0) and Platt.</summary>
public sealed class LogitMap(MapMethod method, double slope, double intercept) : CalibrationMap(method)
{
    /// <summary>Claims nearer to 0 or 1 are taken as this far from it.</summary>
    public const double Clip = 1e-7;

    public double Slope { get; } = slope;

    public double Intercept { get; } = intercept;

    /// <summary>By how much too extreme the claims were: T above 1 makes them tamer.</summary>
    public double Temperature => 1 / Slope;

    public override bool KeepsOrder => Slope > 0;

    public override double Apply(double claim) => Sigmoid((Slope * Logit(claim)) + Intercept);

    internal static double Logit(double claim)
    {
        double inside = Math.Clamp(claim, Clip, 1 - Clip);
        return Math.Log(inside) - Math.Log(1 - inside);
    }

    internal static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));
}

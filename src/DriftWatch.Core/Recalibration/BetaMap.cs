namespace DriftWatch.Core.Recalibration;

/// <summary>σ(a ln p − b ln(1 − p) + c), a and b at least 0. With a = b it is Platt's.</summary>
public sealed class BetaMap(double a, double b, double c) : CalibrationMap(MapMethod.Beta)
{
    /// <summary>Claims nearer to 0 or 1 are taken as this far from it: what the reference implementation does.</summary>
    public const double Clip = 1.0 / (1L << 52);

    public double A { get; } = a;

    public double B { get; } = b;

    public double C { get; } = c;

    public override bool KeepsOrder => A >= 0 && B >= 0 && A + B > 0;

    public override double Apply(double claim)
    {
        var (low, high) = Logarithms(claim);
        return LogitMap.Sigmoid((A * low) + (B * high) + C);
    }

    /// <summary>ln p and −ln(1 − p).</summary>
    internal static (double Low, double High) Logarithms(double claim)
    {
        double inside = Math.Clamp(claim, Clip, 1 - Clip);
        return (Math.Log(inside), -Math.Log(1 - inside));
    }
}

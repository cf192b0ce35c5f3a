using System.Diagnostics;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>What evidence is divided by (φ ≥ 1), by what is bet on: shocks of a day that move all log-odds alike say little against a slope.</summary>
/// <param name="Shift">Of bets on a shift.</param>
/// <param name="Slope">Of bets on a slope.</param>
/// <param name="Local">Of bets on one region.</param>
public readonly record struct Tempers(double Shift, double Slope, double Local)
{
    /// <summary>The same for all.</summary>
    public static Tempers Of(double phi) => new(phi, phi, phi);

    public double this[TiltFamily family] => family switch
    {
        TiltFamily.Shift => Shift,
        TiltFamily.Sharp => Slope,
        TiltFamily.Local => Local,
        _ => throw new UnreachableException(),
    };
}

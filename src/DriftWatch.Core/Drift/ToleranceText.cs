using DriftWatch.Core.Drift.Sequential;
using static System.FormattableString;

namespace DriftWatch.Core.Drift;

/// <summary>What is tolerated, in words: a band in two scales means little before it is seen at two probabilities.</summary>
public static class ToleranceText
{
    /// <summary>"±2 points, at most ±20 % of the odds" or "±2 points".</summary>
    public static string Of(NullBand band) => band switch
    {
        { Form: ToleranceForm.Tighter } => Invariant($"±{100 * band.Tolerance:0.##} points, and at most ±{band.LogOddsTolerance:0.##} in log-odds"),
        { LogOddsTolerance: > 0 } => Invariant($"±{100 * band.Tolerance:0.##} points on top of ±{band.LogOddsTolerance:0.##} in log-odds"),
        _ => Invariant($"±{100 * band.Tolerance:0.##} points"),
    };

    /// <summary>"50 % may be 48 to 52 %, 0.1 % may be 0.082 to 0.122 %".</summary>
    public static string Examples(NullBand band) => $"{At(band, 0.5)}, {At(band, 0.001)}";

    private static string At(NullBand band, double claim) => Invariant($"{100 * claim:0.###} % may be {100 * band.Lower(0, claim):0.###} to {100 * band.Upper(0, claim):0.###} %");
}

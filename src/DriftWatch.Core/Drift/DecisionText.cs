using System.Diagnostics;
using static System.FormattableString;

namespace DriftWatch.Core.Drift;

/// <summary>Parts of the sentence in which a rule tells its decision to people (<see cref="DriftRule.Describe"/>).</summary>
public static class DecisionText
{
    /// <summary>What outcomes do against the claims.</summary>
    public static string Of(Direction? direction, double? temperature, (double Low, double High)? region)
    {
        string what = direction switch
        {
            Direction.ShiftUp => "outcomes happen more often than claimed",
            Direction.ShiftDown => "outcomes happen less often than claimed",
            Direction.Overconfident => "extreme probabilities are too extreme",
            Direction.Underconfident => "extreme probabilities are too tame",
            Direction.Local => "one region of probabilities is off",
            null => "probabilities are off",
            _ => throw new UnreachableException(),
        };
        if (temperature is { } t) what += Invariant($", T ≈ {t:0.##}");
        return region is { } ends ? what + Invariant($", mostly {ends.Low:0.##} to {ends.High:0.##}") : what;
    }

    internal static string What(RecalibrationRequest request) => Of(request.Direction, request.Temperature, request.Region);

    internal static string Labeled(RecalibrationRequest request) => Invariant($"{request.Evidence.Labeled} labeled predictions since {request.Onset}");
}

using static System.FormattableString;

namespace DriftWatch.Core.Drift;

/// <summary>Parts of the sentence in which a rule tells its decision to people (<see cref="DriftRule.Describe"/>).</summary>
public static class DecisionText
{
    /// <summary>What outcomes do against the claims.</summary>
    public static string Of(Direction? direction, double? temperature, (double Low, double High)? region) =>
        DirectionText.Of(direction).Clause + DirectionText.Details(temperature, region);

    internal static string What(RecalibrationRequest request) => Of(request.Direction, request.Temperature, request.Region);

    internal static string Labeled(RecalibrationRequest request) => Invariant($"{request.Evidence.Labeled} labeled predictions since {request.Onset}");
}

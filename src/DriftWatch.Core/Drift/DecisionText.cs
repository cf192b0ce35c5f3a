using static System.FormattableString;

namespace DriftWatch.Core.Drift;

/// <summary>Parts of the sentence in which a rule tells its decision to people (<see cref="DriftRule.Describe"/>).</summary>
public static class DecisionText
{
    /// <summary>What outcomes do against the claims.</summary>
    public static string Of(Direction? direction, double? temperature, (double Low, double High)? region) =>
        DirectionText.Of(direction).Clause + DirectionText.Details(temperature, region);

    internal static string What(RecalibrationRequest request) => Of(request.Direction, request.Temperature, request.Region);

    /// <summary>Why nobody needs to act any more.</summary>
    public static string Superseded(RecalibrationRequest request) =>
        Invariant($"Version {request.Series.Version} has had no predictions since {request.Evidence.Start}, and version {request.SupersededBy} has them: this episode is over, and nothing is left to recalibrate.");

    internal static string Labeled(RecalibrationRequest request) => Invariant($"{request.Evidence.Labeled} labeled predictions since {request.Onset}");
}

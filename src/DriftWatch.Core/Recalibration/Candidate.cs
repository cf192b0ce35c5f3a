namespace DriftWatch.Core.Recalibration;

/// <summary>A kind of map that was tried.</summary>
/// <param name="Method">Which.</param>
/// <param name="Map">Fitted to everything; null if there is none.</param>
/// <param name="Refusal">Why there is none.</param>
/// <param name="Scores">Of mapped claims, on the fold that each was not fitted to; null without a map.</param>
/// <param name="Gain">Log loss that the map saves a prediction, in nats; null without a map.</param>
/// <param name="Overdispersion">By how much shared causes make the gain's variance larger.</param>
/// <param name="Conditions">What the gate asked, with what it found.</param>
public sealed record Candidate(
    MapMethod Method, CalibrationMap? Map, string? Refusal, HeldOutScores? Scores, MeanEstimate? Gain, double Overdispersion, IReadOnlyList<GateCondition> Conditions)
{
    /// <summary>Whether all conditions hold.</summary>
    public bool Accepted => Map is not null && Conditions.All(condition => condition.Passed);

    /// <summary>Standard errors of the parameters, where they are known.</summary>
    public IReadOnlyList<double>? Errors { get; init; }

    /// <summary>Log loss of each outcome under the map: what candidates are compared by.</summary>
    internal double[] Losses { get; init; } = [];

    /// <summary>What the map leaves, by what was claimed.</summary>
    public IReadOnlyList<Region> Regions { get; init; } = [];
}

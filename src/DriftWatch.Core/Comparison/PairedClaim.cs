namespace DriftWatch.Core.Comparison;

/// <summary>What two versions claim of the same event of one request.</summary>
/// <param name="Current">Probability of the version that serves.</param>
/// <param name="Candidate">Probability of the version that is compared with it.</param>
public readonly record struct PairedClaim(double Current, double Candidate);

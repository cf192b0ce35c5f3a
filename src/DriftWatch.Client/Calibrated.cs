namespace DriftWatch.Client;

/// <summary>A claim of the model and what the current map makes of it.</summary>
/// <param name="Claim">What the model claimed.</param>
/// <param name="Probability">The calibrated probability; the claim itself where there is no map.</param>
/// <param name="Revision">Of the map; 0: there is none.</param>
public readonly record struct Calibrated(double Claim, double Probability, int Revision);

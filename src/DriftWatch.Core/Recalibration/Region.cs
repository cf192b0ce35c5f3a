namespace DriftWatch.Core.Recalibration;

/// <summary>Labeled predictions whose claims were alike: what was claimed, what a map makes of it, what was observed.</summary>
/// <param name="Lower">Lower edge of the claims, inside.</param>
/// <param name="Upper">Upper edge, outside but for the last.</param>
/// <param name="Claimed">Mean claim.</param>
/// <param name="Mapped">Mean of the map.</param>
/// <param name="Observed">Share that came true.</param>
/// <param name="Worth">How many labeled predictions the weights are worth.</param>
public readonly record struct Region(double Lower, double Upper, double Claimed, double Mapped, double Observed, double Worth)
{
    /// <summary>By how much the map changes the claims.</summary>
    public double Change => Math.Abs(Mapped - Claimed);

    /// <summary>What it leaves: positive where it is too high.</summary>
    public double Gap => Mapped - Observed;

    internal static List<Region> Of(Judged[] all) =>
    [
        .. all.GroupBy(one => Math.Min(DiagramCells.Bins - 1, (int)(one.Before.Claim * DiagramCells.Bins))).OrderBy(bin => bin.Key).Select(bin =>
        {
            double weight = 0, squares = 0, claimed = 0, mapped = 0, observed = 0;
            foreach (var one in bin)
            {
                weight += one.Weight;
                squares += one.Squares;
                claimed += one.Weight * one.Before.Claim;
                mapped += one.Weight * one.After.Claim;
                observed += one.After.Outcome ? one.Weight : 0;
            }

            return new Region((double)bin.Key / DiagramCells.Bins, (double)(bin.Key + 1) / DiagramCells.Bins, claimed / weight, mapped / weight, observed / weight, weight * weight / squares);
        }),
    ];
}

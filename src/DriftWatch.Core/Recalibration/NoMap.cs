using static System.FormattableString;

namespace DriftWatch.Core.Recalibration;

/// <summary>Why no map is accepted: the present one is good enough, or the model itself needs a look.</summary>
internal static class NoMap
{
    /// <summary>An AUROC that is useless, whatever it was.</summary>
    private const double Useless = 0.55;

    private const double MostLost = 0.05;

    /// <summary>A gap that matters, and how many standard errors tell it from chance in one of 15 bins.</summary>
    private const double LargeGap = 0.05, Sure = 3;

    public static (Verdict Verdict, string Reason) Why(HeldOutScores before, IReadOnlyList<Candidate> candidates, SetFacts facts, int blocks, RecalibrationTerms terms)
    {
        if (!facts.OfVectors && OfRanking(before, terms) is { } ranking) return (Verdict.Retrain, ranking);
        // Before it is called good enough: few blocks make every interval wide.
        if (blocks <= PrequentialGate.LeastBlocks && candidates.FirstOrDefault(candidate => candidate.Overdispersion >= terms.DependentFrom && candidate.Gain?.Mean > terms.MinGain) is { } early)
            return (Verdict.Wait, PrequentialGate.Lacks(blocks, early.Overdispersion));
        if (before.EceInterval.Lower <= terms.GoodEnough)
            return (Verdict.Keep, Invariant($"the present map is good enough: ECE {before.Ece:0.####} ({before.EceInterval.Lower:0.####} to {before.EceInterval.Upper:0.####}), {before.NoiseFloor:0.####} of which claims that hold would show"));
        if (candidates.Any(candidate => candidate.Conditions.All(condition => condition.Passed || condition.Name == "nextBlock") && candidate.Map is not null))
            return (Verdict.Retrain, "nothing lasts: a map of the past does not help the block after; shocks come and go, or the claims drift faster than labels tell");
        var best = candidates.Where(candidate => candidate.Scores is not null).MinBy(candidate => candidate.Scores!.LogLoss.Mean);
        if (best is not null && OfRegion(best) is { } region) return (Verdict.Retrain, region);
        string tried = best is null ? "nothing could be fitted" : $"{best.Method.Name()}, the best, fails: {string.Join("; ", best.Conditions.Where(condition => !condition.Passed).Select(condition => condition.Text))}";
        return (Verdict.Retrain, Invariant($"no map helps though ECE is {before.Ece:0.####} ({before.EceInterval.Lower:0.####} to {before.EceInterval.Upper:0.####}): {tried}"));
    }

    /// <summary>What no map may paper over: outcomes that run against the claims; null if they do not.</summary>
    public static string? OfLabels(HeldOutScores before, SetFacts facts)
    {
        // What ranks at random show (Mann and Whitney): the variance is that of two means of uniform ranks.
        double error = Math.Sqrt(((1.0 / facts.Positives) + (1.0 / (facts.Count - facts.Positives))) / 12);
        return before.Auroc < 0.5 - (Sure * error) ? Invariant($"labels: outcomes run against the claims (AUROC {before.Auroc:0.###}): are labels, or classes, the wrong way round?") : null;
    }

    private static string? OfRanking(HeldOutScores before, RecalibrationTerms terms)
    {
        if (before.Auroc is not { } auroc) return null;
        if (terms.ReferenceAuroc is { } reference && reference - auroc > MostLost) return Invariant($"discrimination is lost: AUROC {auroc:0.###}, it was {reference:0.###}");
        return auroc < Useless && before.EceInterval.Lower > terms.GoodEnough ? Invariant($"discrimination is lost: AUROC {auroc:0.###}, the claims hardly tell outcomes apart") : null;
    }

    /// <summary>The region that surely is off, and by twice as much as any other, reckoned in outcomes.</summary>
    private static string? OfRegion(Candidate best)
    {
        var regions = best.Regions.OrderByDescending(region => Math.Abs(region.Gap) * region.Worth).ToList();
        var worst = regions[0];
        double noise = Math.Sqrt(Math.Max(worst.Observed * (1 - worst.Observed), worst.Mapped * (1 - worst.Mapped)) / worst.Worth);
        bool isAlone = regions.Count > 1 && Math.Abs(worst.Gap) * worst.Worth >= 2 * Math.Abs(regions[1].Gap) * regions[1].Worth;
        return isAlone && Math.Abs(worst.Gap) > Math.Max(LargeGap, Sure * noise)
            ? Invariant($"one region: of claims from {worst.Lower:0.##} to {worst.Upper:0.##}, {best.Method.Name()} expects {worst.Mapped:0.###} and {worst.Observed:0.###} was observed")
            : null;
    }
}

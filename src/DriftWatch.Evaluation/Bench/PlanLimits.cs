using DriftWatch.Core.Drift;

namespace DriftWatch.Evaluation.Bench;

/// <summary>What a plan can be held up by: everything about a stream or a policy that, were it away, would let a drift be noticed sooner.</summary>
internal static class PlanLimits
{
    /// <summary>That there are no more labels: of these one can always have more, and this is how many times more are asked about.</summary>
    public const string Labels = "the number of labels";

    /// <inheritdoc cref="Labels"/>
    public const int More = 4;

    /// <summary>Each with its name and the stream without it; only what the stream has.</summary>
    public static IEnumerable<(string Name, PlanStream Without)> Of(PlanStream stream)
    {
        if (stream.Shocks > 0) yield return ("days that differ", stream with { Shocks = 0, Drift = stream.Drift with { Dependence = Dependence.Independent } });
        else if (stream.Drift.Dependence != Dependence.Independent) yield return ("not knowing that days do not differ", stream with { Drift = stream.Drift with { Dependence = Dependence.Independent } });
        if (stream.Unlabeled > 0 || stream.InTime(false) < 1 || stream.InTime(true) < 1) yield return ("missing labels", stream with { Unlabeled = 0, DelayNegative = TimeSpan.Zero, DelayPositive = TimeSpan.Zero });
        if (stream.Slices > 0) yield return ("slices", stream with { Slices = 0 });
        if (stream.VersionEvery is not null) yield return ("short versions", stream with { VersionEvery = null });
        if (stream.Batch) yield return ("batches", stream with { Batch = false });
        yield return ("the tolerance", stream with { Drift = stream.Drift with { Tolerance = 0, LogOddsTolerance = 0 } });
        yield return (Labels, stream with { PerDay = More * stream.PerDay });
    }
}

using DriftWatch.Core.Drift;

namespace DriftWatch.Evaluation.Bench;

/// <summary>Whether the detector names the drift rightly and dates it well.</summary>
internal static class DirectionBench
{
    private const int Stable = 20_000;
    private const double Tolerance = 0.02;

    public static IEnumerable<Scenario> Cells => Scenarios.Drifting.Where(cell => cell.Id is "S1" or "S2" or "S3" or "S6" && cell.Truth is not { Temperature: > 1 and < 1.2 });

    public static (Direction Said, double OnsetError)? Play(Scenario cell, ulong seed)
    {
        var short0 = cell with { Stable = Stable, After = 100_000 };
        var drive = new SeriesDrive(SeriesDrive.Independent(Tolerance), PaneProbe.Pane, TimeSpan.FromSeconds(10));
        var random = new BenchRandom(seed);
        for (int i = 0; i < short0.Length && drive.Fired is null; i++)
        {
            var draw = short0.Next(random, i);
            drive.Add(draw.P, draw.Y);
        }

        return drive is { Fired: { Direction: { } said } fired } && drive.FiredAt > Stable
            ? (said, Math.Abs(drive.PredictionsAt(fired.Onset) - Stable))
            : null;
    }

    /// <summary>Names that are true of a drift: that of its family, and that of its sign where most of it points one way.</summary>
    public static bool IsRight(Scenario cell, Direction said)
    {
        double gap = cell.Truth.Gap(cell.Law), error = cell.Truth.Error(cell.Law);
        if (Math.Abs(gap) > 0.5 * error && said == (gap > 0 ? Direction.ShiftDown : Direction.ShiftUp)) return true;
        if (cell.Truth.LocalGap != 0) return said == Direction.Local;
        return cell.Truth.Temperature != 1 && said == (cell.Truth.Temperature > 1 ? Direction.Overconfident : Direction.Underconfident);
    }

    public static DirectionResult Sum(Scenario cell, IReadOnlyList<(Direction Said, double OnsetError)?> streams)
    {
        var fired = streams.OfType<(Direction Said, double OnsetError)>().ToList();
        return new(
            cell.Key,
            streams.Count,
            fired.Count,
            fired.Count(one => IsRight(cell, one.Said)),
            CellResult.Quantile([.. fired.Select(one => one.OnsetError).Order()], 0.5),
            fired.CountBy(one => one.Said).OrderByDescending(said => said.Value).ToDictionary());
    }
}

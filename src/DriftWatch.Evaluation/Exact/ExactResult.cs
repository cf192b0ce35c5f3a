using DriftWatch.Core.Calibration;

namespace DriftWatch.Evaluation.Exact;

/// <summary>What takes longer than a stream has: a test of calibration, and 95 % intervals that hold where the outcomes of one block of time share causes.</summary>
/// <remarks>One look at everything. Its time does not depend on how many predictions there are: some 0.2 s at <see cref="MostBlocks"/> blocks.</remarks>
public sealed record ExactResult
{
    /// <summary>Callers join neighbouring blocks until there are no more, so that time is bounded.</summary>
    public const int MostBlocks = 400;

    /// <summary>T-Cal's adaptive test; null below two labeled predictions. Takes outcomes as independent.</summary>
    public required TCal? Test { get; init; }

    /// <summary>The mean squared gap less what sampling noise adds to it; can be below zero.</summary>
    public required double? SquaredGap { get; init; }

    /// <summary>Its interval, valid at zero and away from it. Takes outcomes as independent.</summary>
    public required Interval? SquaredGapInterval { get; init; }

    /// <summary>How many blocks were drawn from. Below <see cref="BlockBootstrap.LeastBlocks"/> there are no intervals by blocks.</summary>
    public required int Blocks { get; init; }

    /// <summary>By blocks, like the following.</summary>
    public required Interval? Gap { get; init; }

    public required Interval? Brier { get; init; }

    public required Interval? LogLoss { get; init; }

    public required Interval? Auroc { get; init; }

    /// <param name="blocks">At least one, in any order, of one grid; together all labeled predictions.</param>
    public static ExactResult Of(IReadOnlyList<CalibrationSketch> blocks)
    {
        var total = new CalibrationSketch(blocks[0].Grid);
        foreach (var block in blocks) total.Merge(block);
        var intervals = BlockBootstrap.Of(blocks, [Scores.Gap, Scores.Brier, Scores.LogLoss, sketch => Discrimination.Of(sketch)?.Auroc]);
        return new()
        {
            Test = TCal.Adaptive(total),
            SquaredGap = Exact.SquaredGap.Unbiased(total),
            SquaredGapInterval = Exact.SquaredGap.Interval(total),
            Blocks = blocks.Count,
            Gap = intervals[0],
            Brier = intervals[1],
            LogLoss = intervals[2],
            Auroc = intervals[3],
        };
    }
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;

namespace DriftWatch.Evaluation.Exact;

public class BlockBootstrapTests
{
    private static readonly Func<CalibrationSketch, double?>[] Statistics =
        [Scores.Gap, Scores.Brier, Scores.LogLoss, sketch => Discrimination.Of(sketch)?.Auroc];

    [Fact]
    public void Intervals_cover_gap_Brier_score_log_loss_and_AUROC()
    {
        const int Runs = 150;
        var random = new SplitMix(29);
        var large = ScoreLaw.D1.Sketch(random, 400_000, 1.3);
        double[] truths = [.. Statistics.Select(statistic => statistic(large)!.Value)];
        int[] covered = new int[truths.Length];
        for (int run = 0; run < Runs; run++)
        {
            CalibrationSketch[] blocks = [.. Enumerable.Range(0, 60).Select(_ => ScoreLaw.D1.Sketch(random, 20, 1.3))];
            var intervals = BlockBootstrap.Of(blocks, Statistics, seed: (ulong)run);
            for (int i = 0; i < truths.Length; i++)
            {
                if (intervals[i]!.Value.Lower <= truths[i] && truths[i] <= intervals[i]!.Value.Upper) covered[i]++;
            }
        }

        Assert.All(covered, count => Assert.InRange(count, 0.89 * Runs, Runs - 1));
    }

    [Fact]
    public void Where_blocks_share_shocks_drawing_blocks_covers_and_the_law_of_independent_outcomes_does_not()
    {
        const int Runs = 120;
        var random = new SplitMix(31);
        int byBlocks = 0, independent = 0;
        for (int run = 0; run < Runs; run++)
        {
            var blocks = new CalibrationSketch[60];
            var all = new CalibrationSketch();
            for (int i = 0; i < blocks.Length; i++)
            {
                blocks[i] = new CalibrationSketch();
                double shock = random.Chance(0.5) ? 0.1 : -0.1; // on average the claims are right
                for (int j = 0; j < 100; j++) blocks[i].Add(0.5, random.Chance(0.5 + shock));
                all.Merge(blocks[i]);
            }

            // Variance of a block's mean: 0.01 + 0.24/100 where 0.25/100 is expected, about 5 times.
            if (Holds(BlockBootstrap.Of(blocks, [Scores.Gap])[0])) byBlocks++;
            if (Holds(Intervals.Gap(all))) independent++;
        }

        Assert.True(byBlocks >= 0.89 * Runs, $"blocks: {byBlocks} of {Runs}");
        Assert.True(independent < 0.75 * Runs, $"independent: {independent} of {Runs}");

        static bool Holds(Interval? interval) => interval is { Lower: <= 0, Upper: >= 0 };
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_too_few_blocks_give_none()
    {
        CalibrationSketch[] blocks = [.. Pairs.B.Chunk(1000 / BlockBootstrap.LeastBlocks).Select(chunk => chunk.Sketch())];
        Assert.Equal(BlockBootstrap.Of(blocks, Statistics), BlockBootstrap.Of(blocks, Statistics));
        Assert.NotEqual(BlockBootstrap.Of(blocks, Statistics), BlockBootstrap.Of(blocks, Statistics, seed: 2));
        Assert.All(BlockBootstrap.Of(blocks[..(BlockBootstrap.LeastBlocks - 1)], Statistics), interval => Assert.Null(interval));
    }
}

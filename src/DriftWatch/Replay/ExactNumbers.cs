using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;
using DriftWatch.Evaluation.Exact;

namespace DriftWatch.Replay;

/// <summary>The exact tests and intervals of a replay's series, computed when they are written.</summary>
/// <param name="pairs">All labeled predictions.</param>
/// <param name="width">Width of the windows that are the blocks, each taken whole; neighbours are joined where there are too many.</param>
/// <param name="origin">Where windows start.</param>
internal sealed class ExactNumbers(SeriesPairs pairs, TimeSpan width, EventTime origin)
{
    /// <summary>The numbers of everything; null if there is nothing, or it holds other pairs than were seen here.</summary>
    public ExactResult? OfTotal(SeriesKey series, WindowSnapshot total)
    {
        pairs.Load(series);
        return pairs.Outcomes.Length > 0 && SeriesPairs.AreThoseOf(total, pairs.Outcomes) ? ExactResult.Of(Blocks()) : null;
    }

    private List<CalibrationSketch> Blocks()
    {
        var first = pairs.Times[0].FloorTo(width, origin);
        long windows = ((pairs.Times[^1].FloorTo(width, origin) - first).Ticks / width.Ticks) + 1;
        var joined = width * ((windows + ExactResult.MostBlocks - 1) / ExactResult.MostBlocks);
        List<CalibrationSketch> blocks = [];
        var end = first;
        for (int i = 0; i < pairs.Times.Length; i++)
        {
            if (pairs.Times[i] >= end)
            {
                end = pairs.Times[i].FloorTo(joined, first) + joined;
                blocks.Add(new(Grid.Default));
            }

            blocks[^1].AddPrediction(pairs.Confidences[i]);
            blocks[^1].AddOutcome(pairs.Confidences[i], pairs.Outcomes[i]);
        }

        return blocks;
    }
}

using System.Collections;
using DriftWatch.Core.Input;

namespace DriftWatch.Replay;

/// <summary>How long the slowest label took: the horizon under which every label that comes counts.</summary>
/// <param name="Delay">The longest delay of a label whose prediction is there; zero if there is none.</param>
/// <param name="Known">How many labels have the id of a prediction, whether or not in time.</param>
/// <param name="HasTies">Whether some id has two labels, so that their times may not say which is the first.</param>
internal readonly record struct LongestDelay(TimeSpan Delay, long Known, bool HasTies)
{
    private const int Block = 64;

    /// <param name="predictions">All predictions.</param>
    /// <param name="index">Where their ids are.</param>
    /// <param name="labels">All labels.</param>
    /// <param name="order">Labels by time.</param>
    public static LongestDelay Of(Rows<Prediction> predictions, PredictionIndex index, Rows<Label> labels, PlayOrder order)
    {
        var answered = new BitArray(predictions.Count);
        long longest = 0, known = 0;
        bool ties = false;
        Span<PredictionId> ids = stackalloc PredictionId[Block];
        Span<int> rows = stackalloc int[Block];
        for (int first = 0; first < order.Count; first += Block)
        {
            int count = Math.Min(Block, order.Count - first);
            for (int i = 0; i < count; i++) ids[i] = labels[order[first + i]].Id;
            index.Find(ids[..count], rows);
            for (int i = 0; i < count; i++)
            {
                int row = rows[i];
                if (row < 0) continue;
                known++;
                ties |= answered[row];
                answered[row] = true;
                longest = Math.Max(longest, labels[order[first + i]].Time.Milliseconds - predictions[row].Time.Milliseconds);
            }
        }

        return new LongestDelay(TimeSpan.FromMilliseconds(longest), known, ties);
    }
}

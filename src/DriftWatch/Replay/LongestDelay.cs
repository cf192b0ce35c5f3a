using System.Collections;
using DriftWatch.Core.Input;

namespace DriftWatch.Replay;

/// <summary>How long the slowest label took: the horizon under which every label that comes counts.</summary>
/// <param name="Delay">The longest delay of a label whose prediction is there; zero if there is none.</param>
/// <param name="Known">How many labels have the id of a prediction, whether or not in time.</param>
/// <param name="HasTies">Whether some id has two labels, so that their times may not say which is the first.</param>
internal readonly record struct LongestDelay(TimeSpan Delay, long Known, bool HasTies)
{
    /// <param name="predictions">All predictions.</param>
    /// <param name="index">Where their ids are.</param>
    /// <param name="labels">All labels.</param>
    /// <param name="order">Labels by time.</param>
    public static LongestDelay Of(Rows<Prediction> predictions, PredictionIndex index, Rows<Label> labels, PlayOrder order)
    {
        var answered = new BitArray(predictions.Count);
        long longest = 0, known = 0;
        bool ties = false;
        for (int place = 0; place < order.Count; place++)
        {
            ref readonly var label = ref labels[order[place]];
            int row = index.Find(label.Id);
            if (row < 0) continue;
            known++;
            ref readonly var prediction = ref predictions[row];
            ties |= answered[row];
            answered[row] = true;
            longest = Math.Max(longest, label.Time.Milliseconds - prediction.Time.Milliseconds);
        }

        return new LongestDelay(TimeSpan.FromMilliseconds(longest), known, ties);
    }
}

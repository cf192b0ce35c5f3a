using System.Collections;
using DriftWatch.Joining;
using DriftWatch.Messages;
using DriftWatch.Series;

namespace DriftWatch.Replay;

/// <summary>How long the slowest label took: the horizon under which every label that comes counts.</summary>
/// <param name="Delay">The longest delay of a label that would count; zero if none would.</param>
/// <param name="HasTies">Whether some id has two labels, so that their times may not say which is the first.</param>
internal readonly record struct LongestDelay(TimeSpan Delay, bool HasTies)
{
    /// <param name="predictions">All predictions.</param>
    /// <param name="index">Where their ids are.</param>
    /// <param name="labels">All labels.</param>
    /// <param name="order">Labels by time.</param>
    /// <param name="routes">Rules of the predictions: how early a label may be, and whether later labels replace the first and so count too.</param>
    public static LongestDelay Of(Rows<Prediction> predictions, PredictionIndex index, Rows<Label> labels, PlayOrder order, RouteTable routes)
    {
        var answered = new BitArray(predictions.Count);
        long longest = 0;
        bool ties = false;
        for (int place = 0; place < order.Count; place++)
        {
            ref readonly var label = ref labels[order[place]];
            int row = index.Find(label.Id);
            if (row < 0) continue;
            ref readonly var prediction = ref predictions[row];
            var rule = routes[prediction.Route].Rule;
            long delay = label.Time.Milliseconds - prediction.Time.Milliseconds;
            if (delay < -rule.Lead.Ticks / TimeSpan.TicksPerMillisecond) continue;
            ties |= answered[row];
            if (answered[row] && rule.Corrections == CorrectionRule.Ignore) continue;
            answered[row] = true;
            longest = Math.Max(longest, delay);
        }

        return new LongestDelay(TimeSpan.FromMilliseconds(longest), ties);
    }
}

using System.Runtime.CompilerServices;
using DriftWatch.Core.Input;

namespace DriftWatch.Replay;

/// <summary>How long the slowest label took: the horizon under which every label that comes counts.</summary>
/// <param name="Delay">The longest delay of a label whose prediction is there; zero if there is none.</param>
/// <param name="Known">How many labels have the id of a prediction, whether or not in time.</param>
/// <param name="HasTies">Whether some id has two labels, so that their times may not say which is the first.</param>
internal readonly record struct LongestDelay(TimeSpan Delay, long Known, bool HasTies)
{
    private const int Block = 64;

    /// <summary>Asks the shards of the index at once, each for the labels that are its own.</summary>
    /// <param name="predictions">All predictions.</param>
    /// <param name="index">Where their ids are.</param>
    /// <param name="labels">All labels.</param>
    public static LongestDelay Of(Rows<Prediction> predictions, PredictionIndex index, Rows<Label> labels)
    {
        var answered = new bool[predictions.Count]; // not bits: shards write at once
        var found = new LongestDelay[PredictionIndex.Shards];
        Parallel.For(0, found.Length, shard => found[shard] = Of(shard, predictions, index, labels, answered));
        return new(found.Max(each => each.Delay), found.Sum(each => each.Known), found.Any(each => each.HasTies));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // one long loop, called once
    private static LongestDelay Of(int shard, Rows<Prediction> predictions, PredictionIndex index, Rows<Label> labels, bool[] answered)
    {
        long longest = 0, known = 0;
        bool ties = false;
        Span<PredictionId> ids = stackalloc PredictionId[Block];
        Span<long> times = stackalloc long[Block];
        Span<int> rows = stackalloc int[Block];
        for (int label = 0; label < labels.Count;)
        {
            int count = 0;
            for (; label < labels.Count && count < Block; label++)
            {
                ref readonly var next = ref labels[label];
                if (PredictionIndex.ShardOf(next.Id) == shard) (ids[count], times[count++]) = (next.Id, next.Time.Milliseconds);
            }

            index.Find(shard, ids[..count], rows);
            for (int i = 0; i < count; i++)
            {
                int row = rows[i];
                if (row < 0) continue;
                known++;
                ties |= answered[row];
                answered[row] = true;
                longest = Math.Max(longest, times[i] - predictions[row].Time.Milliseconds);
            }
        }

        return new LongestDelay(TimeSpan.FromMilliseconds(longest), known, ties);
    }
}

using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Joining;

/// <summary>What an entry of the join knows where labels are asked for by chance: nothing elsewhere, and no room for it either.</summary>
/// <param name="Own">Of a prediction: with what probability its label is asked for.</param>
/// <param name="Label">The same of the label: of the one that stands, or that the entry is.</param>
internal readonly record struct JoinSide(SamplingWeight Own, SamplingWeight Label)
{
    /// <summary>How the prediction came to be labeled: what the label says counts before what the prediction said.</summary>
    public LabelChoice Choice => new(Label.Or(Own), Own.IsMore);

    public static JoinSide Exchange(StateExchange state, JoinSide side) => new(SamplingWeight.Exchange(state, side.Own), SamplingWeight.Exchange(state, side.Label));
}

using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Joining;

/// <summary>What an entry of the join knows where labels are asked for by chance, or say who they are of: nothing elsewhere, and no room for it either.</summary>
/// <param name="Own">Of a prediction: with what probability its label is asked for.</param>
/// <param name="Label">The same of the label: of the one that stands, or that the entry is.</param>
/// <param name="Source">Of whom that label is, among the <see cref="SourceNames"/>.</param>
internal readonly record struct JoinSide(SamplingWeight Own, SamplingWeight Label, int Source = SourceNames.Unstated)
{
    /// <summary>Of an entry that is a label.</summary>
    public static JoinSide Of(in Label label) => new(default, label.Weight, label.Source);

    /// <summary>The same prediction under a label.</summary>
    public JoinSide Under(in Label label) => this with { Label = label.Weight, Source = label.Source };

    /// <summary>How the prediction came to be labeled: what the label says counts before what the prediction said.</summary>
    public LabelChoice Choice => new(Label.Or(Own), Own.IsMore);

    /// <param name="state">Where it is kept.</param>
    /// <param name="side">What is.</param>
    /// <param name="sources">How many names of sources the block has: without any, nobody asked.</param>
    public static JoinSide Exchange(StateExchange state, JoinSide side, int sources)
    {
        var (own, label) = (SamplingWeight.Exchange(state, side.Own), SamplingWeight.Exchange(state, side.Label));
        return new(own, label, sources == 0 ? SourceNames.Unstated : state.KeptWithin(side.Source, 0, sources + SourceNames.Unknown, "the number of a source"));
    }
}

using DriftWatch.Core.State;

namespace DriftWatch.Core.Comparison;

/// <summary>What is counted of the requests of one hour.</summary>
internal sealed class PairBlock : IKeepsState
{
    public Disagreement Apart;
    public PairedScores Scores;

    public void Exchange(StateExchange state)
    {
        Apart.Exchange(state);
        Scores.Exchange(state);
    }
}

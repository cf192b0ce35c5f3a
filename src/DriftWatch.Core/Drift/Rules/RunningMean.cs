using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>Mean and sum of squared deviations of the values so far (Welford).</summary>
/// <remarks>The order of operations is River's: the counts of alarms on real data were compared, and they hang on the last bit.</remarks>
internal struct RunningMean : IKeepsState
{
    public long Count { get; private set; }

    public double Mean { get; private set; }

    public double SumSquares { get; private set; }

    /// <summary>With one degree of freedom taken off; 0 for fewer than two values.</summary>
    public readonly double Variance => Count > 1 ? SumSquares / (Count - 1) : 0;

    public void Add(double x)
    {
        double before = Mean;
        Count++;
        Mean += 1.0 / Count * (x - before);
        SumSquares += (x - before) * (x - Mean);
    }

    public void Exchange(StateExchange state)
    {
        Count = state.Kept(Count);
        Mean = state.Kept(Mean);
        SumSquares = state.Kept(SumSquares);
    }
}

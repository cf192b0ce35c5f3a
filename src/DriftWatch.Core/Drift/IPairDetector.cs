namespace DriftWatch.Core.Drift;

/// <summary>A rule that looks at labeled predictions one by one, in the order of their labels, in place of mature panes.</summary>
public interface IPairDetector : IDriftDetector
{
    /// <summary>Takes a labeled prediction, in any order that respects the out-of-orderness allowance. It is judged once the watermark has passed it.</summary>
    void Add(in LabeledPrediction pair);
}

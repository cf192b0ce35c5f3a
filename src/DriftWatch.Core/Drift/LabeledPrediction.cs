using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <summary>A prediction and its outcome.</summary>
/// <param name="Arrived">Event time at which both were known.</param>
/// <param name="Predicted">Event time of the prediction.</param>
/// <param name="Confidence">What was claimed.</param>
/// <param name="Outcome">What came true.</param>
/// <param name="Choice">How it came to be labeled; not kept where pairs wait for their turn: the rules that see them one by one take each as one.</param>
public readonly record struct LabeledPrediction(EventTime Arrived, EventTime Predicted, double Confidence, bool Outcome, LabelChoice Choice = default)
{
    /// <summary>By arrival; what arrives at one moment is in an order that the records alone decide.</summary>
    public static readonly Comparer<LabeledPrediction> ByArrival = Comparer<LabeledPrediction>.Create((left, right) =>
        left.Arrived.CompareTo(right.Arrived) is not 0 and var byArrival ? byArrival
        : left.Predicted.CompareTo(right.Predicted) is not 0 and var byPrediction ? byPrediction
        : left.Confidence.CompareTo(right.Confidence) is not 0 and var byConfidence ? byConfidence
        : left.Outcome.CompareTo(right.Outcome));

    internal static LabeledPrediction Exchange(StateExchange state, LabeledPrediction pair) =>
        new(state.Kept(pair.Arrived), state.Kept(pair.Predicted), state.Kept(pair.Confidence), state.Kept(pair.Outcome));
}

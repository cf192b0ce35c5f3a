using System.Runtime.InteropServices;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>What one record did to the join.</summary>
/// <param name="Kind">What became of the record.</param>
/// <param name="Route">The prediction's route; -1 where no prediction is known.</param>
/// <param name="PredictionTime">The prediction's event time, where <paramref name="Route"/> is one.</param>
/// <param name="Confidence">Its confidence, where <paramref name="Route"/> is one.</param>
/// <param name="Outcome">For <see cref="Arrival.Matched"/> and <see cref="Arrival.Corrected"/>: the outcome that stands now.</param>
/// <param name="OldOutcome">For <see cref="Arrival.Corrected"/>: the outcome that stood before, to be subtracted; null otherwise.</param>
/// <param name="Delay">For <see cref="Arrival.Matched"/> and <see cref="Arrival.Corrected"/>: event time from prediction to label.</param>
/// <param name="Vector">For <see cref="Arrival.Matched"/> and <see cref="Arrival.Corrected"/>: the prediction's vector, which knows the label; valid until the joiner's next call. 0 for none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JoinResult(
    Arrival Kind,
    int Route = -1,
    EventTime PredictionTime = default,
    double Confidence = double.NaN,
    bool Outcome = false,
    bool? OldOutcome = null,
    TimeSpan Delay = default,
    int Vector = 0)
{
    /// <summary>For <see cref="Arrival.Corrected"/>: the delay of the label that stood before.</summary>
    public TimeSpan OldDelay { get; init; }
}

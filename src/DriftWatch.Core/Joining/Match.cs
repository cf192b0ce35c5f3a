using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>A prediction and its outcome, as they were counted.</summary>
/// <param name="Route">The prediction's route.</param>
/// <param name="Time">The prediction's event time.</param>
/// <param name="Confidence">Its confidence.</param>
/// <param name="Outcome">Whether the event came true.</param>
/// <param name="Delay">Event time from prediction to label.</param>
public readonly record struct Match(int Route, EventTime Time, double Confidence, bool Outcome, TimeSpan Delay);

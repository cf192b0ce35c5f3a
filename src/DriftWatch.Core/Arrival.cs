using DriftWatch.Messages;

namespace DriftWatch;

/// <summary>What a record did to the monitor.</summary>
public enum Arrival : byte
{
    /// <summary>Accepted; waits for its counterpart.</summary>
    Waiting,

    /// <summary>Accepted; prediction and label met and were counted.</summary>
    Matched,

    /// <summary>A label that replaced an earlier one.</summary>
    Corrected,

    /// <summary>Its id has been processed.</summary>
    Duplicate,

    /// <summary>Behind the watermark by more than the retention.</summary>
    Late,

    /// <summary>A label whose prediction is known but outside the interval.</summary>
    Orphaned,

    /// <summary>A label that the prediction's view cannot read: <see cref="RejectReason.LabelValue"/>.</summary>
    Unreadable,
}

/// <summary>A prediction and its outcome, as they were counted.</summary>
/// <param name="Route">The prediction's route.</param>
/// <param name="Time">The prediction's event time.</param>
/// <param name="Confidence">Its confidence.</param>
/// <param name="Outcome">Whether the event came true.</param>
/// <param name="Delay">Event time from prediction to label.</param>
public readonly record struct Match(int Route, EventTime Time, double Confidence, bool Outcome, TimeSpan Delay);

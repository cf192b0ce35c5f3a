using DriftWatch.Core.Input;

namespace DriftWatch.Core.Joining;

/// <summary>What a record did to the monitor.</summary>
public enum Arrival : byte
{
    /// <summary>Accepted; waits for its counterpart.</summary>
    Waiting,

    /// <summary>Accepted; prediction and label met and were counted.</summary>
    Matched,

    /// <summary>A label that replaced an earlier one.</summary>
    Corrected,

    /// <summary>A prediction whose id, model and version are known, or a label that said nothing new to any prediction.</summary>
    Duplicate,

    /// <summary>Behind the watermark by more than the retention.</summary>
    Late,

    /// <summary>A label whose predictions are known but outside the interval.</summary>
    Orphaned,

    /// <summary>A label that the view of its predictions cannot read: <see cref="RejectReason.LabelValue"/>.</summary>
    Unreadable,
}

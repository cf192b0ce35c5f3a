using DriftWatch.Messages;
using DriftWatch.Series;

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

/// <summary>The heart of DriftWatch: a deterministic state machine from predictions and labels to calibration and decisions.</summary>
/// <remarks>
/// Bytes and clocks stay outside: values go in with their event time, the watermark is told, decisions come out. All state belongs
/// to the thread that calls; others read the immutable <see cref="Capture"/>. The same records give the same state to the last bit in any
/// order that respects the out-of-orderness allowance.
/// </remarks>
public sealed class CalibrationMonitor
{
    public CalibrationMonitor(MonitorOptions options, RouteTable routes)
    {
        Options = options;
        Routes = routes;
    }

    public MonitorOptions Options { get; }

    public RouteTable Routes { get; }

    /// <summary>Takes one prediction. A label that waited for it makes it <see cref="Arrival.Matched"/>.</summary>
    public Arrival Add(in Prediction prediction, out Match match) => throw new NotImplementedException();

    /// <summary>Takes one label.</summary>
    public Arrival Add(in Label label, out Match match) => throw new NotImplementedException();

    /// <summary>Moves event time on: expires what is too old, judges panes that are now mature, in order, once, and seals old panes.</summary>
    /// <remarks>A watermark behind the current one changes nothing: it never goes back.</remarks>
    public void AdvanceTo(EventTime watermark) => throw new NotImplementedException();

    /// <summary>The decisions since the last call, in order.</summary>
    public IReadOnlyList<RecalibrationRequest> TakeRequests() => throw new NotImplementedException();

    public MonitorSnapshot Capture() => throw new NotImplementedException();
}

/// <summary>A prediction and its outcome, as they were counted.</summary>
/// <param name="Route">The prediction's route.</param>
/// <param name="Time">The prediction's event time.</param>
/// <param name="Confidence">Its confidence.</param>
/// <param name="Outcome">Whether the event came true.</param>
/// <param name="Delay">Event time from prediction to label.</param>
public readonly record struct Match(int Route, EventTime Time, double Confidence, bool Outcome, TimeSpan Delay);

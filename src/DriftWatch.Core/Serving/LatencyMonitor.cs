using DriftWatch.Core.Input;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Serving;

/// <summary>How long one model version takes to answer: by tumbling windows of event time, and since the start. It needs no label.</summary>
/// <remarks>Made for the first record that says anything of it, so that a model without latencies takes no room. A latency counts once, as its prediction does.</remarks>
internal sealed class LatencyMonitor : IKeepsState
{
    private const int WindowsShown = 3;

    private readonly TimeSpan _width;
    private readonly TumblingTables<LatencySketch> _open;
    private readonly LatencySketch _total = new();
    private LatencyWindow? _newest;
    private long _unreadable;
    private long _late;

    /// <param name="width">Of the windows.</param>
    /// <param name="origin">Where one starts.</param>
    /// <param name="closed">Sees every window that event time has passed: its start, and what it holds until the call returns.</param>
    public LatencyMonitor(TimeSpan width, EventTime origin, Action<EventTime, LatencySketch>? closed)
    {
        _width = width;
        _open = new("latencies", width, origin, (start, end, window) =>
        {
            if (LatencyQuantiles.Of(window) is { } quantiles) _newest = new(start, end, quantiles);
            closed?.Invoke(start, window);
        });
    }

    public void Add(EventTime time, ServingLatency latency)
    {
        if (latency.Value is not { } value)
        {
            _unreadable++;
            return;
        }

        _total.Add(value);
        if (_open.Find(time) is { } window) window.Add(value);
        else _late++;
    }

    /// <summary>Closes the windows that end at or before <paramref name="watermark"/>.</summary>
    public void AdvanceTo(EventTime watermark) => _open.AdvanceTo(watermark);

    public LatencySnapshot Capture(EventTime? watermark) => new()
    {
        Newest = _newest is { } newest && watermark - newest.End < WindowsShown * _width ? newest : null,
        Total = LatencyQuantiles.Of(_total),
        Unreadable = _unreadable,
        Late = _late,
    };

    public void Exchange(StateExchange state)
    {
        state.Exchange(_open);
        state.Exchange(_total);
        _newest = state.Kept(_newest, static (each, one) => new LatencyWindow(each.Kept(one?.Start ?? default), each.Kept(one?.End ?? default), LatencyQuantiles.Exchange(each, one?.Quantiles)));
        state.Exchange(ref _unreadable);
        state.Exchange(ref _late);
    }
}

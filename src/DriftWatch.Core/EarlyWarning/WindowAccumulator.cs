using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>Makes tumbling windows out of panes that come in order of time.</summary>
/// <param name="width">Of the windows.</param>
/// <param name="origin">Where one starts.</param>
/// <param name="grid">How confidences are cut.</param>
/// <param name="close">Takes a window: start, end, and what it holds until the call returns.</param>
internal sealed class WindowAccumulator(TimeSpan width, EventTime origin, Grid grid, Action<EventTime, EventTime, CalibrationSketch> close) : IKeepsState
{
    private readonly CalibrationSketch _window = new(grid);
    private TumblingWindow _open = new(width, origin);

    public void Add(EventTime paneStart, CalibrationSketch pane)
    {
        if (_open.MoveTo(paneStart) is { } ended) Close(ended);
        _window.Merge(pane);
    }

    /// <summary>Says that no pane that ends at or before <paramref name="time"/> will come any more.</summary>
    public void AdvanceTo(EventTime time)
    {
        if (_open.AdvanceTo(time) is { } ended) Close(ended);
    }

    public void Exchange(StateExchange state)
    {
        _window.Exchange(state);
        _open.Exchange(state);
    }

    private void Close(EventTime start)
    {
        close(start, start + width, _window);
        _window.Clear();
    }
}

using DriftWatch.Calibration;
using DriftWatch.Series;

namespace DriftWatch.Windowing;

/// <summary>A tumbling window of one series that can still change.</summary>
/// <remarks>Every contribution to a pane goes to the windows that cover it at once, so a window always equals the union of its panes, live and sealed.</remarks>
internal sealed class OpenWindow(EventTime start, EventTime end, View view, Grid grid)
{
    private WindowSnapshot? _snapshot;

    public EventTime Start => start;

    public EventTime End => end;

    public CalibrationSketch Sketch { get; } = new(grid);

    /// <summary>Whether it changed since the newest <see cref="Capture"/>.</summary>
    public bool Changed { get; private set; } = true;

    public void AddPrediction(int bin)
    {
        Changed = true;
        Sketch.AddPrediction(bin);
    }

    public void Add(in Contribution one)
    {
        Changed = true;
        Sketch.Add(one);
    }

    public void Remove(in Contribution one)
    {
        Changed = true;
        Sketch.Remove(one);
    }

    /// <summary>Its picture; the one of the last call if nothing changed since.</summary>
    public WindowSnapshot Capture(bool mature)
    {
        if (Changed || _snapshot is null) _snapshot = Snapshots.Of(Sketch, start, end, mature, view);
        else if (_snapshot.Mature != mature) _snapshot = _snapshot with { Mature = mature };
        Changed = false;
        return _snapshot;
    }
}

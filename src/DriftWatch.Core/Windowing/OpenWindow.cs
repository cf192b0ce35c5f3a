using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Windowing;

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

    /// <summary>Whether it holds more than is stored of it.</summary>
    public bool Touched { get; private set; } = true;

    /// <summary>Whether some of it is stored.</summary>
    public bool IsStored { get; private set; }

    public void AddPrediction(in Claim one)
    {
        Changed = Touched = true;
        Sketch.AddPrediction(one);
    }

    public void Add(in Contribution one)
    {
        Changed = Touched = true;
        Sketch.Add(one);
    }

    public void Remove(in Contribution one)
    {
        Changed = Touched = true;
        Sketch.Remove(one);
    }

    /// <summary>Adds a pane that it was made for after the pane was.</summary>
    public void Merge(CalibrationSketch pane)
    {
        Changed = Touched = true;
        Sketch.Merge(pane);
    }

    /// <summary>Notes that all of it is stored.</summary>
    public void NoteStored() => (Touched, IsStored) = (false, true);

    /// <summary>Its picture; the one of the last call if nothing changed since.</summary>
    public WindowSnapshot Capture(bool mature)
    {
        if (Changed || _snapshot is null) _snapshot = Snapshots.Of(Sketch, start, end, mature, view);
        else if (_snapshot.Mature != mature) _snapshot = _snapshot with { Mature = mature };
        Changed = false;
        return _snapshot;
    }
}

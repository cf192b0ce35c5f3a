using DriftWatch.Core.Calibration;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Windowing;

/// <summary>The smallest stretch of prediction time that is kept and judged, with what one series saw in it.</summary>
public sealed class Pane
{
    internal Pane(EventTime start, EventTime end, CalibrationSketch sketch, OpenWindow[] windows, bool judged)
    {
        Start = start;
        End = end;
        Sketch = sketch;
        Windows = windows;
        Judged = judged;
    }

    public EventTime Start { get; }

    /// <summary>First moment after it.</summary>
    public EventTime End { get; }

    /// <summary>Its predictions and outcomes. Only valid until the pane is sealed; read it, do not write.</summary>
    public CalibrationSketch Sketch { get; }

    /// <summary>Whether it was handed out for judging, or came to be when its turn had passed.</summary>
    public bool Judged { get; internal set; }

    /// <summary>The windows that cover it, one per width that had come when it did.</summary>
    internal OpenWindow[] Windows { get; }

    /// <summary>Whether it holds more than is stored of it.</summary>
    internal bool Touched { get; private set; } = true;

    /// <summary>Whether some of it is stored.</summary>
    internal bool IsStored { get; private set; }

    internal void AddPrediction(in Claim one)
    {
        Touched = true;
        Sketch.AddPrediction(one);
        foreach (var window in Windows) window.AddPrediction(one);
    }

    internal void Add(in Contribution one)
    {
        Touched = true;
        Sketch.Add(one);
        foreach (var window in Windows) window.Add(one);
    }

    internal void Remove(in Contribution one)
    {
        Touched = true;
        Sketch.Remove(one);
        foreach (var window in Windows) window.Remove(one);
    }

    /// <summary>Notes that all of it is stored.</summary>
    internal void NoteStored() => (Touched, IsStored) = (false, true);
}

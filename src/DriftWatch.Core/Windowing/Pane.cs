using DriftWatch.Calibration;

namespace DriftWatch.Windowing;

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

    /// <summary>The windows that cover it, one per width.</summary>
    internal OpenWindow[] Windows { get; }
}

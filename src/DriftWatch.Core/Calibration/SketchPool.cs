namespace DriftWatch.Core.Calibration;

/// <summary>Keeps cleared sketches for their next use, so that panes that come and go cost no garbage.</summary>
/// <remarks>Belongs to one thread. What comes back when <paramref name="capacity"/> sketches are kept is left to the collector.</remarks>
public sealed class SketchPool(int capacity = 256, Grid? grid = null)
{
    private readonly Stack<CalibrationSketch> _kept = new(Math.Min(capacity, 16));

    /// <summary>How its sketches cut confidences.</summary>
    public Grid Grid { get; } = grid ?? Grid.H188;

    public CalibrationSketch Rent() => _kept.TryPop(out var sketch) ? sketch : new CalibrationSketch(Grid);

    /// <summary>Clears the sketch and keeps it. The caller must not use it again.</summary>
    public void Return(CalibrationSketch sketch)
    {
        if (_kept.Count >= capacity) return;
        sketch.Clear();
        _kept.Push(sketch);
    }
}

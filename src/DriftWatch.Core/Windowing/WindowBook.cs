using DriftWatch.Calibration;
using DriftWatch.Series;

namespace DriftWatch.Windowing;

/// <summary>The tumbling windows of one width of one series: open ones, and a bounded history of sealed ones.</summary>
/// <remarks>Laws: starts ascend; a window exists only if it had a prediction; sealing changes no number of it.</remarks>
internal sealed class WindowBook(TimeSpan width, EventTime origin, View view, int historyLimit, Grid grid, bool keepsSketch = false)
{
    private readonly List<OpenWindow> _open = []; // in order of time; few, so that a walk from the newest finds any
    private readonly Queue<WindowSnapshot> _sealed = new();
    private WindowSeries? _series;
    private (WindowSnapshot Of, CalibrationSketch Copy)? _newest; // the newest mature window's; held only if wanted
    private int _mature; // open windows that were mature in it

    public OpenWindow Covering(EventTime time)
    {
        var start = time.FloorTo(width, origin);
        int place = _open.Count;
        while (place > 0 && _open[place - 1].Start > start) place--;
        if (place > 0 && _open[place - 1].Start == start) return _open[place - 1];
        var window = new OpenWindow(start, start + width, view, grid);
        _open.Insert(place, window);
        return window;
    }

    /// <summary>Turns the windows that end at or before <paramref name="horizon"/> into records.</summary>
    public void Seal(EventTime horizon)
    {
        int count = 0;
        while (count < _open.Count && _open[count].End <= horizon)
        {
            var window = _open[count++];
            var picture = window.Capture(mature: true);
            _sealed.Enqueue(picture);
            if (keepsSketch && !ReferenceEquals(_newest?.Of, picture)) _newest = (picture, window.Sketch.Clone());
            if (_sealed.Count > historyLimit) _sealed.Dequeue();
        }

        if (count == 0) return;
        _open.RemoveRange(0, count);
        _series = null;
    }

    /// <param name="maturity">Windows that end at or before this are mature; null: none.</param>
    public WindowSeries Capture(EventTime? maturity)
    {
        int mature = _open.FindLastIndex(window => window.End <= maturity) + 1;
        if (_series is not null && _mature == mature && !_open.Exists(window => window.Changed)) return _series;
        _mature = mature;
        var history = new List<WindowSnapshot>(_sealed.Count + _open.Count);
        history.AddRange(_sealed);
        for (int i = 0; i < _open.Count; i++) history.Add(_open[i].Capture(i < mature));
        var newest = history.FindLast(window => window.Mature);
        return _series = new(width, history, newest) { Sketch = SketchOf(newest, mature) };
    }

    private CalibrationSketch? SketchOf(WindowSnapshot? newest, int mature)
    {
        if (!keepsSketch || newest is null) return null;
        // It is either the last one sealed, whose sketch is held, or the last of the mature open ones.
        if (!ReferenceEquals(_newest?.Of, newest) && mature > 0) _newest = (newest, _open[mature - 1].Sketch.Clone());
        return _newest?.Copy;
    }
}

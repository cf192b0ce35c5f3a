using DriftWatch.Calibration;
using DriftWatch.Series;

namespace DriftWatch.Windowing;

/// <summary>The tumbling windows of one width of one series: open ones, and a bounded history of sealed ones.</summary>
/// <remarks>Laws: starts ascend; a window exists only if it had a prediction; sealing changes no number of it.</remarks>
internal sealed class WindowBook(TimeSpan width, EventTime origin, View view, int historyLimit, Grid grid)
{
    private readonly List<OpenWindow> _open = []; // in order of time; few, so that a walk from the newest finds any
    private readonly Queue<WindowSnapshot> _sealed = new();
    private WindowSeries? _series;
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
            _sealed.Enqueue(_open[count++].Capture(mature: true));
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
        return _series = new(width, history, history.FindLast(window => window.Mature));
    }
}

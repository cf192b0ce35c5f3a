using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Windowing;

/// <summary>The tumbling windows of one width of one series: open ones, and a bounded history of sealed ones.</summary>
/// <remarks>Laws: starts ascend; a window exists only if it had a prediction; sealing changes no number of it.</remarks>
internal sealed class WindowStore(TimeSpan width, EventTime origin, View view, int historyLimit, Grid grid, bool keepsSketch = false, bool keepsState = false)
{
    private readonly List<OpenWindow> _open = []; // in order of time; few, so that a walk from the newest finds any
    private readonly Queue<WindowSnapshot> _sealed = new();
    private readonly Queue<OpenWindow> _unwritten = new(); // sealed ones that hold more than is stored, oldest first
    private readonly List<EventTime> _gone = []; // starts of stored windows that left the history
    private WindowSeries? _series;
    private (WindowSnapshot Of, CalibrationSketch Copy)? _newest; // the newest mature window's; held only if wanted
    private int _mature; // open windows that were mature in it

    public TimeSpan Width => width;

    /// <summary>Windows held, open and sealed.</summary>
    public int Count => _open.Count + _sealed.Count;

    /// <summary>Where the first window may start: none is kept that some of its panes were sealed before.</summary>
    public EventTime From { get; set; } = new(long.MinValue);

    /// <summary>Where the first window starts that has no sealed pane.</summary>
    public EventTime FirstWhole(EventTime sealedTo)
    {
        if (sealedTo < EventTime.Earliest) return From; // nothing was sealed yet
        var start = sealedTo.FloorTo(width, origin);
        return start < sealedTo ? start + width : start;
    }

    /// <summary>The window that a moment is in; null where none is kept.</summary>
    public OpenWindow? Covering(EventTime time)
    {
        var start = time.FloorTo(width, origin);
        if (start < From) return null;
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
            Seal(_open[count++]);
        }

        if (count == 0) return;
        _open.RemoveRange(0, count);
        _series = null;
    }

    /// <summary>Writes the windows that hold more than is stored of them.</summary>
    public void WriteChunks(int series, ChunkWriter into)
    {
        foreach (var start in _gone) into.Delete(ChunkKey.OfWindow(series, width, start).ToString());
        _gone.Clear();
        while (_unwritten.TryDequeue(out var window)) Write(series, window, into);
        foreach (var window in _open)
        {
            if (window.Touched) Write(series, window, into);
        }
    }

    /// <summary>Takes over a stored window; in order of time.</summary>
    /// <param name="start">Its start.</param>
    /// <param name="bytes">What was stored.</param>
    /// <param name="sealedTo">Whether it is open or sealed follows from this: sealing changes nothing that is stored.</param>
    public void Read(EventTime start, ReadOnlyMemory<byte> bytes, EventTime sealedTo)
    {
        if (start != start.FloorTo(width, origin) || (_open.Count > 0 && _open[^1].Start >= start)) throw new StateFormatException($"No window of {width} can start at {start.Milliseconds} ms.");
        var window = new OpenWindow(start, start + width, view, grid);
        ChunkFormat.Window.Read(window.Sketch, bytes);
        window.NoteStored();
        if (window.End > sealedTo) _open.Add(window);
        else Seal(window);
    }

    private void Write(int series, OpenWindow window, ChunkWriter into)
    {
        into.Replace(ChunkKey.OfWindow(series, width, window.Start).ToString(), state => ChunkFormat.Window.Exchange(state, window.Sketch));
        window.NoteStored();
    }

    private void Seal(OpenWindow window)
    {
        var picture = window.Capture(mature: true);
        _sealed.Enqueue(picture);
        if (keepsSketch && !ReferenceEquals(_newest?.Of, picture)) _newest = (picture, window.Sketch.Clone());
        if (!keepsState)
        {
            if (_sealed.Count > historyLimit) _sealed.Dequeue();
            return;
        }

        if (window.Touched) _unwritten.Enqueue(window);
        if (_sealed.Count > historyLimit) LetGo(_sealed.Dequeue().Start);
    }

    private void LetGo(EventTime oldest)
    {
        bool stored = !_unwritten.TryPeek(out var first) || first.Start != oldest || _unwritten.Dequeue().IsStored;
        if (stored) _gone.Add(oldest);
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

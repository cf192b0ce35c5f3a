using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>Label delays of one series by tumbling windows of prediction time, until each is mature.</summary>
/// <remarks>At most 64 windows are open; labels of predictions beyond, and of windows that are closed, are left out. Closed tables are used again.</remarks>
/// <param name="width">Of the windows.</param>
/// <param name="origin">Where one starts.</param>
/// <param name="close">Takes a window: start, end, and what it holds until the call returns.</param>
internal sealed class DelayWindows(TimeSpan width, EventTime origin, Action<EventTime, EventTime, DelayTable> close) : IKeepsState
{
    private const int MostOpen = 64;

    private readonly List<(EventTime Start, DelayTable Table)> _open = []; // in order of time
    private readonly Stack<DelayTable> _spare = [];
    private EventTime _closedTo = new(long.MinValue);
    private EventTime _newestStart;
    private EventTime _newestEnd;
    private DelayTable? _newest; // labels trail behind their predictions, but mostly together

    /// <summary>A label came so long after its prediction.</summary>
    public void Add(EventTime time, TimeSpan delay, double confidence, bool outcome) => Find(time)?.Add(delay, confidence, outcome);

    /// <summary>Takes back an <see cref="Add"/> with the same arguments, if its window is still open.</summary>
    public void Remove(EventTime time, TimeSpan delay, double confidence, bool outcome) => Find(time)?.Remove(delay, confidence, outcome);

    /// <summary>Closes the windows that end at or before <paramref name="matureUntil"/>, in order.</summary>
    public void AdvanceTo(EventTime matureUntil)
    {
        while (_open.Count > 0 && _open[0].Start + width <= matureUntil)
        {
            var (start, table) = _open[0];
            _open.RemoveAt(0);
            if (ReferenceEquals(table, _newest)) _newest = null;
            close(start, start + width, table);
            table.Clear();
            _spare.Push(table);
        }

        if (matureUntil > _closedTo) _closedTo = matureUntil;
    }

    public void Exchange(StateExchange state)
    {
        state.Mark("delays");
        state.Exchange(ref _closedTo);
        int open = state.KeptWithin(_open.Count, 0, MostOpen, "open windows of label delays");
        if (state.IsReading)
        {
            _open.Clear();
            _newest = null; // found again by the next label
        }

        for (int i = 0; i < open; i++)
        {
            var (start, table) = state.IsReading ? (default, new()) : _open[i];
            start = state.Kept(start);
            table.Exchange(state);
            if (state.IsReading) _open.Add((start, table));
        }
    }

    private DelayTable? Find(EventTime time)
    {
        if (_newest is not null && time >= _newestStart && time < _newestEnd) return _newest;
        var start = time.FloorTo(width, origin);
        int place = _open.Count;
        while (place > 0 && _open[place - 1].Start > start) place--;
        if (place > 0 && _open[place - 1].Start == start) return Remember(start, _open[place - 1].Table);
        if (_open.Count >= MostOpen || start + width <= _closedTo) return null;
        var table = _spare.TryPop(out var spare) ? spare : new DelayTable();
        _open.Insert(place, (start, table));
        return Remember(start, table);
    }

    private DelayTable Remember(EventTime start, DelayTable table)
    {
        (_newestStart, _newestEnd, _newest) = (start, start + width, table);
        return table;
    }
}

using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Windowing;

/// <summary>Something that is counted in each window and can be made empty, so that its room is used again.</summary>
internal interface ITable : IKeepsState
{
    void Clear();
}

/// <summary>A table for each of the tumbling windows that event time has not passed yet.</summary>
/// <remarks>At most 64 windows are open; what belongs to further ones, and to windows that are closed, finds none. Closed tables are used again.</remarks>
/// <param name="mark">What state calls them.</param>
/// <param name="width">Of the windows.</param>
/// <param name="origin">Where one starts.</param>
/// <param name="close">Takes a window: start, end, and what it holds until the call returns.</param>
internal sealed class TumblingTables<TTable>(string mark, TimeSpan width, EventTime origin, Action<EventTime, EventTime, TTable> close) : IKeepsState
    where TTable : class, ITable, new()
{
    private const int MostOpen = 64;

    private readonly List<(EventTime Start, TTable Table)> _open = []; // in order of time
    private readonly Stack<TTable> _spare = [];
    private EventTime _closedTo = new(long.MinValue);
    private EventTime _newestStart;
    private EventTime _newestEnd;
    private TTable? _newest; // records come roughly in order

    /// <summary>The table of a moment; null where there is none any more, or no room.</summary>
    public TTable? Find(EventTime time)
    {
        if (_newest is not null && time >= _newestStart && time < _newestEnd) return _newest;
        var start = time.FloorTo(width, origin);
        int place = _open.Count;
        while (place > 0 && _open[place - 1].Start > start) place--;
        if (place > 0 && _open[place - 1].Start == start) return Remember(start, _open[place - 1].Table);
        if (_open.Count >= MostOpen || start + width <= _closedTo) return null;
        var table = _spare.TryPop(out var spare) ? spare : new TTable();
        _open.Insert(place, (start, table));
        return Remember(start, table);
    }

    /// <summary>Closes the windows that end at or before <paramref name="time"/>, in order.</summary>
    public void AdvanceTo(EventTime time)
    {
        while (_open.Count > 0 && _open[0].Start + width <= time)
        {
            var (start, table) = _open[0];
            _open.RemoveAt(0);
            if (ReferenceEquals(table, _newest)) _newest = null;
            close(start, start + width, table);
            table.Clear();
            _spare.Push(table);
        }

        if (time > _closedTo) _closedTo = time;
    }

    public void Exchange(StateExchange state)
    {
        state.Mark(mark);
        state.Exchange(ref _closedTo);
        int open = state.KeptWithin(_open.Count, 0, MostOpen, "open windows");
        if (state.IsReading)
        {
            _open.Clear();
            _newest = null; // found again by the next record
        }

        for (int i = 0; i < open; i++)
        {
            var (start, table) = state.IsReading ? (default, new TTable()) : _open[i];
            start = state.Kept(start);
            table.Exchange(state);
            if (state.IsReading) _open.Add((start, table));
        }
    }

    private TTable Remember(EventTime start, TTable table)
    {
        (_newestStart, _newestEnd, _newest) = (start, start + width, table);
        return table;
    }
}

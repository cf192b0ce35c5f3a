using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Windowing;

/// <content>How it is kept: one chunk for each pane and window, written when it was touched, and what is left for the series' own chunk.</content>
public sealed partial class SeriesCalibration : IKeepsState
{
    private readonly List<EventTime> _gone = []; // starts of stored panes that were sealed
    private readonly List<(long Width, int Count)> _awaited = []; // stored panes (width 0) and windows that are yet to be read
    private readonly List<WindowStore> _undecided = []; // while state of version 1 is read

    /// <summary>Panes and windows that end at or before this are sealed.</summary>
    internal EventTime SealedTo => _panes.SealedTo;

    /// <summary>All but panes and windows.</summary>
    public void Exchange(StateExchange state)
    {
        state.Mark("calibration");
        Refused = state.Kept(Refused);
        state.Exchange(_total.Sketch);
        state.Exchange(_bins);
        state.Exchange(_panes);
        if (state.IsReading) _knowsMature = false; // panes are yet to come
        if (state.Version == 1)
        {
            _undecided.AddRange(_books); // it was not kept: widths that nothing is stored of are new
            return;
        }

        ExchangeWidths(state);
        List<(long Width, int Count)> stored = state.IsReading ? _awaited : [(0, _panes.Count), .. _books.Select(book => (Milliseconds(book.Width), book.Count))];
        state.Exchange(stored, static (StateExchange each, ref (long Width, int Count) kind) => kind = (each.Kept(kind.Width), each.Kept(kind.Count)));
        if (state.IsReading) _awaited.RemoveAll(static kind => kind.Count == 0);
    }

    /// <summary>From when on there are windows of each width: one that came with the configuration has whole ones only from the panes on that are live.</summary>
    private void ExchangeWidths(StateExchange state)
    {
        List<(TimeSpan Width, EventTime From)> widths = [.. _books.Select(book => (book.Width, book.From))];
        state.Exchange(widths, static (StateExchange each, ref (TimeSpan Width, EventTime From) one) => one = (each.Kept(one.Width), each.Kept(one.From)));
        if (!state.IsReading) return;
        foreach (var book in _books) book.From = widths.Exists(one => one.Width == book.Width) ? widths.Find(one => one.Width == book.Width).From : book.FirstWhole(_panes.SealedTo);
    }

    /// <summary>All that is stored was read.</summary>
    internal void EndReading()
    {
        foreach (var book in _undecided) book.From = book.FirstWhole(_panes.SealedTo);
        _undecided.Clear();
    }

    /// <summary>Which panes and windows were stored and have not been read; null: all were.</summary>
    internal string? Missing => _awaited.Count == 0 ? null : string.Join(" and ", _awaited.Select(kind =>
        kind.Width == 0 ? $"{kind.Count} of its panes" : $"{kind.Count} of its windows of {TimeSpan.FromMilliseconds(kind.Width)}"));

    /// <summary>Writes the panes and windows that hold more than is stored of them.</summary>
    internal void WriteChunks(int series, ChunkWriter into)
    {
        foreach (var start in _gone) into.Delete(ChunkKey.OfPane(series, start).ToString());
        _gone.Clear();
        foreach (var pane in _panes.Panes)
        {
            if (!pane.Touched) continue;
            into.Replace(ChunkKey.OfPane(series, pane.Start).ToString(), state => ChunkFormat.Pane.Exchange(state, pane.Sketch));
            pane.NoteStored();
        }

        foreach (var book in _books) book.WriteChunks(series, into);
    }

    /// <summary>Takes over a stored window; after <see cref="Exchange"/>, in order of time, before panes.</summary>
    /// <returns>False if windows of such a width are not kept (any more).</returns>
    internal bool TryReadWindow(long width, EventTime start, ReadOnlyMemory<byte> bytes)
    {
        Arrive(width);
        var book = Array.Find(_books, each => Milliseconds(each.Width) == width);
        if (book is null) return false;
        _undecided.Remove(book);
        book.Read(start, bytes, _panes.SealedTo);
        return true;
    }

    /// <summary>Takes over a stored pane; after windows, in order of time.</summary>
    internal void ReadPane(EventTime start, ReadOnlyMemory<byte> bytes)
    {
        if (start != start.FloorTo(_pane, _origin) || start + _pane <= _panes.SealedTo || _panes.TryGet(start, out _))
            throw new StateFormatException($"No live pane of {_pane} can start at {start.Milliseconds} ms.");
        Arrive(0);
        EndReading(); // of windows
        var pane = Add(start);
        ChunkFormat.Pane.Read(pane.Sketch, bytes);
        pane.NoteStored();
        foreach (var window in pane.Windows)
        {
            // Of a width that came with the configuration: it begins with the panes that are live.
            if (!window.IsStored) window.Merge(pane.Sketch);
        }
    }

    private void Arrive(long width)
    {
        int at = _awaited.FindIndex(kind => kind.Width == width);
        if (at < 0) return;
        if (_awaited[at].Count > 1) _awaited[at] = (width, _awaited[at].Count - 1);
        else _awaited.RemoveAt(at);
    }

    private static long Milliseconds(TimeSpan width) => width.Ticks / TimeSpan.TicksPerMillisecond;
}

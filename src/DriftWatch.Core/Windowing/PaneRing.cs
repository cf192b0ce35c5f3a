using System.Diagnostics.CodeAnalysis;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Windowing;

/// <summary>The live panes of one series, in order of time.</summary>
/// <remarks>
/// Laws: panes are handed out for judging in order of time, each at most once; a pane that comes to be behind one that had its turn is not
/// handed out at all. Nothing is older than what was sealed. There are never more than <paramref name="capacity"/>.
/// </remarks>
internal sealed class PaneRing(int capacity) : IKeepsState
{
    private readonly Dictionary<long, Pane> _byStart = [];
    private readonly List<Pane> _ordered = [];
    private int _judged; // the first so many are judged
    private EventTime _judgedTo = new(long.MinValue);
    private EventTime _closedTo = new(long.MinValue);
    private EventTime _sealedTo = new(long.MinValue);

    public int Count => _ordered.Count;

    /// <summary>Panes and windows that end at or before this are sealed.</summary>
    public EventTime SealedTo => _sealedTo;

    /// <summary>The live panes, oldest first.</summary>
    public IReadOnlyList<Pane> Panes => _ordered;

    public bool TryGet(EventTime start, [NotNullWhen(true)] out Pane? pane) => _byStart.TryGetValue(start.Milliseconds, out pane);

    /// <summary>Whether a pane may still come to be: it is not sealed, and there is room.</summary>
    public bool HasRoomFor(EventTime end) => end > _sealedTo && _ordered.Count < capacity;

    /// <summary>Whether the turn of a pane that ends then has passed.</summary>
    public bool IsPast(EventTime end) => end <= _judgedTo;

    public void Add(Pane pane)
    {
        int place = _ordered.Count;
        while (place > 0 && _ordered[place - 1].Start > pane.Start) place--;
        _ordered.Insert(place, pane);
        _byStart.Add(pane.Start.Milliseconds, pane);
        if (pane.Judged) _judged++;
    }

    /// <summary>How far panes have been judged, closed and sealed. Panes are kept each by itself, and whether one was judged follows from its end.</summary>
    public void Exchange(StateExchange state)
    {
        state.Exchange(ref _judgedTo);
        state.Exchange(ref _closedTo);
        state.Exchange(ref _sealedTo);
    }

    /// <summary>The end of the oldest pane that had no turn yet; null: all had theirs.</summary>
    public EventTime? NextEnd => _judged < _ordered.Count ? _ordered[_judged].End : null;

    /// <summary>The oldest pane that ends at or before <paramref name="maturity"/> and had no turn yet.</summary>
    public bool TryTakeMature(EventTime maturity, [NotNullWhen(true)] out Pane? pane)
    {
        pane = _judged < _ordered.Count ? _ordered[_judged] : null;
        if (pane is null || pane.End > maturity)
        {
            if (maturity > _judgedTo) _judgedTo = maturity;
            pane = null;
            return false;
        }

        _judged++;
        _judgedTo = pane.End;
        pane.Judged = true;
        return true;
    }

    /// <summary>The oldest pane that ends at or before <paramref name="watermark"/> and after all that were taken so.</summary>
    public bool TryTakeClosed(EventTime watermark, [NotNullWhen(true)] out Pane? pane)
    {
        int place = 0;
        for (int beyond = _ordered.Count; place < beyond;)
        {
            int middle = (place + beyond) / 2;
            if (_ordered[middle].End > _closedTo) beyond = middle;
            else place = middle + 1;
        }

        pane = place < _ordered.Count && _ordered[place].End <= watermark ? _ordered[place] : null;
        if (pane is not null) _closedTo = pane.End;
        else if (watermark > _closedTo) _closedTo = watermark;
        return pane is not null;
    }

    /// <summary>Lets go of all panes that end at or before <paramref name="horizon"/>, oldest first.</summary>
    public void Seal(EventTime horizon, Action<Pane> letGo)
    {
        if (horizon <= _sealedTo) return;
        _sealedTo = horizon;
        int count = 0;
        while (count < _ordered.Count && _ordered[count].End <= horizon)
        {
            _byStart.Remove(_ordered[count].Start.Milliseconds);
            letGo(_ordered[count++]);
        }

        _ordered.RemoveRange(0, count);
        _judged = Math.Max(0, _judged - count);
    }
}

using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>How far event time has come over all sources: the least of their greatest event times, less the out-of-orderness allowance.</summary>
/// <remarks>
/// It never goes back. A source that has shown nothing and is not idle holds it back; idle sources do not count. When all are idle, the
/// wall clock moves it on, as the host tells, and never nearer to now than the allowance. Only times that the reader accepted may be observed: a
/// far-future one would push everything else behind.
/// </remarks>
/// <param name="outOfOrderness">By how much records of one source may be out of order (G).</param>
/// <param name="clockWhenIdle">Whether the wall clock moves event time while all sources are idle.</param>
public sealed class Watermark(TimeSpan outOfOrderness, bool clockWhenIdle = true) : IKeepsState
{
    private const long Nothing = long.MinValue;

    private readonly List<long> _greatest = [];
    private readonly List<bool> _idle = [];
    private readonly long _allowance = outOfOrderness.Ticks / TimeSpan.TicksPerMillisecond;
    private long _current = Nothing;
    private int _slowest = -1;
    private bool _stale;

    public int Sources => _greatest.Count;

    /// <summary>The watermark; null while a source that is not idle has shown nothing.</summary>
    public EventTime? Current
    {
        get
        {
            Refresh();
            return Known(_current);
        }
    }

    public bool AllIdle => !_idle.Contains(false);

    /// <summary>Adds a source, a partition of a topic, and returns its index: 0, 1, 2, ….</summary>
    public int AddSource()
    {
        Refresh();
        _greatest.Add(Nothing);
        _idle.Add(false);
        _stale = true;
        return _greatest.Count - 1;
    }

    /// <summary>Takes the event time of a record. Its source is not idle then, until that is said anew.</summary>
    public void Observe(int source, EventTime time)
    {
        if (_idle[source]) SetIdle(source, false);
        if (time.Milliseconds <= _greatest[source]) return;
        _greatest[source] = time.Milliseconds;
        if (source == _slowest || _slowest < 0) _stale = true;
    }

    /// <summary>Says whether a source has nothing more to show: its position is the end of its log.</summary>
    public void SetIdle(int source, bool idle)
    {
        if (_idle[source] == idle) return;
        Refresh(); // what was reached before stands
        _idle[source] = idle;
        _stale = true;
    }

    /// <summary>Lets the wall clock move event time while all sources are idle; does nothing otherwise.</summary>
    /// <param name="elapsed">Time since the last call.</param>
    /// <param name="now">The wall clock.</param>
    public void AdvanceIdle(TimeSpan elapsed, EventTime now)
    {
        if (!clockWhenIdle || Current is not { } current || !AllIdle) return;
        long moved = Math.Min((current + elapsed).Milliseconds, now.Milliseconds - _allowance);
        _current = Math.Max(_current, moved);
    }

    /// <summary>Moves event time on to where it was before a restart. It never goes back.</summary>
    public void Raise(EventTime watermark)
    {
        Refresh();
        _current = Math.Max(_current, watermark.Milliseconds);
    }

    /// <summary>How far the sources had come; as many must have been added as were written.</summary>
    public void Exchange(StateExchange state)
    {
        Refresh();
        state.Mark("watermark");
        state.Exchange(ref _current);
        int count = state.ExchangeCount(_greatest.Count);
        if (count != _greatest.Count) throw new StateFormatException($"The watermark of {count} sources was kept, {_greatest.Count} are there.");
        for (int source = 0; source < count; source++)
        {
            long greatest = _greatest[source];
            state.Exchange(ref greatest);
            _greatest[source] = greatest;
        }

        _stale = true;
    }

    /// <summary>The greatest event time that a source has shown; null if none.</summary>
    public EventTime? Of(int source) => Known(_greatest[source]);

    private void Refresh()
    {
        if (!_stale) return;
        _stale = false;
        _slowest = Slowest(AllIdle);
        if (_slowest >= 0 && _greatest[_slowest] != Nothing) _current = Math.Max(_current, _greatest[_slowest] - _allowance);
    }

    // Where all are idle those that have shown something count: else a log that was read to its end would have no watermark.
    private int Slowest(bool allIdle)
    {
        int slowest = -1;
        for (int source = 0; source < _greatest.Count; source++)
        {
            bool counts = allIdle ? _greatest[source] != Nothing : !_idle[source];
            if (counts && (slowest < 0 || _greatest[source] < _greatest[slowest])) slowest = source;
        }

        return slowest;
    }

    private static EventTime? Known(long time) => time == Nothing ? null : new EventTime(time);
}

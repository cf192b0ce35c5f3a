using DriftWatch.Core.Time;

namespace DriftWatch.Pipeline.Diagnosis;

/// <summary>Counts of what came lately: of the last fifty records or the last half minute, whichever is more, and of as much again before.</summary>
/// <remarks>
/// Two generations: when the newer is full it becomes the older, which is dropped. What nobody adds to goes after one and a half to three days, so that a daily
/// batch is still known when the next one comes. "Lately" is by the host's clock: none of this is part of the state, and a restart starts over.
/// </remarks>
/// <param name="kinds">How many things are counted; the first is the number of records.</param>
internal sealed class RecentCounts(int kinds)
{
    /// <summary>Records of a full generation.</summary>
    public const int Full = 50;

    /// <summary>The least span of a full generation from its first record on: after a pause, a burst does not push out what was before.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);

    /// <summary>The longest span of a generation, full or not.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(36);

    private long[] _now = new long[kinds];
    private long[] _before = new long[kinds];
    private EventTime? _turned;
    private EventTime _first;

    public long this[int kind] => _now[kind] + _before[kind];

    public void Add(int kind, long count = 1) => _now[kind] += count;

    /// <summary>Begins a new generation if it is time to. To be called before anything is added.</summary>
    public void Turn(EventTime clock)
    {
        _turned ??= clock;
        if (_now[0] == 0) _first = clock;
        bool full = _now[0] >= Full && clock - _first >= Shortest;
        if (!full && clock - _turned.Value < Longest) return;
        (_now, _before) = (_before, _now);
        _now.AsSpan().Clear();
        (_turned, _first) = (clock, clock);
    }
}

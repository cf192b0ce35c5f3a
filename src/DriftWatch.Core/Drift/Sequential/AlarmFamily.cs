using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>The series that share one false-alarm rate: an alarm of any of them counts against it, so each needs the more evidence the more they are (statistics §6.9).</summary>
/// <remarks>
/// Union bound: costs the logarithm of their number. They are counted by event time, as those that had a prediction by then: whichever order their records
/// came in, a pane is judged by the same number. Kept by its members. Belongs to the thread of the series.
/// </remarks>
public sealed class AlarmFamily
{
    private readonly List<EventTime> _first = [];
    private EventTime _latest = new(long.MinValue);

    /// <summary>One more series is watched.</summary>
    /// <returns>Its number here.</returns>
    public int Join()
    {
        _first.Add(new(long.MaxValue));
        _latest = new(long.MaxValue);
        return _first.Count - 1;
    }

    /// <summary>A series had a prediction earlier than all it had before.</summary>
    public void Saw(int member, EventTime time)
    {
        _first[member] = time;
        _latest = _first.Max();
    }

    /// <summary>How many had a prediction before <paramref name="time"/>; at least one.</summary>
    public int CountAt(EventTime time) => Math.Max(1, _latest < time ? _first.Count : _first.Count(first => first < time));
}

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
    private readonly List<AlarmFamily> _parts = [];
    private EventTime _latest = new(long.MinValue);

    private int? _across;

    /// <summary>One more series is watched.</summary>
    /// <returns>Its number here.</returns>
    public int Join()
    {
        _first.Add(new(long.MaxValue));
        _latest = new(long.MaxValue);
        return _first.Count - 1;
    }

    /// <summary>The model of a version's series is watched over all its versions.</summary>
    /// <returns>Its number here.</returns>
    public int JoinAcrossVersions() => (_across = Join()).Value;

    /// <summary>Whether the model over all its versions was among them before <paramref name="time"/>.</summary>
    public bool IsAcrossVersionsAt(EventTime time) => (_across is { } member && _first[member] < time) || _parts.Exists(part => part.IsAcrossVersionsAt(time));

    /// <summary>A series had a prediction earlier than all it had before.</summary>
    public void Saw(int member, EventTime time)
    {
        _first[member] = time;
        _latest = _first.Max();
    }

    /// <summary>What counts here is a member of several families, those of a model's versions: it needs what the largest of them needs.</summary>
    public void Span(AlarmFamily part) => _parts.Add(part);

    /// <summary>How many had a prediction before <paramref name="time"/>; at least one.</summary>
    public int CountAt(EventTime time)
    {
        int most = Math.Max(1, _latest < time ? _first.Count : _first.Count(first => first < time));
        foreach (var part in _parts) most = Math.Max(most, part.CountAt(time));
        return most;
    }
}

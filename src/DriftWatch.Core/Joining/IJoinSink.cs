using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>Hears of entries that leave the join without a record of their own to say so.</summary>
/// <remarks>Called while the joiner is at work: it must not call back.</remarks>
public interface IJoinSink
{
    /// <summary>A prediction was given up for age: its label never came. Each one is handed out once.</summary>
    void Expired(int route, EventTime time, double confidence);

    /// <summary>A prediction that waited for its label was given up for want of room.</summary>
    void Evicted(int route, EventTime time, double confidence);

    /// <summary>A label that waited for its prediction was given up: for age (<paramref name="route"/> is -1), or because the prediction came outside the interval.</summary>
    void Orphaned(int route, EventTime time);

    /// <summary>A label waited for its prediction, which came and cannot read it.</summary>
    void Unreadable(int route, EventTime time);
}

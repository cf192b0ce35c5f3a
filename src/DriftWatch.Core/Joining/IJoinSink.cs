using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>Hears of entries that leave the join without a record of their own to say so.</summary>
/// <remarks>Called while the joiner is at work: it must not call back.</remarks>
public interface IJoinSink
{
    /// <summary>A prediction was given up for age: its label never came. Each one is handed out once.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="time">Its event time.</param>
    /// <param name="confidence">What it claimed.</param>
    /// <param name="weight">With what probability its label was to be asked for.</param>
    void Expired(int route, EventTime time, double confidence, SamplingWeight weight);

    /// <summary>A prediction that waited for its label was given up for want of room.</summary>
    void Evicted(int route, EventTime time, double confidence);

    /// <summary>A label was given up for age that met no prediction which it addresses.</summary>
    /// <param name="addressee">Whom it addressed, of the <see cref="Series.Addressees"/>.</param>
    /// <param name="time">Its event time.</param>
    /// <param name="sawOther">Whether its id had predictions of others.</param>
    void Orphaned(int addressee, EventTime time, bool sawOther);
}

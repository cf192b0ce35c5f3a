using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>Notes what leaves a join that runs ahead, with the step of event time at which each entry leaves.</summary>
/// <remarks>The join may pass many steps at once, where who counts comes behind in small ones.</remarks>
internal sealed class DeparturesOf(JoinOptions options, RouteTable routes) : IJoinSink
{
    private readonly List<TimeSpan> _retentions = [];
    private int _from;
    private bool _isInOrder;

    /// <summary>The batch of the records that are being joined.</summary>
    public JoinedBatch Into { get; set; } = new();

    public void Expired(int route, EventTime time, double confidence, SamplingWeight weight) => Add(new(Into.Count, DueOf(route, time), JoinedBatch.Leaving.Expired, route, time, confidence, weight));

    public void Evicted(int route, EventTime time, double confidence) => Add(new(Into.Count, EventTime.Earliest, JoinedBatch.Leaving.Evicted, route, time, confidence));

    // It is only counted: when, is all the same.
    public void Orphaned(int addressee, EventTime time, bool sawOther) => Add(new(Into.Count, EventTime.Earliest, JoinedBatch.Leaving.Orphaned, addressee, time, SawOther: sawOther));

    private void Add(in JoinedBatch.Departure departure)
    {
        _isInOrder &= Into.Departures.Count == _from || Into.Departures[^1].Due <= departure.Due || departure.Fate != JoinedBatch.Leaving.Expired;
        Into.Departures.Add(departure);
    }

    /// <summary>Begins to note what leaves as event time moves on.</summary>
    public void Begin() => (_from, _isInOrder) = (Into.Departures.Count, true);

    /// <summary>Ends it: what has left since stands by its step. It nearly always does; not where deadlines lie further ahead than the join's buckets reach.</summary>
    public void End()
    {
        if (_isInOrder) return;
        var left = Into.Departures[_from..].OrderBy(departure => departure.Due).ToList();
        Into.Departures.RemoveRange(_from, left.Count);
        Into.Departures.AddRange(left);
    }

    /// <summary>The first step behind the deadline.</summary>
    private EventTime DueOf(int route, EventTime time)
    {
        while (_retentions.Count <= route) _retentions.Add(routes[_retentions.Count].Rule.Retention(options.OutOfOrderness));
        return (time + _retentions[route]).FloorTo(options.Bucket, options.Origin) + options.Bucket;
    }
}

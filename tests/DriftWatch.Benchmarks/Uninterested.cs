using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Benchmarks;

/// <summary>Lets go of whatever leaves the join.</summary>
internal sealed class Uninterested : IJoinSink
{
    public void Expired(int route, EventTime time, double confidence, SamplingWeight weight)
    {
    }

    public void Evicted(int route, EventTime time, double confidence)
    {
    }

    public void Orphaned(int addressee, EventTime time, bool sawOther)
    {
    }
}

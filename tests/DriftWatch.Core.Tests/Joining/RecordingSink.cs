using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>Keeps what the join hands out.</summary>
internal sealed class RecordingSink : IJoinSink
{
    public List<(int Route, long Time, double Confidence, double Weight)> Expired { get; } = [];

    public List<(int Route, long Time, double Confidence)> Evicted { get; } = [];

    public List<(int Addressee, long Time, bool SawOther)> Orphaned { get; } = [];

    void IJoinSink.Expired(int route, EventTime time, double confidence, SamplingWeight weight) => Expired.Add((route, time.Milliseconds, confidence, weight.Value));

    void IJoinSink.Evicted(int route, EventTime time, double confidence) => Evicted.Add((route, time.Milliseconds, confidence));

    void IJoinSink.Orphaned(int addressee, EventTime time, bool sawOther) => Orphaned.Add((addressee, time.Milliseconds, sawOther));
}

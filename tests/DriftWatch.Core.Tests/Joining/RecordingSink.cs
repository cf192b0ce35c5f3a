using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>Keeps what the join hands out.</summary>
internal sealed class RecordingSink : IJoinSink
{
    public List<(int Route, long Time, double Confidence)> Expired { get; } = [];

    public List<(int Route, long Time, double Confidence)> Evicted { get; } = [];

    public List<(int Route, long Time)> Orphaned { get; } = [];

    public List<(int Route, long Time)> Unreadable { get; } = [];

    void IJoinSink.Expired(int route, EventTime time, double confidence) => Expired.Add((route, time.Milliseconds, confidence));

    void IJoinSink.Evicted(int route, EventTime time, double confidence) => Evicted.Add((route, time.Milliseconds, confidence));

    void IJoinSink.Orphaned(int route, EventTime time) => Orphaned.Add((route, time.Milliseconds));

    void IJoinSink.Unreadable(int route, EventTime time) => Unreadable.Add((route, time.Milliseconds));
}

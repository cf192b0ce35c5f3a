using DriftWatch.Core.Agreement;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>What became of some records in the join, and what left it before or through each of them.</summary>
internal sealed class JoinedBatch
{
    private const int Size = 1 << 12;

    private readonly JoinResult[] _results = new JoinResult[Size];
    private readonly int[] _meetingsTo = new int[Size]; // where those of each record end
    private readonly int[] _changesTo = new int[Size];
    private readonly List<Departure> _departures = [];
    private Meeting[] _meetings = new Meeting[Size];
    private VerdictChange[] _changes = [];
    private int _handedOut;

    /// <summary>An entry that left.</summary>
    /// <param name="Record">The record that comes next, or that made it leave.</param>
    /// <param name="Due">The step of event time that makes it leave.</param>
    /// <param name="Fate">How it left.</param>
    /// <param name="Of">Its route; of a label its addressee.</param>
    /// <param name="Time">Its event time.</param>
    /// <param name="Confidence">Of a prediction: what it claimed.</param>
    /// <param name="Weight">Of a prediction: with what probability its label was to be asked for.</param>
    /// <param name="SawOther">Of a label: whether its id had predictions of others.</param>
    public readonly record struct Departure(int Record, EventTime Due, Leaving Fate, int Of, EventTime Time, double Confidence = 0, SamplingWeight Weight = default, bool SawOther = false);

    public enum Leaving
    {
        Expired,
        Evicted,
        Orphaned,
    }

    /// <summary>Records in it.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == Size;

    public List<Departure> Departures => _departures;

    public void Add(in JoinResult result, ReadOnlySpan<Meeting> meetings, ReadOnlySpan<VerdictChange> changes)
    {
        _results[Count] = result;
        _meetingsTo[Count] = Append(ref _meetings, Start(_meetingsTo, Count), meetings);
        _changesTo[Count] = Append(ref _changes, Start(_changesTo, Count), changes);
        Count++;
    }

    public JoinResult ResultOf(int record) => _results[record];

    public ReadOnlySpan<Meeting> MeetingsOf(int record) => _meetings.AsSpan(Start(_meetingsTo, record).._meetingsTo[record]);

    public ReadOnlySpan<VerdictChange> ChangesOf(int record) => _changes.AsSpan(Start(_changesTo, record).._changesTo[record]);

    /// <summary>Hands out what left before or through a record, as far as event time has come.</summary>
    public void HandOut(int record, EventTime watermark, IJoinSink sink)
    {
        for (; _handedOut < _departures.Count && _departures[_handedOut] is var next && next.Record <= record && next.Due <= watermark; _handedOut++)
        {
            switch (next.Fate)
            {
                case Leaving.Expired:
                    sink.Expired(next.Of, next.Time, next.Confidence, next.Weight);
                    break;
                case Leaving.Evicted:
                    sink.Evicted(next.Of, next.Time, next.Confidence);
                    break;
                case Leaving.Orphaned:
                    sink.Orphaned(next.Of, next.Time, next.SawOther);
                    break;
            }
        }
    }

    public void Clear()
    {
        Count = _handedOut = 0;
        _departures.Clear();
    }

    private static int Start(int[] ends, int record) => record == 0 ? 0 : ends[record - 1];

    private static int Append<T>(ref T[] to, int start, ReadOnlySpan<T> more)
    {
        if (start + more.Length > to.Length) Array.Resize(ref to, Math.Max(start + more.Length, 2 * to.Length));
        more.CopyTo(to.AsSpan(start));
        return start + more.Length;
    }
}
